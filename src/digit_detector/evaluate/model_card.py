"""The figures in the model card and the README, between marks, so that one command writes them."""

from collections.abc import Sequence
from typing import Any

from digit_detector.errors import DigitDetectorError
from digit_detector.evaluate.report import Reached, number


def filled(text: str, sections: dict[str, str]) -> str:
    """Return `text` with each section's content between `<!-- name -->` and `<!-- /name -->`.

    Raises DigitDetectorError where a section's marks are missing.
    """
    for name, content in sections.items():
        start, end = f"<!-- {name} -->", f"<!-- /{name} -->"
        before, found, rest = text.partition(start)
        _, closed, after = rest.partition(end)
        if not (found and closed):
            raise DigitDetectorError(f"the marks {start} and {end} are missing: put them where the figures belong")
        text = f"{before}{start}\n{content}\n{end}{after}"
    return text


def benchmark_section(figures: dict[str, Any], thresholds: tuple[float, float]) -> str:
    """Write the benchmark's table by condition and its figures over all, in Markdown.

    figures: those of `figures.measure`. thresholds: default score and IoU thresholds.
    """
    overall = figures["overall"]
    rows = [
        _row("condition", "canvases", "AP50", "AP50:95", "exactly right", "strings exactly right"),
        "|---|---|---|---|---|---|",
        *(_figures_row(name, row) for name, row in figures["conditions"].items()),
        _figures_row("**all**", overall),
    ]
    strings = [
        _row("digits in the string", *figures["strings"]),
        "|---|" + "---|" * len(figures["strings"]),
        _row("strings", *(str(row["strings"]) for row in figures["strings"].values())),
        _row("exactly right", *(number(row["exact"]) for row in figures["strings"].values())),
    ]
    summary = (
        f"At the default thresholds (score {thresholds[0]}, IoU {thresholds[1]}): digits read right "
        f"{number(overall['digits_read'])}, rude doodles censored {number(overall['censored_recall'])} (precision "
        f"{number(overall['censored_precision'])}),\nletters and doodles without a digit or rude label "
        f"{number(overall['others_clean'])}, digit canvases wrongly censored {number(overall['wrongly_censored'])},\n"
        f"empty canvases left empty {number(overall['blank_clean'])}. Expected calibration error: "
        f"{number(figures['calibration_error'])}."
    )
    return "\n".join([*rows, "", *(strings if figures["strings"] else []), "", summary])


def targets_section(targets: Sequence[Reached]) -> str:
    """Write the targets and the figures reached, in Markdown."""
    rows = [_row(target.name, target.wanted, number(target.value), "yes" if target.met else "no") for target in targets]
    return "\n".join([_row("target", "wanted", "reached", "met"), "|---|---|---|---|", *rows])


def validation_section(figures: dict[str, Any]) -> str:
    """Write the validation benchmark's figures in a sentence."""
    overall = figures["overall"]
    return (
        f"{overall['canvases']:,} canvases: AP50 {number(overall['AP50'])}, AP50:95 {number(overall['AP50:95'])}, "
        f"exactly right {number(overall['exact'])}."
    )


def readme_section(figures: dict[str, Any]) -> str:
    """Write the benchmark's figures in the words of the README."""
    overall, conditions = figures["overall"], figures["conditions"]
    weakest = sorted(conditions, key=lambda name: conditions[name]["exact"])[:2]
    usual = [name for name in ("one digit", "MNIST pictures", "written numbers") if name in conditions]
    strings = "" if overall["text_exact"] is None else f", and {number(overall['text_exact'])} of the written strings"
    return (
        f"On the {overall['canvases']:,} canvases of the [benchmark](benchmark/README.md), the bundled weights get "
        f"**everything exactly right\non {number(overall['exact'])} of the canvases**{strings} "
        f"(AP50 {number(overall['AP50'])}, AP50:95 {number(overall['AP50:95'])}).\n"
        f"By condition: {_listed(conditions, usual)}. Weakest: {_listed(conditions, weakest)}."
    )


def _listed(conditions: dict[str, Any], names: Sequence[str]) -> str:
    return ", ".join(f"{name} {number(conditions[name]['exact'])}" for name in names)


def _figures_row(name: str, row: dict[str, Any]) -> str:
    return _row(name, f"{row['canvases']:,}", *(number(row[key]) for key in ("AP50", "AP50:95", "exact", "text_exact")))


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
