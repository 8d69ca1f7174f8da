"""Tells whether a detector got worse than another on the same canvases, beyond chance."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest  # type: ignore[import-untyped]

from digit_detector.classes import CENSORED, DIGITS, OTHER
from digit_detector.evaluate.benchmark import Result, by_condition
from digit_detector.evaluate.figures import Objects

Figures = dict[str, Any]

FAMILY_WISE_ERROR: Final = 0.05
"""Probability that an equally good detector fails any of the tests."""

MAY_FALL: Final = {"AP50": 0.003, "AP50:95": 0.003}
"""How far average precision may fall. It also judges how tight boxes are, which no count of right answers does."""


class Pairs(NamedTuple):
    """Answers of two detectors to the same questions."""

    name: str
    old: NDArray[np.bool_]
    new: NDArray[np.bool_]

    @property
    def losses(self) -> int:
        """Questions that only the old detector answers correctly."""
        return int((self.old & ~self.new).sum())

    @property
    def gains(self) -> int:
        """Questions that only the new detector answers correctly."""
        return int((self.new & ~self.old).sum())

    @property
    def p_value(self) -> float:
        """Probability of at least so many losses among the discordant pairs if both are equally good (McNemar)."""
        discordant = self.losses + self.gains
        return float(binomtest(self.losses, discordant, 0.5, "greater").pvalue) if discordant else 1.0


def significantly_worse(pairs: Sequence[Pairs]) -> list[Pairs]:
    """Choose the comparisons in which the new detector is worse, by exact binomial tests with Holm's correction (1979).

    If both are equally good in all of them, any is chosen with a probability of at most FAMILY_WISE_ERROR.
    """
    ranked = sorted(pairs, key=lambda pair: pair.p_value)
    for rank, pair in enumerate(ranked):
        if pair.p_value > FAMILY_WISE_ERROR / (len(ranked) - rank):
            return ranked[:rank]
    return ranked


def compared(old: Sequence[Result], new: Sequence[Result]) -> list[Pairs]:
    """Pair the answers to the same canvases: canvases exactly right by condition and in all, and objects by kind."""
    before, after = _answers(old), _answers(new)
    return [Pairs(question, before[question], after[question]) for question in before]


def _answers(results: Sequence[Result]) -> dict[str, NDArray[np.bool_]]:
    objects = Objects.on(results)
    answers = {
        "all canvases exactly right": [result.exact for result in results],
        **{
            f"{condition}: canvases exactly right": [result.exact for result in group]
            for condition, group in by_condition(results).items()
        },
        "digits read right": objects.read[objects.labels < len(DIGITS)],
        "rude doodles censored": objects.read[objects.labels == CENSORED],
        "letters and doodles without a digit or rude label": objects.clean[objects.labels == OTHER],
        "digit canvases on which nothing is censored": [not each.censors for each in results if each.shows_digits],
    }
    return {question: np.array(values, bool) for question, values in answers.items()}


def worse(old: Sequence[Result], new: Sequence[Result], old_overall: Figures, new_overall: Figures) -> list[str]:
    """List what got worse, as lines for people.

    old, new: results of the same canvases. old_overall, new_overall: their overall figures, by `figures.measure`.
    """
    lines = [
        f"{name} fell from {old_overall[name]:.3f} to {new_overall[name]:.3f}"
        for name, most in MAY_FALL.items()
        if old_overall[name] - new_overall[name] > most
    ]
    return lines + [
        f"{pair.name}: {pair.losses} lost, {pair.gains} gained (p = {pair.p_value:.2g})"
        for pair in significantly_worse(compared(old, new))
    ]
