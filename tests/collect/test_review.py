"""Test the review queue and the decisions, on SQLite and PostgreSQL."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from review_bench import rank, share_in_first
from support.stores import a_drawing, blind, handwritten_drawings

from digit_detector.classes import CLASSES
from digit_detector.cli import main
from digit_detector.collect.decisions import Decision, decide, log, undo
from digit_detector.collect.label_issue_score import Annotator, detector_annotator, find_label_issue
from digit_detector.collect.near_duplicates import group_near_duplicates
from digit_detector.collect.review_queue import group, prepare, queue
from digit_detector.collect.store import Store
from digit_detector.detect.detector import Detector
from digit_detector.drawing import Annotation


def predict(label: str, probability: float = 1.0) -> Annotator:
    """Return an annotator that gives this probability to one class, and the rest to `other`."""

    def annotate(_: NDArray[np.uint8], boxes: NDArray[np.float32]) -> NDArray[np.float32]:
        probabilities = np.zeros((len(boxes), len(CLASSES)), np.float32)
        probabilities[:, CLASSES.index("other")] = 1 - probability
        probabilities[:, CLASSES.index(label)] = probability
        return probabilities

    return annotate


def test_score_orders_disagreement_before_uncertainty() -> None:
    drawing = a_drawing(label="7", detected="7")
    scores = [
        find_label_issue(drawing, {"first": first, "second": second}, Counter({"7": 1})).score
        for first, second in (
            (predict("1"), predict("1")),
            (blind, blind),
            (predict("7"), predict("1")),
            (predict("7", 0.6), predict("7", 0.6)),
            (predict("7"), predict("7")),
        )
    ]
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == 5
    assert scores[-1] == 0


def test_reason_names_each_annotator() -> None:
    issue = find_label_issue(a_drawing(label="7"), {"detector": predict("1"), "cnn": blind}, Counter({"7": 1}))
    assert issue.reason == "labelled 7; detector 1, cnn nothing"


def test_removed_box_is_a_label_issue() -> None:
    emptied = replace(a_drawing(), annotations=())
    issue = find_label_issue(emptied, {"detector": predict("7")}, Counter())
    assert issue.score > 0.4
    assert issue.reason == "no object where the page found 7"


def test_rare_class_wins_ties() -> None:
    drawings = [a_drawing(number, label=label) for number, label in enumerate("77717")]
    annotators = {"undecided": blind}
    assert rank(drawings, annotators)[0].id == a_drawing(3).id


@pytest.mark.slow
def test_wrong_labels_are_in_first_fifth() -> None:
    annotators = {"detector": detector_annotator(Detector.load(device="cpu"))}
    assert share_in_first(handwritten_drawings(100), annotators, seed=3) >= 0.9


def test_near_duplicates_at_other_position_and_size() -> None:
    shapes = {drawing.id: drawing for drawing in handwritten_drawings(34)}
    first, same, other = (shapes[name] for name in ("0", "17", "1"))
    assert first.annotations[0].label == same.annotations[0].label != other.annotations[0].label
    found = group_near_duplicates([first, same, other])
    assert found["17"] == "0"
    assert found["1"] == "1"
    # The same ink with another label is a label issue, and must not be accepted in a group.
    wrong = replace(same, annotations=(replace(same.annotations[0], label="9"),))
    assert group_near_duplicates([first, wrong])["17"] == "17"


@pytest.fixture
def full(store: Store) -> Store:
    """Store five drawings: one label contradicts the annotator, and one drawing has no score."""
    for number, label in enumerate("7177"):
        store.keep(a_drawing(number, label=label))
    prepare(store, {"annotator": predict("7", 0.9)})
    store.keep(a_drawing(9))
    return store


def names(store: Store) -> list[int]:
    return [int(queued.drawing.id, 16) for queued in queue(store, 10)]


def test_queue_order(full: Store) -> None:
    assert names(full) == [9, 1, 0, 2, 3]
    assert [queued.label_issue is None for queued in queue(full, 2)] == [True, False]
    assert [int(queued.drawing.id, 16) for queued in queue(full, 2, lowest_first=True)] == [0, 2]
    assert prepare(full, {"annotator": predict("1", 0.9)}) == 5
    assert names(full)[-1] == 1


def test_decisions(full: Store) -> None:
    correction = (Annotation("1", (1.0, 2.0, 3.0, 4.0)),)
    decisions = [Decision(a_drawing(0).id, "accept"), Decision(a_drawing(1).id, "reject")]
    assert decide(full, decisions) == 2
    assert decide(full, [Decision(a_drawing(2).id, "correct", correction)]) == 1
    assert names(full) == [9, 3]
    assert [(drawing.id, drawing.annotations) for drawing in full.drawings(reviewed=True)] == [
        (a_drawing(0).id, a_drawing(0).annotations),
        (a_drawing(2).id, correction),
    ]


def test_undo_by_batches(full: Store) -> None:
    before = list(full.drawings())
    decide(full, [Decision(a_drawing(number).id, "accept") for number in (0, 1)])
    decide(full, [Decision(a_drawing(2).id, "correct", ())])
    assert undo(full) == [a_drawing(2).id]
    assert names(full) == [9, 2, 3]
    decide(full, [Decision(a_drawing(3).id, "reject")])
    assert undo(full) == [a_drawing(3).id]
    assert set(undo(full)) == {a_drawing(0).id, a_drawing(1).id}
    assert undo(full) == []
    assert list(full.drawings()) == before
    actions = [entry.action for entry in reversed(log(full))]
    assert actions == ["accept", "accept", "correct", "undo", "reject", "undo", "undo", "undo"]
    (last,) = log(full, 1)
    assert (last.before["reviewed"], last.after["reviewed"]) == (True, False)


def test_correction_without_annotations_changes_nothing(full: Store) -> None:
    with pytest.raises(ValueError, match="annotations are missing"):
        decide(full, [Decision(a_drawing(0).id, "accept"), Decision(a_drawing(1).id, "correct")])
    assert names(full) == [9, 1, 0, 2, 3]
    assert log(full) == []


def test_delete_covers_scores_and_decisions(full: Store) -> None:
    visitors = replace(a_drawing(20), session="s3")
    full.keep(visitors, "receipt")
    prepare(full, {"annotator": predict("7")})
    decide(full, [Decision(visitors.id, "accept")])
    full.delete("receipt")
    assert log(full) == []
    assert decide(full, [Decision(visitors.id, "accept")]) == 0


def test_group(store: Store) -> None:
    first, *_, same = handwritten_drawings(18)
    store.keep_all([first, same, a_drawing(0)])
    prepare(store, {"annotator": blind})
    assert [drawing.id for drawing in group(store, first.id)] == [first.id, same.id]
    assert {queued.group for queued in queue(store, 9)} == {first.id, a_drawing(0).id}


def test_review_command(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    address = str(tmp_path / "drawings.db")
    store = Store(address)
    right, wrong = handwritten_drawings(2)
    wrong = replace(wrong, annotations=(replace(wrong.annotations[0], label="8"),))
    store.keep_all([right, wrong])
    assert main(["review", "--store", address, "--no-baseline"]) == 0
    first, second, _ = capsys.readouterr().out.splitlines()
    assert first == "2 drawings wait for review"
    assert second.split()[1:] == [wrong.id, "labelled", "8;", "detector", "1"]

    decide(store, [Decision(wrong.id, "reject")])
    monkeypatch.setenv("DIGIT_DETECTOR_STORE", address)
    assert main(["review", "--log"]) == 0
    assert f"reject   {wrong.id}  8 (not reviewed) -> rejected" in capsys.readouterr().out
