"""`digit-detector evaluate-handwriting`: measure how readable the model's digits are, and how much like the writer's.

Likeness is the AUC of "the drawn digit is nearer to this writer's real ones than to those of another writer of the same
source", over whole writers that no training saw: 0.5 is a stranger's hand, the ceiling is the writer's own ink. Writers
of other sources would show the tablet, not the hand.
"""

import argparse
import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import torch
from numpy.random import Generator

from digit_detector.data.output import prepare_output
from digit_detector.detect.detector import Detector
from digit_detector.handwriting.glyphs import SIZE, Glyph, to_strokes
from digit_detector.handwriting.judges import Floats, Judge, Panel, PictureJudge, StrokeJudge
from digit_detector.handwriting.paint import paint_glyph
from digit_detector.handwriting.references import Reference
from digit_detector.handwriting.retrieval import Retrieval
from digit_detector.handwriting.sheet import draw_sheet
from digit_detector.handwriting.style_model import CLASSES
from digit_detector.handwriting.training import WriterSamples, read_writers
from digit_detector.handwriting.writer import Writer
from digit_detector.show.listing import text_table
from digit_detector.synth.splits import Split

COUNTS: Final = (1, 2, 3, 6)
"""Numbers of drawn digits."""

MIN_CLASSES: Final = 8
"""Different digits of the writers that are judged."""

_TRIALS: Final = 8
_READ_TRIALS: Final = 2
"""Choices of drawn digits for each writer and count, and those of them that the detector reads."""

_SPLITS: Final[tuple[Split, ...]] = ("validation", "benchmark")

Write = Callable[[Sequence[Reference]], Floats]
"""A method: drawn digits to a glyph of each class, (10, 129)."""


class Trial(NamedTuple):
    """The drawn digits of one choice, of which the first n are shown to the methods."""

    writer: int
    """Index of the hand."""
    references: list[Reference]


class Likeness(NamedTuple):
    """AUC by both judges: mean over writers, and its standard error."""

    strokes: tuple[float, float]
    pictures: tuple[float, float]

    @property
    def mean(self) -> float:
        """Mean of both judges."""
        return (self.strokes[0] + self.pictures[0]) / 2


def main(argv: Sequence[str]) -> int:
    """Run `digit-detector evaluate-handwriting`."""
    parser = argparse.ArgumentParser(prog="digit-detector evaluate-handwriting", description=__doc__)
    parser.add_argument("--weights", type=Path, help="an .onnx file; by default the bundled model")
    parser.add_argument("--data-root", help="folder of the public sets (or DIGIT_DETECTOR_DATA)")
    parser.add_argument("--split", choices=_SPLITS, help="writers to judge; by default both splits, one by one")
    parser.add_argument("--output", type=Path, metavar="DIR", help="folder for figures.json and the contact sheet")
    arguments = parser.parse_args(argv)
    if arguments.output:
        prepare_output(arguments.output / "figures.json")
    torch.set_num_threads(1)
    trained_on = read_writers(arguments.data_root, "train")
    strokes, pictures = StrokeJudge(trained_on), PictureJudge(trained_on)
    retrieval = Retrieval(trained_on, strokes)
    writer, detector = Writer.load(arguments.weights), Detector.load()
    figures: dict[str, Any] = {}
    for split in _SPLITS if arguments.split is None else (arguments.split,):
        hands = [hand for hand in read_writers(arguments.data_root, split) if len(set(hand.labels)) >= MIN_CLASSES]
        trials = make_trials(hands, _TRIALS)
        methods: dict[str, Write] = {
            "model": lambda drawn: writer.learn(drawn).candidates[:, 0],
            "retrieval": retrieval.write,
        }
        figures[split] = {
            "writers": len(hands),
            "likeness": _likeness(hands, trials, methods, strokes, pictures, trained_on),
            "readability": _readability(hands, trials, writer, detector),
            **_ink_figures(hands, trials, writer, trained_on),
        }
        print(_table(split, figures[split]))
    figures["milliseconds"], figures["detection_milliseconds"] = _cost(writer)
    figures["bytes"] = writer.path.stat().st_size
    print(
        f"ten digits with all candidates: {figures['milliseconds']:.1f} ms of one core's time, "
        f"beside {figures['detection_milliseconds']:.1f} ms of a detection; {figures['bytes']:,} bytes"
    )
    if arguments.output:
        (arguments.output / "figures.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
        hands = [hand for split in _SPLITS for hand in read_writers(arguments.data_root, split)]
        full = [hand for hand in hands if len(set(hand.labels)) == CLASSES]
        draw_sheet(full[:: max(1, len(full) // 12)][:12], writer, detector).save(arguments.output / "sheet.png")
    return 0


def make_trials(hands: Sequence[WriterSamples], count: int) -> list[Trial]:
    """Choose drawn digits of different classes for each hand, the same in every run."""
    rng = np.random.default_rng(1)
    return [Trial(index, _choose(rng, hand)) for index, hand in enumerate(hands) for _ in range(count)]


def _choose(rng: Generator, hand: WriterSamples) -> list[Reference]:
    classes = rng.permutation(np.unique(hand.labels))[: max(COUNTS)]
    rows = [int(rng.choice(np.flatnonzero(hand.labels == label))) for label in classes]
    return [Reference(int(hand.labels[row]), hand.glyphs[row], 1.0) for row in rows]


def _likeness(
    hands: Sequence[WriterSamples],
    trials: Sequence[Trial],
    methods: dict[str, Write],
    strokes: Judge,
    pictures: Judge,
    trained_on: Sequence[WriterSamples],
) -> dict[str, Any]:
    """Return the likeness of every method at every count, with floor and ceiling."""
    rng = np.random.default_rng(2)
    panels = [Panel(hands, strokes), Panel(hands, pictures)]

    def judged(written: list[tuple[int, int, Glyph]], own: bool = False) -> Likeness:
        return Likeness(*(panel.likeness(written, own) for panel in panels))

    own: list[tuple[int, int, Glyph]] = []
    strangers: list[tuple[int, int, Glyph]] = []
    for index, hand in enumerate(hands):
        for label in range(CLASSES):
            samples = hand.of(label)[:_TRIALS]
            own += [(index, label, glyph) for glyph in samples]
            for _ in samples:
                stranger = trained_on[int(rng.integers(len(trained_on)))]
                strangers += [(index, label, glyph) for glyph in stranger.of(label)[:1]]
    found: dict[str, Any] = {"ceiling": judged(own, own=True), "floor": judged(strangers)}
    for name, write in methods.items():
        for count in COUNTS:
            written = []
            for trial in trials:
                drawn = trial.references[:count]
                glyphs = write(drawn)
                missing = set(range(CLASSES)) - {reference.digit for reference in drawn}
                written += [(trial.writer, label, glyphs[label]) for label in sorted(missing)]
            found[f"{name} {count}"] = judged(written)
    return found


def _readability(
    hands: Sequence[WriterSamples], trials: Sequence[Trial], writer: Writer, detector: Detector
) -> dict[str, float]:
    """Return the fraction of digits, each alone on a canvas, that the detector finds as one object of that class."""
    chosen = [trial for index, trial in enumerate(trials) if index % _TRIALS < _READ_TRIALS]
    real = [(ref.digit, ref.glyph) for trial in chosen for ref in trial.references]
    found = {"real": _read(real, detector)}
    for count in (1, 3):
        for name, gate in (("first", None), ("gated", detector)):
            hands_learnt = [(trial, writer.learn(trial.references[:count], gate)) for trial in chosen]
            digits = [
                (label, hand.candidates[label, 0])
                for trial, hand in hands_learnt
                for label in sorted(set(range(CLASSES)) - {ref.digit for ref in trial.references[:count]})
            ]
            found[f"{name} {count}"] = _read(digits, detector)
    return found


def _read(digits: Sequence[tuple[int, Glyph]], detector: Detector) -> float:
    right = 0
    for label, glyph in digits:
        found = detector.detect(paint_glyph(glyph, 200, 12.0, 400))
        right += [found.names[index] for index in found.labels] == [str(label)]
    return right / len(digits)


def _ink_figures(
    hands: Sequence[WriterSamples], trials: Sequence[Trial], writer: Writer, trained_on: Sequence[WriterSamples]
) -> dict[str, float]:
    """Return broken strokes among all shown candidates, spread beside real ink, and near copies of training digits."""
    shown, first = [], []
    for trial in trials:
        hand = writer.learn(trial.references[:1])
        shown.append(hand.candidates[hand.forms >= 0])
        first.append(hand.candidates[:, 0])
    candidates = np.concatenate(shown)
    drawn = np.stack(first)
    spreads, copies = [], []
    rng = np.random.default_rng(3)
    for label in range(CLASSES):
        real = [glyphs for hand in hands if len(glyphs := hand.of(label))]
        samples = np.stack([rng.choice(glyphs) for glyphs in real for _ in range(_TRIALS)])
        spreads.append(np.sqrt(drawn[:, label, :-1].var(0).sum() / samples[:, :-1].var(0).sum()))
        training = np.concatenate([hand.of(label) for hand in trained_on])
        usual = np.quantile(_nearest(np.concatenate(real), training), 0.01)
        copies.append((_nearest(drawn[:, label], training) < usual).mean())
    return {
        "candidates": len(candidates),
        "broken": sum(map(is_broken, candidates)),
        "spread": float(np.mean(spreads)),
        "near_copies": float(np.mean(copies)),
    }


def _nearest(glyphs: Floats, others: Floats) -> Floats:
    """Return each glyph's distance (n,) to the nearest of others."""
    return np.array([np.sqrt(np.square(others - glyph).sum(1).min()) for glyph in glyphs])


def is_broken(glyph: Glyph) -> bool:
    """Whether a stroke jumps: a step of 0.3 of the size that is six times the median one; or a number is not finite."""
    steps = [np.hypot(*np.diff(part, axis=0).T) for part in to_strokes(glyph)]
    return not np.isfinite(glyph).all() or any((step > max(0.3, 6 * np.median(step))).any() for step in steps)


def _cost(writer: Writer) -> tuple[float, float]:
    """Return the median times in ms of ten digits and of a detection, in turns: CPU time of one thread."""
    glyph = np.zeros(SIZE, np.float32)
    references = [Reference(digit, glyph, 1.0) for digit in (2, 4, 7)]
    detector, blank = Detector.load(threads=1), np.full((400, 400), 255, np.uint8)
    times = []
    for _ in range(40):
        start = time.thread_time()
        writer.learn(references)
        learnt = time.thread_time()
        detector.detect(blank)
        times.append((learnt - start, time.thread_time() - learnt))
    milliseconds, detection = 1000 * np.median(times, axis=0)
    return float(milliseconds), float(detection)


def _table(split: str, figures: dict[str, Any]) -> str:
    rows = [(f"{split}, {figures['writers']} writers", "strokes", "pictures", "mean")]
    for name, found in figures["likeness"].items():
        cells = [f"{value:.3f} ± {error:.3f}" for value, error in found]
        rows.append((name, *cells, f"{found.mean:.3f}"))
    read = ", ".join(f"{name} {value:.3f}" for name, value in figures["readability"].items())
    return "\n".join(
        (
            text_table(rows, left=range(1)),
            f"read as meant: {read}",
            f"broken strokes: {figures['broken']} of {figures['candidates']:,}; spread beside real ink "
            f"{figures['spread']:.2f}; near copies of training digits {figures['near_copies']:.3f} (real ink: 0.010)",
            "",
        )
    )
