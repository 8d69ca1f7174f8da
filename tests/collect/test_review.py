"""The review's queue, and what is decided on it, on SQLite and PostgreSQL."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from review_bench import share_in_first
from support.stores import a_drawing, a_hands_drawings

from digit_detector.classes import CLASSES
from digit_detector.cli import main
from digit_detector.collect.review.annotators import Opinion, detector_opinion
from digit_detector.collect.review.label_issue_score import suspicion
from digit_detector.collect.review.near_duplicates import groups
from digit_detector.collect.review.queue import group, ordered, prepare, queue
from digit_detector.collect.store.decisions import Decision, decide, log, undo
from digit_detector.collect.store.store import Store
from digit_detector.detect.detector import Detector
from digit_detector.drawing import Annotation


def sure_of(label: str, share: float = 1.0) -> Opinion:
    """A reader who gives this share to one class, and the rest to `other`."""

    def opinion(_: NDArray[np.uint8], boxes: NDArray[np.float32]) -> NDArray[np.float32]:
        said = np.zeros((len(boxes), len(CLASSES)), np.float32)
        said[:, CLASSES.index("other")] = 1 - share
        said[:, CLASSES.index(label)] = share
        return said

    return opinion


def blind(_: NDArray[np.uint8], boxes: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.zeros((len(boxes), len(CLASSES)), np.float32)


def test_disagreement_comes_before_a_low_margin_and_that_before_agreement() -> None:
    drawing = a_drawing(label="7", detected="7")
    scores = [
        suspicion(drawing, {"first": first, "second": second}, Counter({"7": 1})).score
        for first, second in (
            (sure_of("1"), sure_of("1")),
            (blind, blind),
            (sure_of("7"), sure_of("1")),
            (sure_of("7", 0.6), sure_of("7", 0.6)),
            (sure_of("7"), sure_of("7")),
        )
    ]
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == 5
    assert scores[-1] == 0


def test_the_reason_names_what_each_reader_says() -> None:
    judged = suspicion(a_drawing(label="7"), {"detector": sure_of("1"), "cnn": blind}, Counter({"7": 1}))
    assert judged.reason == "labelled 7; detector 1, cnn nothing"


def test_a_box_that_was_taken_away_and_an_empty_drawing_are_looked_at() -> None:
    emptied = replace(a_drawing(), annotations=())
    judged = suspicion(emptied, {"detector": sure_of("7")}, Counter())
    assert judged.score > 0.4
    assert judged.reason == "no object where the page found 7"


def test_among_equals_the_rare_class_comes_first() -> None:
    drawings = [a_drawing(number, label=label) for number, label in enumerate("77717")]
    opinions = {"undecided": blind}
    assert ordered(drawings, opinions)[0][0].id == a_drawing(3).id


def test_planted_wrong_labels_stand_in_the_first_fifth() -> None:
    opinions = {"detector": detector_opinion(Detector.load(device="cpu"))}
    assert share_in_first(a_hands_drawings(100), opinions, seed=3) >= 0.9


def test_the_same_shape_elsewhere_and_larger_is_alike_and_another_is_not() -> None:
    shapes = {record.id: record for record in a_hands_drawings(34)}
    first, same, other = (shapes[name] for name in ("0", "17", "1"))
    assert first.annotations[0].label == same.annotations[0].label != other.annotations[0].label
    found = groups([first, same, other])
    assert found["17"] == "0"
    assert found["1"] == "1"
    # The same ink under another name is what review is for: it is not decided together.
    wrong = replace(same, annotations=(replace(same.annotations[0], label="9"),))
    assert groups([first, wrong])["17"] == "17"


@pytest.fixture
def full(store: Store) -> Store:
    """Four drawings, two of them labelled otherwise than the reader says, not all asked about."""
    for number, label in enumerate("7177"):
        store.keep(a_drawing(number, label=label))
    prepare(store, {"reader": sure_of("7", 0.9)})
    store.keep(a_drawing(9))
    return store


def names(store: Store) -> list[int]:
    return [int(queued.record.id, 16) for queued in queue(store, 10)]


def test_the_queue_begins_with_the_new_and_the_suspicious(full: Store) -> None:
    assert names(full) == [9, 1, 0, 2, 3]
    assert [queued.suspicion is None for queued in queue(full, 2)] == [True, False]
    assert [int(queued.record.id, 16) for queued in queue(full, 2, least=True)] == [0, 2]
    assert prepare(full, {"reader": sure_of("1", 0.9)}) == 5
    assert names(full)[-1] == 1


def test_what_is_decided_leaves_the_queue_and_is_learnt_from_or_not(full: Store) -> None:
    right = (Annotation("1", (1.0, 2.0, 3.0, 4.0)),)
    some = [Decision(a_drawing(0).id, "accept"), Decision(a_drawing(1).id, "reject")]
    assert decide(full, some) == 2
    assert decide(full, [Decision(a_drawing(2).id, "correct", right)]) == 1
    assert names(full) == [9, 3]
    assert [(record.id, record.annotations) for record in full.records(reviewed=True)] == [
        (a_drawing(0).id, a_drawing(0).annotations),
        (a_drawing(2).id, right),
    ]


def test_undo_takes_back_the_last_batch_then_the_one_before_and_the_log_keeps_all(full: Store) -> None:
    before = list(full.records())
    decide(full, [Decision(a_drawing(number).id, "accept") for number in (0, 1)])
    decide(full, [Decision(a_drawing(2).id, "correct", ())])
    assert undo(full) == [a_drawing(2).id]
    assert names(full) == [9, 2, 3]
    decide(full, [Decision(a_drawing(3).id, "reject")])
    assert undo(full) == [a_drawing(3).id]
    assert set(undo(full)) == {a_drawing(0).id, a_drawing(1).id}
    assert undo(full) == []
    assert list(full.records()) == before
    actions = [entry.action for entry in reversed(log(full))]
    assert actions == ["accept", "accept", "correct", "undo", "reject", "undo", "undo", "undo"]
    (last,) = log(full, 1)
    assert (last.before["reviewed"], last.after["reviewed"]) == (True, False)


def test_a_correction_needs_annotations_and_then_nothing_of_its_batch_is_done(full: Store) -> None:
    with pytest.raises(ValueError, match="without the annotations"):
        decide(full, [Decision(a_drawing(0).id, "accept"), Decision(a_drawing(1).id, "correct")])
    assert names(full) == [9, 1, 0, 2, 3]
    assert log(full) == []


def test_deletion_takes_looks_and_decisions_along(full: Store) -> None:
    visitors = replace(a_drawing(20), session="s3")
    full.keep(visitors, "receipt")
    prepare(full, {"reader": sure_of("7")})
    decide(full, [Decision(visitors.id, "accept")])
    full.delete("receipt")
    assert log(full) == []
    assert decide(full, [Decision(visitors.id, "accept")]) == 0


def test_near_duplicates_are_found_together(store: Store) -> None:
    first, *_, same = a_hands_drawings(18)
    store.keep_all([first, same, a_drawing(0)])
    prepare(store, {"reader": blind})
    assert [record.id for record in group(store, first.id)] == [first.id, same.id]
    assert {queued.group for queued in queue(store, 9)} == {first.id, a_drawing(0).id}


def test_the_command_orders_the_queue_and_prints_the_log(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    address = str(tmp_path / "drawings.db")
    store = Store(address)
    right, wrong = a_hands_drawings(2)
    wrong = replace(wrong, annotations=(replace(wrong.annotations[0], label="8"),))
    store.keep_all([right, wrong])
    assert main(["review", "--store", address, "--baseline", "none"]) == 0
    first, second, _ = capsys.readouterr().out.splitlines()
    assert first == "2 drawings wait for review"
    assert second.split()[1:] == [wrong.id, "labelled", "8;", "detector", "1"]

    decide(store, [Decision(wrong.id, "reject")])
    monkeypatch.setenv("DIGIT_DETECTOR_STORE", address)
    assert main(["review", "--log"]) == 0
    assert f"reject   {wrong.id}  8 (not reviewed) -> rejected" in capsys.readouterr().out
