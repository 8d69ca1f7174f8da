import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from digit_detector.cli import main
from digit_detector.handwriting import judges, metrics
from digit_detector.handwriting.glyphs import to_glyph
from digit_detector.handwriting.judges import Panel, StrokeJudge
from digit_detector.handwriting.metrics import is_broken, make_trials
from digit_detector.handwriting.references import Reference
from digit_detector.handwriting.retrieval import Retrieval
from digit_detector.handwriting.training import WriterSamples


class FirstNumbers:
    """A judge that looks at the first point."""

    def embed(self, glyphs: np.ndarray, label: int) -> np.ndarray:
        return glyphs[:, :2]


def hand(slant: float, seed: int, source: str = "test") -> WriterSamples:
    """Lines and hooks of one slant, two of each class."""
    rng = np.random.default_rng(seed)
    glyphs = []
    for index in range(20):
        x = 100 * slant + rng.normal(0, 2)
        strokes = [[(x, 0), (0, 100), (30 + 5 * (index % 10), 100 - 6 * (index % 10))]]
        glyph = to_glyph(strokes)
        assert glyph is not None
        glyphs.append(glyph)
    return WriterSamples(str(seed), source, np.stack(glyphs), np.arange(20) % 10)


def test_likeness_of_own_and_of_strangers_ink() -> None:
    hands = [hand(0.0, 1), hand(0.3, 2), hand(0.6, 3, source="another tablet")]
    panel = Panel(hands, FirstNumbers())
    own = [(0, label, hands[0].glyphs[label]) for label in range(10)]
    stranger = [(0, label, hands[1].glyphs[label]) for label in range(10)]
    other_source = [(2, label, hands[0].glyphs[label]) for label in range(10)]
    assert panel.likeness(own, own=True)[0] == 1
    assert panel.likeness(stranger, own=False)[0] == 0
    with pytest.raises(ValueError, match="no writer"):  # writers of other sources are never compared
        panel.likeness(other_source, own=False)


def test_trials_are_the_same_in_every_run() -> None:
    hands = [hand(0.0, 1), hand(0.3, 2)]
    first, second = make_trials(hands, 3), make_trials(hands, 3)
    assert [trial.writer for trial in first] == [0, 0, 0, 1, 1, 1]
    for trial, again in zip(first, second, strict=True):
        digits = [reference.digit for reference in trial.references]
        assert len(set(digits)) == 6
        assert digits == [reference.digit for reference in again.references]


def test_broken_stroke() -> None:
    whole = hand(0.0, 1).glyphs[0]
    jump = whole.copy()
    jump[40:80] += 0.5
    infinite = whole.copy()
    infinite[3] = np.nan
    assert [is_broken(glyph) for glyph in (whole, jump, infinite)] == [False, True, True]


def test_retrieval_and_judge_know_writers() -> None:
    hands = [hand(0.1 * seed, seed) for seed in range(8)]
    judge = StrokeJudge(hands)
    unseen = hand(0.5, 100)
    glyphs = Retrieval(hands, judge).write([Reference(2, unseen.glyphs[2], 1.0)])
    for label in (3, 7):
        distances = [np.abs(glyphs[label] - other.glyphs[label]).mean() for other in hands]
        assert abs(int(np.argmin(distances)) - 5) <= 1


@pytest.mark.slow
def test_evaluation_writes_figures_and_sheet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    hands = [hand(0.0, 1), hand(0.3, 2)]
    monkeypatch.setattr(metrics, "read_writers", lambda root, split: hands)
    monkeypatch.setattr(judges, "_STEPS", 2)
    assert main(["evaluate-handwriting", "--split", "validation", "--output", str(tmp_path)]) == 0
    figures = json.loads((tmp_path / "figures.json").read_text())
    likeness = figures["validation"]["likeness"]
    counts = (1, 2, 3, 6)
    names = ["ceiling", "floor", *(f"{method} {count}" for method in ("model", "retrieval") for count in counts)]
    assert list(likeness) == names
    assert likeness["ceiling"][0][0] == 1  # no hand of the two has the slant of the other
    assert figures["validation"]["broken"] == 0
    assert figures["validation"]["writers"] == 2
    assert Image.open(tmp_path / "sheet.png").width == 110 + 10 * 64
    assert "validation, 2 writers" in capsys.readouterr().out
