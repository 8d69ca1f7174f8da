"""axe finds nothing against WCAG 2.2 A and AA, on each page, in both themes."""

import pytest
from playwright.sync_api import expect
from support.axe import violations
from support.visitor import Arrive


@pytest.mark.parametrize("hand", ["mouse", "small"])  # light and dark
def test_axe_finds_nothing(arrive: Arrive, url: str, hand: str) -> None:
    visitor = arrive(url, hand)
    visitor.draw("4", x=60, y=100, height=180)
    visitor.draw("rude", x=220, y=100, height=180)
    expect(visitor.page.get_by_role("button", name="Covered")).to_be_visible()
    visitor.unfold("Adjust")
    visitor.unfold("Share and save")
    visitor.unfold("Report a misread drawing")
    expect(visitor.page.get_by_text("The bundle holds the drawing itself")).to_be_visible()
    assert violations(visitor.page) == []
    visitor.choose(visitor.page.get_by_role("button", name="Covered"))
    visitor.expect_boxes("4", "rude doodle")
    visitor.press("Clear")
    expect(visitor.page.get_by_role("button", name="Open again")).to_be_visible()
    assert violations(visitor.page) == []
    for page, words in (
        ("Picture", "Choose a picture"),
        ("Inside", "What the model sees"),
        ("About", "What becomes of your drawing"),
    ):
        visitor.press(page, "link")
        expect(visitor.page.get_by_text(words).first).to_be_visible()
        assert violations(visitor.page) == [], page


def test_keyboard_reaches_every_control(arrive: Arrive, url: str) -> None:
    visitor = arrive(url)
    expect(visitor.page.get_by_text("Share and save")).to_be_visible()
    visitor.draw("4")
    visitor.expect_reading("4")
    visitor.press("Undo")
    visitor.page.get_by_role("link", name="Draw").focus()
    reached = []
    for _ in range(20):
        visitor.page.keyboard.press("Tab")
        reached.append(
            visitor.page.evaluate(
                """() => { let node = document.activeElement;
                     while (node.shadowRoot?.activeElement) node = node.shadowRoot.activeElement;
                     return node.ariaLabel || node.innerText; }"""
            ).strip()
        )
    order = ["About", "Undo", "Redo", "Erase", "Pen width", "Clear"]
    places = [next(i for i, name in enumerate(reached) if name.endswith(wanted)) for wanted in order]
    assert places == sorted(places)
    assert any(name.endswith("Adjust") for name in reached)
    assert any(name.endswith("Share and save") for name in reached)
