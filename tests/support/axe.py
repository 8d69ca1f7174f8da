"""axe's check of a page against WCAG 2.2 A and AA, and best practices."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}


def violations(page: Page) -> list[str]:
    """What axe finds once the page stands still."""
    page.evaluate(
        """Promise.allSettled(document.getAnimations()
             .filter((animation) => animation.effect.getComputedTiming().endTime < Infinity)
             .map((animation) => animation.finished))"""
    )
    results = Axe().run(page, options=RULES).response["violations"]
    return [f"{result['id']}: {node['html']}" for result in results for node in result["nodes"]]
