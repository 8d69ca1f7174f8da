"""The maintainer's page, run as Streamlit runs it, without a browser."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from unittest.mock import PropertyMock, patch

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.runtime.context import ContextProxy
from streamlit.testing.v1 import AppTest
from support.page import press
from support.stores import a_drawing, blind

from digit_detector.collect.decisions import log
from digit_detector.collect.review_queue import prepare
from digit_detector.collect.store import Store
from digit_detector.limits import PASSWORDS_BURST, PASSWORDS_PER_SECOND
from digit_detector.page.contribute import REVIEW_PASSWORD
from digit_detector.page.views import review
from digit_detector.server.rate_limit import RateLimit


def show_review() -> None:
    from digit_detector.page.views import review

    review.show()


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    address = str(tmp_path / "drawings.db")
    monkeypatch.setenv("DIGIT_DETECTOR_STORE", address)
    monkeypatch.setenv(REVIEW_PASSWORD, "sesame")
    store = Store(address)
    for number, label in enumerate("77"):
        store.keep(a_drawing(number, label=label))
    return store


@pytest.fixture
def page(store: Store) -> AppTest:
    page = AppTest.from_function(show_review, default_timeout=300)
    page.session_state["review"] = review.Review(logged_in=True)
    return page.run()


def press_twice(page: AppTest, label: str) -> None:
    """As one who has not yet seen what follows the first press."""
    (button,) = [button for button in page.button if button.label == label]
    pressed = WidgetStates(widgets=[button.click()._widget_state])  # a browser sends nothing of the other buttons
    for _ in range(2):
        page._run(pressed)
        assert not page.exception, page.exception


def verdicts(store: Store) -> list[tuple[bool, list[str]]]:
    """Of all that are not rejected: whether they were reviewed, and their labels."""
    return [(record.reviewed, [one.label for one in record.annotations]) for record in store.drawings()]


def test_only_the_password_opens_it(store: Store) -> None:
    page = AppTest.from_function(show_review, default_timeout=300).run()
    assert not page.button
    page.text_input[0].set_value("wrong").run()
    assert page.error[0].value == "That is not the password."
    assert not page.button
    page.text_input[0].set_value("sesame").run()
    assert "Accept" in [button.label for button in page.button]


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The IP address that a page sees of its visitor, as the last of this list."""
    addresses = ["192.0.2.1"]
    monkeypatch.setattr(review, "_wrong_passwords", RateLimit(PASSWORDS_BURST, PASSWORDS_PER_SECOND, lambda: 0))
    with patch.object(ContextProxy, "ip_address", PropertyMock(side_effect=lambda: addresses[-1])):
        yield addresses


def test_wrong_passwords_hold_up_their_network_alone(store: Store, address: list[str]) -> None:
    guesser = AppTest.from_function(show_review, default_timeout=300).run()
    for _ in range(PASSWORDS_BURST):
        guesser.text_input[0].set_value("wrong").run()
        assert guesser.error[0].value == "That is not the password."
    for password in ("wrong", "sesame"):
        guesser.text_input[0].set_value(password).run()
        assert guesser.error[0].value == "Too many wrong passwords from your network: try again in 10 s."
    address.append("192.0.2.2")
    maintainer = AppTest.from_function(show_review, default_timeout=300).run()
    maintainer.text_input[0].set_value("sesame").run()
    assert "Accept" in [button.label for button in maintainer.button]


def test_right_password_forgives_wrong_ones(store: Store, address: list[str]) -> None:
    page = AppTest.from_function(show_review, default_timeout=300).run()
    for _ in range(3):
        for _ in range(PASSWORDS_BURST - 1):
            page.text_input[0].set_value("wrong").run()
            assert page.error[0].value == "That is not the password."
        page.text_input[0].set_value("sesame").run()
        press(page, "Log out")


def test_log_out_asks_for_the_password_again(page: AppTest) -> None:
    press(page, "Log out")
    assert not page.button
    page.text_input[0].set_value("sesame").run()
    assert "Accept" in [button.label for button in page.button]


def test_decide_and_undo(page: AppTest, store: Store) -> None:
    assert not page.exception, page.exception
    press(page, "9")
    assert verdicts(store) == [(True, ["9"]), (False, ["7"])]
    press(page, "Reject")
    assert verdicts(store) == [(True, ["9"])]
    assert page.success[0].value == "Nothing waits for review."
    press(page, "Undo the last decision")
    press(page, "Accept")
    assert verdicts(store) == [(True, ["9"]), (True, ["7"])]


def edit_boxes() -> None:
    import streamlit as st

    from digit_detector.collect.collector import shared_collector
    from digit_detector.page.views import review

    kept_by = shared_collector()
    assert kept_by is not None
    st.session_state["edited"] = {"answer": {"boxes": [{"label": "ten", "box": [1, 2, 30, 40]}]}}
    review._edit(kept_by.store, "edited", review.current_review().current, 64, 64)
    review.show()


def test_malformed_correction_keeps_editor(store: Store) -> None:
    page = AppTest.from_function(edit_boxes, default_timeout=300)
    at_hand = review.Review(logged_in=True, current=a_drawing(0).id, editing="visitor")
    page.session_state["review"] = at_hand
    page.run()
    assert not page.exception, page.exception
    assert page.error[0].value.endswith("correct them again. Nothing was decided.")
    assert at_hand.editing == "visitor"
    assert not log(store)


@pytest.mark.parametrize("key", ["Accept", "Reject", "9", "Next"])
def test_key_pressed_twice_decides_once(page: AppTest, store: Store, key: str) -> None:
    press_twice(page, key)
    assert "Accept" in [button.label for button in page.button]  # the next one waits
    assert [entry.id for entry in log(store)] == ([] if key == "Next" else [a_drawing(0).id])


def open_many(page: AppTest) -> None:
    """Choose the second tab, whose content only then exists."""
    page.session_state["review_tabs"] = "Many at once"
    page.run()
    assert not page.exception, page.exception


def test_only_drawings_seen_at_a_glance_are_accepted(page: AppTest, store: Store) -> None:
    for number in range(2, 2 * review.AT_ONCE):
        store.keep(a_drawing(number))
    prepare(store, {"reader": blind})
    open_many(page)
    press_twice(page, f"Accept these {review.AT_ONCE}")
    assert len(log(store)) == review.AT_ONCE


def test_next_and_previous_decide_nothing(page: AppTest, store: Store) -> None:
    press(page, "Next")
    assert page.session_state["review"].current == a_drawing(1).id
    press(page, "Previous")
    assert page.session_state["review"].current == a_drawing(0).id
    press(page, "Next")
    press(page, "Reject")
    assert verdicts(store) == [(False, ["7"])]


def test_filters_by_label_and_source(page: AppTest, store: Store) -> None:
    store.keep(replace(a_drawing(2, label="4"), source="elsewhere"))
    page.run()
    page.selectbox(key="review_label").set_value("4").run()
    assert page.caption[0].value.startswith("1 / 1 · elsewhere")
    page.selectbox(key="review_label").set_value(None).run()
    assert page.caption[0].value.startswith("3 / 3")
    page.selectbox(key="review_source").set_value("elsewhere").run()
    assert page.caption[0].value.startswith("1 / 1 · elsewhere")


def test_hidden_tab_does_no_work(page: AppTest, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(review, "_show_many", lambda *_: pytest.fail("the tab is hidden"))
    prepare(store, {"reader": blind})
    page.run()
    assert not page.exception, page.exception


def test_accept_least_likely_issues(page: AppTest, store: Store) -> None:
    prepare(store, {"reader": blind})
    open_many(page)
    press(page, "Accept these 2")
    assert verdicts(store) == [(True, ["7"])] * 2


def test_damaged_picture_can_be_rejected(page: AppTest, store: Store) -> None:
    store.keep(replace(a_drawing(2, label="3"), image=b"no picture"))
    prepare(store, {"reader": blind})
    page.session_state["review"] = review.Review(logged_in=True)  # which begins with the highest score
    page.run()
    assert not page.exception, page.exception
    assert page.error[0].value.startswith(f"{a_drawing(2).id}: the stored picture cannot be shown (")
    press(page, "Boxes")
    assert not page.exception, page.exception
    press(page, "Reject")
    assert verdicts(store) == [(False, ["7"])] * 2


def test_store_that_is_down_is_an_error(page: AppTest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DIGIT_DETECTOR_STORE", str(tmp_path / "missing/drawings.db"))
    page.run()
    assert not page.exception
    assert "unable to open database file" in page.error[0].value
