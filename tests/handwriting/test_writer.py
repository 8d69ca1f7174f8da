import json
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from digit_detector import Detections, Detector
from digit_detector.classes import CLASSES
from digit_detector.errors import HandwritingError, WeightsError
from digit_detector.handwriting.glyphs import SIZE, to_strokes
from digit_detector.handwriting.paint import paint
from digit_detector.handwriting.references import Reference, make_reference
from digit_detector.handwriting.writer import ROUNDS, Hand, Writer, prefer_legible

SEVEN = [[(10, 10), (50, 10), (20, 80)], [(15, 45), (45, 45)]]
ONE = [[(100, 10), (102, 80)]]
CASES = Path(__file__).with_name("model_cases.json")


@cache
def writer() -> Writer:
    return Writer.load()


def drawn(label: str, strokes: list[list[tuple[float, float]]]) -> Reference:
    reference = make_reference(label, strokes)
    assert reference is not None
    return reference


@pytest.fixture(scope="module")
def hand() -> Hand:
    return writer().learn([drawn("7", SEVEN), drawn("1", ONE)])


def test_model_cases() -> None:
    for case in json.loads(CASES.read_text()):
        glyphs = np.array(case["glyphs"], np.float32)
        references = [Reference(digit, glyph, 1.0) for digit, glyph in zip(case["labels"], glyphs, strict=True)]
        found = writer().learn(references)
        for digit, glyph in case["first"].items():
            np.testing.assert_allclose(found.candidates[int(digit), 0], glyph, atol=2e-3)
            assert found.forms[int(digit)].tolist() == case["forms"][digit]


def test_candidates_are_ink(hand: Hand) -> None:
    points = hand.candidates[..., :-1]
    assert np.isfinite(points).all()
    assert np.abs(points).max() < 1
    assert set(np.unique(hand.candidates[..., -1])) <= {0.0, 1.0}


def test_implausible_candidates_come_last(hand: Hand) -> None:
    for forms in hand.forms >= 0:
        assert not (np.diff(forms.astype(int)) > 0).any()


def test_options_begin_with_the_best_then_another_form(hand: Hand) -> None:
    for digit in range(10):
        shown = hand.options(digit)
        np.testing.assert_array_equal(shown[0], hand.candidates[digit, 0])
        assert len(shown) == max(1, (hand.forms[digit] >= 0).sum())
        forms = hand.forms[digit]
        if len(set(forms[forms >= 0].tolist())) > 1:
            second = next(index for index in range(1, len(forms)) if forms[index] != forms[0])
            np.testing.assert_array_equal(shown[1], hand.candidates[digit, second])


def test_same_drawing_same_hand(hand: Hand) -> None:
    again = writer().learn(hand.references)
    np.testing.assert_array_equal(hand.candidates, again.candidates)


def test_drawn_digit_is_written_as_drawn(hand: Hand) -> None:
    strokes = hand.write("7")
    expected = to_strokes(hand.references[0].glyph)
    assert len(strokes) == 2
    for stroke, part in zip(strokes, expected, strict=True):
        np.testing.assert_allclose(stroke - stroke[0], part - part[0], atol=1e-5)


def test_repeated_digit_varies(hand: Hand) -> None:
    first, second = (stroke - stroke[0] for stroke in hand.write("55")[:: len(hand.write("55")) // 2])
    assert not np.allclose(first, second, atol=1e-3)


def test_digits_stand_on_one_line_without_overlap(hand: Hand) -> None:
    single = [hand.write(digit) for digit in "1725"]
    widths = [float(np.ptp(np.concatenate(strokes)[:, 0])) for strokes in single]
    ink = np.concatenate(hand.write("1725"))
    assert np.ptp(ink[:, 0]) == pytest.approx(sum(widths) + 3 * 0.25, abs=1e-4)
    assert ink[:, 1].max() == pytest.approx(0, abs=1e-5)


@pytest.mark.parametrize("number", ["", "20a6", "-4", "3.5", "٣", "²", "1" * 21])
def test_number_must_be_digits(hand: Hand, number: str) -> None:
    with pytest.raises(HandwritingError, match="cannot be written: give 1 to 20 digits"):
        hand.write(number)


def test_no_drawn_digit() -> None:
    with pytest.raises(HandwritingError, match="no drawn digit"):
        writer().learn([])


def test_detector_reads_what_is_written() -> None:
    detector = Detector.load(threads=1)
    strokes = writer().learn([drawn("7", SEVEN)], detector).write("12345")
    picture = paint([stroke * 60 + [30, 90] for stroke in strokes], 6.0, 400, 120)
    assert detector.detect(picture).reading().replace(" ", "") == "12345"


def test_detector_looks_through_implausible_candidates() -> None:
    dash = drawn("7", [[(0, 0), (100, 3)]])
    ungated = writer().learn([dash])
    assert (ungated.forms[7] == -1).all()
    hand = writer().learn([dash], Detector.load(threads=1))
    assert not np.array_equal(hand.candidates[7, 0], ungated.candidates[7, 0])


class ScriptedDetector:
    """Finds in each picture what the cases list for that round, wherever the ink is."""

    def __init__(self, rounds: list[list[list[tuple[str, float]]]]) -> None:
        self.rounds, self.pictures = rounds, 0

    def predict_ink(self, ink: np.ndarray) -> SimpleNamespace:
        cells = self.rounds[self.pictures]
        self.pictures += 1
        rows = sorted(
            ((score, label, digit) for digit, cell in enumerate(cells) for label, score in cell), reverse=True
        )
        centres = np.array([(100 * (digit % 5) + 50, 100 * (digit // 5) + 50) for _, _, digit in rows])
        scores = np.array([score * np.eye(len(CLASSES))[CLASSES.index(label)] for score, label, _ in rows])
        found = Detections(np.hstack((centres - 20, centres + 20)), scores, width=ink.shape[1], height=ink.shape[0])
        return SimpleNamespace(detections=lambda: found)


def test_selection_cases() -> None:
    cases = json.loads(CASES.with_name("selection_cases.json").read_text())
    count = len(cases[0]["forms"])
    candidates = np.zeros((10, count, SIZE), np.float32)
    candidates[:, :, 1] = np.arange(count)
    forms = np.array([case["forms"] for case in cases], np.int32)
    hand = Hand((), candidates, forms.copy(), np.zeros(10, np.float32))
    detector = ScriptedDetector([[case["found"][index] for case in cases] for index in range(count)])
    prefer_legible(hand, cast(Detector, detector))
    assert detector.pictures == ROUNDS < count
    for case, glyphs, found in zip(cases, hand.candidates, hand.forms, strict=True):
        assert glyphs[:, 1].astype(int).tolist() == case["order"], case["name"]
        assert found.tolist() == [case["forms"][index] for index in case["order"]], case["name"]


def test_selection_stops_once_all_are_surely_read() -> None:
    hand = Hand((), np.zeros((10, 3, SIZE), np.float32), np.zeros((10, 3), np.int32), np.zeros(10, np.float32))
    detector = ScriptedDetector([[[(str(digit), 0.99)] for digit in range(10)]])
    prefer_legible(hand, cast(Detector, detector))
    assert detector.pictures == 1


def test_damaged_weights(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"no model")
    with pytest.raises(WeightsError, match=r"model\.onnx is damaged or not an ONNX file"):
        Writer.load(tmp_path / "model.onnx")
