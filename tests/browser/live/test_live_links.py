"""Links that contain a drawing: sharing, opening, and rejecting hostile ones."""

import re

import numpy as np
import pytest
from playwright.sync_api import Route, expect
from support.live_visitor import Enter, Guest
from support.visitor import NewPage

by_mouse = pytest.mark.parametrize("guest", ["mouse"], indirect=True)

HOSTILE = [
    "#d1=!!!!",
    "#d1=" + "A" * 250_000,
    "#d1=<img src=x onerror=document.title='bad'>",
    "#d1=javascript:document.title='bad'",
    "#<script>document.title='bad'</script>",
]


def share(guest: Guest) -> str:
    """Share the drawing; return the link on the clipboard, which is also the address."""
    guest.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    guest.press("Share")
    expect(guest.page).to_have_url(re.compile("#d1="))
    expect(guest.status).to_have_text("Link copied")
    link: str = guest.page.evaluate("navigator.clipboard.readText()")
    assert link == guest.page.url
    return link


@by_mouse
def test_share_and_open(guest: Guest, enter: Enter, plain: str) -> None:
    guest.draw("4", x=60, y=100, height=180)
    guest.draw("2", x=220, y=110, height=170)
    guest.expect_reading("4 2")
    link = share(guest)
    assert link.startswith(f"{plain}#d1=")
    assert len(link) < 2000

    other = enter(link)
    other.expect_reading("4 2")
    assert other.found.count() == 2
    other.press("Undo")
    other.expect_reading("")
    assert other.page.url == plain  # the address no longer matches the canvas


@by_mouse
def test_stroke_far_off_the_canvas_can_be_shared(guest: Guest, enter: Enter) -> None:
    guest.stroke(np.array([[200.0, 200.0], [600.0, 200.0], [1500.0, 210.0]]))
    other = enter(share(guest))
    assert other.inked(300, 200)
    expect(other.status).not_to_contain_text("link")


@by_mouse
def test_link_shown_without_clipboard(guest: Guest) -> None:
    guest.page.evaluate("void (navigator.clipboard.writeText = () => Promise.reject())")
    guest.draw("7")
    guest.press("Share")
    field = guest.page.get_by_role("textbox", name="Link")
    expect(field).to_be_visible()
    expect(field).to_have_value(guest.page.url)
    guest.page.keyboard.press("Tab")
    guest.page.keyboard.press("Delete")  # of the dialog, not of the drawing behind it
    assert guest.ink().any()
    guest.page.keyboard.press("Escape")
    expect(field).to_be_hidden()
    guest.page.evaluate("delete navigator.clipboard.writeText")


def test_hostile_links_rejected(new_page: NewPage, plain: str) -> None:
    page = new_page(service_workers="block")
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(error.message))
    page.on("dialog", lambda dialog: errors.append(dialog.message))
    for fragment in HOSTILE:
        page.goto("about:blank")
        page.goto(plain + fragment)
        expect(page.locator("#status")).to_contain_text("This link cannot be opened")
        expect(page).to_have_title("Draw digits")
        assert page.locator("#canvas img, #canvas script").count() == 0
    assert errors == []


@by_mouse
def test_shared_rude_drawing_never_uncovered(guest: Guest, new_page: NewPage) -> None:
    guest.draw_rude()
    link = share(guest)
    page = new_page(service_workers="block")
    routes: list[Route] = []

    def hold(route: Route) -> None:
        routes.append(route)

    page.route("**/*.onnx", hold)  # keeps the detector from getting ready
    with page.expect_request("**/*.onnx"):
        page.goto(link)
    drawing, hint = page.locator("#drawing"), page.locator("#hint")
    expect(hint).to_be_hidden()
    expect(drawing).to_be_hidden()

    other = Guest(page, None)
    other.hold(np.array([[330.0, 30], [340, 50], [350, 70]]))  # nothing may be visible before it is covered
    routes[0].continue_()
    expect(page.locator("#objects .chip", has_text="rude doodle")).to_be_visible()
    expect(drawing).to_be_hidden()
    other.lift()
    expect(page.get_by_role("button", name="Covered: tap to show")).to_be_visible()
    expect(drawing).to_be_visible()
