"""A benchmark's figures as printed tables, and compared with the targets."""

from typing import Any, Final, NamedTuple

from digit_detector.show.text_table import text_table

COLUMNS: Final = ("AP50", "AP50:95", "exact", "text_exact", "digits_read", "censored_recall", "others_clean")


class Target(NamedTuple):
    """A figure that the detector must reach: at least `bound`, or less than it if `below` is set."""

    name: str
    condition: str | None
    """None: all canvases together."""
    figure: str
    bound: float
    below: bool = False


TARGETS: Final = (
    Target("AP50", None, "AP50", 0.985),
    Target("AP50:95", None, "AP50:95", 0.88),
    Target("canvases exactly right", None, "exact", 0.93),
    Target("MNIST digits read right", "MNIST pictures", "digits_read", 0.99),
    Target("doodles without digit or rude label", "doodles", "others_clean", 0.95),
    Target("letters without digit or rude label", "letters", "others_clean", 0.95),
    Target("rude doodles censored", None, "censored_recall", 0.93),
    Target("digit canvases wrongly censored", None, "wrongly_censored", 0.01, below=True),
    Target("empty canvases left empty", None, "blank_clean", 1.0),
)
WEAKEST_EXACT: Final = 0.85
"""Canvases exactly right in the weakest condition."""


class Reached(NamedTuple):
    """A target and the figure that was reached."""

    name: str
    value: float
    wanted: str
    met: bool


def reached(figures: dict[str, Any]) -> list[Reached]:
    """Compare the figures of `measure` with every target that they cover, the weakest condition last."""
    lines = []
    for target in TARGETS:
        place = figures["conditions"].get(target.condition, {}) if target.condition else figures["overall"]
        if (value := place.get(target.figure)) is not None:
            met = value < target.bound if target.below else value >= target.bound
            lines.append(Reached(target.name, value, f"{'<' if target.below else '>='} {target.bound:.3f}", met))
    weakest = min(figures["conditions"], key=lambda name: figures["conditions"][name]["exact"])
    least = figures["conditions"][weakest]["exact"]
    wanted = f">= {WEAKEST_EXACT:.3f}"
    return [*lines, Reached(f"weakest condition exact ({weakest})", least, wanted, least >= WEAKEST_EXACT)]


def tables(figures: dict[str, Any]) -> str:
    """Format the figures by condition, by class and by length of the string, then the targets."""
    overall = figures["overall"]
    conditions = [("condition", "canvases", *COLUMNS)]
    for name, row in [*figures["conditions"].items(), ("all", overall)]:
        conditions.append((name, str(row["canvases"]), *(number(row[column]) for column in COLUMNS)))
    classes = [("class", "AP50", "AP50:95")]
    classes += [(name, number(row["AP50"]), number(row["AP50:95"])) for name, row in figures["classes"].items()]
    strings = [("digits in a string", "strings", "exact")]
    strings += [(n, str(row["strings"]), number(row["exact"])) for n, row in figures["strings"].items()]
    targets = [("target", "reached", "wanted", "")]
    targets += [(line.name, number(line.value), line.wanted, "" if line.met else "missed") for line in reached(figures)]
    by_threshold = figures["exact_by_threshold"]
    best = max(by_threshold, key=lambda threshold: float(by_threshold[threshold]))
    rest = [
        ("precision of censored", number(overall["censored_precision"])),
        ("letters and doodles with a digit on them", number(overall["others_as_digit"])),
        ("digit canvases wrongly censored", number(overall["wrongly_censored"])),
        ("empty canvases left empty", number(overall["blank_clean"])),
        ("calibration error", number(figures["calibration_error"])),
        (f"exact at the best threshold, {best}", number(by_threshold[best])),
        ("milliseconds a canvas, p50", f"{figures['milliseconds_p50']:.1f}"),
    ]
    return "\n\n".join(text_table(rows) for rows in (conditions, classes, strings, rest, targets) if len(rows) > 1)


def number(value: float | None) -> str:
    """Format three decimals, or nothing if there is no figure."""
    return "" if value is None else f"{value:.3f}"
