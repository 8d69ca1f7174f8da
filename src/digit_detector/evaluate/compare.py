"""What got worse from one detector to another, told apart from chance."""

from collections.abc import Sequence
from math import comb
from typing import Any, Final

from digit_detector.evaluate.benchmark import Result

MAY_FALL: Final = {"AP50": 0.003, "AP50:95": 0.003, "digits_read": 0.003, "censored_recall": 0.01, "others_clean": 0.01}
"""How far a figure of all canvases may fall; one in a hundred canvases of a kind is a matter of chance."""

MAY_RISE: Final = {"wrongly_censored": 0.003}

CHANCE: Final = 0.02
"""A condition got worse where its lost canvases would outnumber its gained ones so far by chance less often."""


def worsened(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """The figures of `suite.figures.figures` for all canvases that got worse, as lines for people."""
    falls = [(name, old[name] - new[name], most) for name, most in MAY_FALL.items()]
    rises = [(name, new[name] - old[name], most) for name, most in MAY_RISE.items()]
    return [
        f"{name} went from {old[name]:.3f} to {new[name]:.3f}"
        for name, change, most in [*falls, *rises]
        if change > most
    ]


def lost(old: Sequence[Result], new: Sequence[Result]) -> list[str]:
    """The conditions in which significantly more canvases were lost than gained, as lines for people.

    A sign test of the canvases that only one of the two reads exactly right; `old` and `new` are of the same canvases.
    """
    conditions = list(dict.fromkeys(result.condition for result in old))
    lines = []
    for condition in conditions:
        pairs = [(a.right, b.right) for a, b in zip(old, new, strict=True) if a.condition == condition]
        losses, gains = pairs.count((True, False)), pairs.count((False, True))
        if losses > gains and _by_chance(losses, losses + gains) < CHANCE:
            lines.append(f"{condition}: {losses} canvases are no longer read exactly right, {gains} newly are")
    return lines


def _by_chance(heads: int, tosses: int) -> float:
    """Probability of at least `heads` in `tosses` of a fair coin."""
    return float(sum(comb(tosses, count) for count in range(heads, tosses + 1)) * 0.5**tosses)
