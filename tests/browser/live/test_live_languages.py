"""Languages: by the browser, or as the visitor chooses."""

from playwright.sync_api import Browser, expect
from support.live_visitor import DEVICES


def test_language_of_the_browser_and_choice(browser: Browser, plain: str) -> None:
    context = browser.new_context(**DEVICES["touch"], service_workers="block", locale="de-AT")
    page = context.new_page()
    page.goto(plain)
    expect(page).to_have_title("Ziffern zeichnen")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    expect(page.get_by_role("button", name="Leeren")).to_be_visible()
    page.get_by_role("combobox", name="Sprache").select_option("中文")
    expect(page.get_by_role("button", name="打开图片")).to_be_visible()
    page.reload()
    expect(page).to_have_title("写数字")
    context.close()


def test_other_languages_get_english(browser: Browser, plain: str) -> None:
    context = browser.new_context(**DEVICES["mouse"], service_workers="block", locale="ja-JP")
    page = context.new_page()
    page.goto(plain)
    expect(page).to_have_title("Draw digits")
    context.close()
