"""Languages: by the browser, or as the visitor chooses."""

from playwright.sync_api import expect
from support.visitor import NewPage


def test_language_of_the_browser_and_choice(new_page: NewPage, plain: str) -> None:
    page = new_page("touch", service_workers="block", locale="de-AT")
    page.goto(plain)
    expect(page).to_have_title("Ziffern zeichnen")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    expect(page.get_by_role("button", name="Leeren")).to_be_visible()
    page.get_by_role("combobox", name="Sprache").select_option("中文")
    expect(page.get_by_role("button", name="打开图片")).to_be_visible()
    page.reload()
    expect(page).to_have_title("写数字")


def test_other_languages_get_english(new_page: NewPage, plain: str) -> None:
    page = new_page(service_workers="block", locale="ja-JP")
    page.goto(plain)
    expect(page).to_have_title("Draw digits")
