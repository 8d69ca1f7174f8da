"""What the page says beside the reading, in words for everyone."""

from collections import Counter
from typing import Final

from digit_detector.classes import DIGITS
from digit_detector.detect.detections import ClassScore, Detections
from digit_detector.show.explain import LeftOut

UNSURE: Final = 0.5
"""A best class that scores less, or hardly more than the runner-up, is not sure."""
CLOSE: Final = 0.5
"""A runner-up that reaches this part of the best class's score is worth a word."""
FAINT: Final = 0.02
"""A class that scores less is not worth one."""


def remark(detections: Detections, left_out: LeftOut | None) -> str:
    """What people should know beside the digits: what is not sure, and what else is there.

    Where nothing is found, the best of what was left out, which is needed only then, comes nearest.
    """
    if not len(detections):
        nearest = left_out.detections.top[:1] if left_out else ()
        return f"Nothing is sure. Perhaps {_either(nearest[0])}." if nearest else "Nothing found. Try larger strokes."
    sentences = [said for top in detections.top if (said := _doubt(top))]
    others = Counter(top[0].label for top in detections.top if top[0].label not in DIGITS)
    if others:
        first = "Also found: " if detections.reading() else "Found: "
        sentences.append(first + " and ".join(_count(label, number) for label, number in others.items()) + ".")
    return " ".join(sentences)


def known(label: str) -> str:
    """A class in plain words: `7`, `doodle`, `rude doodle`."""
    return {"other": "doodle", "censored": "rude doodle"}.get(label, label)


def name(label: str) -> str:
    """A class with its article: `a 7`, `an 8`, `a doodle`."""
    return f"{'an' if label == '8' else 'a'} {known(label)}"


def _doubt(top: tuple[ClassScore, ...]) -> str:
    best, runner_up = top[:2]
    close = runner_up.score >= CLOSE * best.score
    if best.score >= UNSURE and not close:
        return ""
    if runner_up.score < FAINT:
        return f"Not quite sure of the {known(best.label)} ({best.score:.0%})."
    return f"The {known(best.label)} ({best.score:.0%}) could also be {name(runner_up.label)} ({runner_up.score:.0%})."


def _either(top: tuple[ClassScore, ...]) -> str:
    likely = [f"{name(entry.label)} ({entry.score:.0%})" for entry in top[:2] if entry.score >= FAINT]
    return ", or ".join(likely)


def _count(label: str, number: int) -> str:
    return name(label) if number == 1 else f"{number} {known(label)}s"
