"""The Streamlit page serves /live and links to it."""

from playwright.sync_api import expect
from support.live_visitor import Guest
from support.visitor import NewPage


def test_streamlit_page_serves_live(new_page: NewPage, url: str) -> None:
    page = new_page(service_workers="block")
    page.goto(f"{url}/about")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="in your own browser").click()
    expect(opened.value).to_have_url(f"{url}/live/")
    expect(opened.value).to_have_title("Draw digits")
    guest = Guest(opened.value, None)
    guest.expect_ready("2 threads")
    guest.draw("4")
    guest.expect_reading("4")
