"""People agree, confirm, correct and delete; the maintainer reviews; with a mouse and with a finger."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect
from support.postgres import Postgres
from support.server import ROOT, serve
from support.stores import a_drawing
from support.visitor import DEVICES, SIDE, Arrive, Visitor, arrive

from digit_detector.collect.collector import hash_of
from digit_detector.collect.decisions import Decision, decide
from digit_detector.collect.store import Store
from digit_detector.drawing import Drawing

PASSWORD = "open sesame"  # pragma: allowlist secret


@dataclass
class Home:
    """A served page that keeps drawings, and the store behind it."""

    url: str
    store: Store
    server: Postgres

    def given(self, before: set[str]) -> list[Drawing]:
        """What came since."""
        return [record for record in self.store.drawings() if record.id not in before]

    def names(self) -> set[str]:
        return {record.id for record in self.store.drawings()}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, postgres: Postgres) -> Iterator[Home]:
    folder = tmp_path_factory.mktemp("giving")
    store = Store(postgres.create())
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("DIGIT_DETECTOR_STORE", store.url.render_as_string(hide_password=False))
        environment.setenv("DIGIT_DETECTOR_OUTBOX", str(folder / "outbox"))
        environment.setenv("DIGIT_DETECTOR_REVIEW_PASSWORD", PASSWORD)
        with serve(ROOT, folder / "log") as url:
            yield Home(url, store, postgres)
    store.close()


@pytest.fixture(scope="module", params=["mouse", "touch"])
def stranger(request: pytest.FixtureRequest, browser: Browser, home: Home) -> Iterator[Visitor]:
    """One who has not agreed to anything."""
    with browser.new_context(**DEVICES[request.param]) as context:
        yield arrive(context.new_page(), home.url, request.param)


@pytest.fixture(scope="module")
def agreeing(stranger: Visitor) -> Visitor:
    agree(stranger)
    return stranger


@pytest.fixture
def giver(agreeing: Visitor) -> Visitor:
    """One who has agreed, before an empty canvas."""
    if agreeing.page.get_by_role("button", name="Clear", exact=True).count() == 0:
        agreeing.press("Draw", "link")
    agreeing.clear()
    scroll_to_top(agreeing)
    return agreeing


def scroll_to_top(visitor: Visitor) -> None:
    """Where the canvas is."""
    visitor.page.locator(".stMain").evaluate("node => node.scrollTo(0, 0)")


def agree(visitor: Visitor) -> None:
    visitor.unfold("Help it learn")
    visitor.press("I agree")
    expect(visitor.page.get_by_role("button", name="Stop contributing")).to_be_attached()


def code_of(giver: Visitor) -> str:
    expect(giver.page.get_by_text("Thank you! Your drawing is kept.")).to_be_visible()
    return giver.page.locator(".st-key-contribution strong").inner_text()


def test_nothing_is_kept_or_asked_before_people_agree(stranger: Visitor, home: Home) -> None:
    before = home.names()
    stranger.draw("3")
    stranger.expect_reading("3")
    expect(stranger.page.get_by_role("button", name="Right", exact=True)).to_have_count(0)
    assert home.names() == before


def test_a_drawing_confirmed_in_one_tap_is_kept_whole(giver: Visitor, home: Home) -> None:
    before = home.names()
    giver.draw("4")  # no 4 before its second stroke
    giver.expect_reading("4")
    giver.press("Right")
    assert len(code_of(giver)) == len("7K3M-9QXR-0ZVB-1WT8-HJ5N")
    (record,) = home.given(before)
    assert [annotation.label for annotation in record.annotations] == ["4"]
    assert record.detections is not None
    assert record.detections[0].box == record.annotations[0].box
    assert record.strokes is not None
    assert len(record.strokes) == 2
    assert record.model is not None
    assert record.time is not None
    assert record.session.isdigit()


def test_boxes_are_renamed_deleted_and_drawn(giver: Visitor, home: Home) -> None:
    before = home.names()
    giver.draw("1", x=60, y=100, height=180)
    giver.draw("4", x=240, y=100, height=180)
    giver.expect_reading("1 4")
    giver.press("Not right")
    editor = giver.page.get_by_role("group", name="Boxes on the drawing")
    giver.choose(editor.get_by_role("button", name=": 4"))
    giver.press("9")
    expect(editor.get_by_role("button", name=": 9")).to_be_visible()
    giver.choose(editor.get_by_role("button", name=": 1"))
    giver.page.keyboard.press("Delete")
    expect(editor.get_by_role("button", name=": 1")).to_have_count(0)
    giver.page.keyboard.press("Delete")  # no box is chosen, and the drawing stays
    giver.page.keyboard.press("Control+z")
    giver.press("Add a box")
    drag(giver, (40, 80), (90, 200))
    giver.press("Delete the box")
    giver.press("Add a box")
    drag(giver, (60, 80), (126, 300))
    drag(giver, (93, 190), (73, 190))  # moves the new box
    for _ in range(6):
        editor.get_by_role("button", name="new").press("Shift+ArrowRight")  # resizes it, by 1 % each
    expect(giver.page.get_by_role("button", name="Save")).to_be_disabled()  # before the new box has a name
    giver.press("7")
    giver.press("Save")
    code_of(giver)
    (record,) = home.given(before)
    assert record.strokes is not None
    assert len(record.strokes) == 3
    assert sorted(annotation.label for annotation in record.annotations) == ["7", "9"]
    (drawn,) = [annotation.box for annotation in record.annotations if annotation.label == "7"]
    assert np.abs(np.array(drawn) - (40, 80, 130, 300)).max() < 4


def drag(giver: Visitor, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Draw a box in the editor, from corner to corner, in px of the drawing."""
    picture = giver.page.get_by_role("group", name="Boxes on the drawing")
    picture.scroll_into_view_if_needed()
    area = picture.bounding_box()
    assert area is not None
    lines = np.linspace(start, end, 6) * area["width"] / SIDE + (area["x"], area["y"])
    giver.lead(lines.tolist())
    giver.lift()


@pytest.mark.parametrize("stranger", ["mouse"], indirect=True)
def test_outbox_covers_a_store_that_is_down(giver: Visitor, home: Home) -> None:
    before = home.names()
    home.server.stop("immediate")
    try:
        giver.draw("2")
        giver.expect_reading("2")
        giver.press("Right")
        expect(giver.page.get_by_text("The store is down. Your drawing is safe on this server's disk")).to_be_visible()
    finally:
        home.server.start()
    deadline = time.monotonic() + 120
    while not (came := home.given(before)):
        assert time.monotonic() < deadline
        giver.page.wait_for_timeout(200)
    assert [annotation.label for annotation in came[0].annotations] == ["2"]


def test_people_see_and_delete_what_they_gave(giver: Visitor, home: Home) -> None:
    giver.draw("6")
    giver.expect_reading("6")
    giver.press("Right")
    code = code_of(giver)
    mine = home.store.contributions(hash_of(code), 9)
    assert mine[0].annotations[0].label == "6"
    giver.press("See what you contributed", "link")
    field = giver.page.get_by_label("Code")
    field.fill(code.lower().replace("-", " "))
    field.press("Enter")
    expect(giver.page.get_by_text("kept under this code")).to_be_visible()
    expect(giver.page.get_by_alt_text("Your drawing: ")).to_have_count(len(mine))
    giver.press("Delete all of it")
    expect(giver.page.get_by_text("Deleted: ")).to_be_visible()
    assert home.store.contributions(hash_of(code), 9) == []
    assert not home.names() & {record.id for record in mine}


def test_the_maintainer_decides_by_one_key_and_undoes(arrive: Arrive, home: Home) -> None:
    decide(home.store, [Decision(name, "accept") for name in home.names()])
    maintainer = arrive(home.url)
    agree(maintainer)
    scroll_to_top(maintainer)
    maintainer.draw("3")
    maintainer.expect_reading("3")
    maintainer.press("Right")
    code_of(maintainer)
    first = next(home.store.drawings(reviewed=False))
    home.store.keep(a_drawing(label="8"))
    page = maintainer.page
    page.goto(f"{home.url}/review")
    log_in(page, "wrong")
    expect(page.get_by_text("That is not the password.")).to_be_visible()
    log_in(page, PASSWORD)
    expect(page.get_by_text("New: no annotator has scored it")).to_be_visible()
    picture = page.get_by_alt_text("A drawing with its labels: ").first
    expect(picture).to_have_attribute("alt", "A drawing with its labels: 3")
    strike(page, "5")
    expect(picture).to_have_attribute("alt", "A drawing with its labels: 8")
    (decided,) = [record for record in home.store.drawings(reviewed=True) if record.id == first.id]
    assert [annotation.label for annotation in decided.annotations] == ["5"]
    strike(page, "u")
    expect(picture).to_have_attribute("alt", "A drawing with its labels: 3")
    assert next(home.store.drawings(reviewed=False)) == first


def strike(page: Page, key: str) -> None:
    """Press the key of a button once the page is at rest: it shows the button before it listens for the key."""
    expect(page.get_by_role("button", name="Undo the last decision")).to_be_visible()  # the last to come
    page.locator("[data-test-script-state=notRunning]").wait_for()
    page.evaluate("new Promise((done) => requestIdleCallback(done))")
    page.keyboard.press(key)


def log_in(page: Page, password: str) -> None:
    field = page.get_by_role("textbox", name="Password")  # a button that shows it has the same label
    field.fill(password)
    field.press("Enter")
