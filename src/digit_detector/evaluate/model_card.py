"""The figures in the model card and the README: between marks, so that they are written by one command."""

from typing import Any

from digit_detector.errors import DigitDetectorError
from digit_detector.evaluate.report import Aim


def filled(text: str, sections: dict[str, str]) -> str:
    """`text` with each section's content between `<!-- name -->` and `<!-- /name -->`.

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


def suite_section(figures: dict[str, Any], thresholds: tuple[float, float]) -> str:
    """The suite's table by condition and its figures over all, in Markdown; `figures` are those of `measure`."""
    rows = [
        "| canvases of the frozen suite | number | AP50 | AP50:95 | exactly right |",
        "|---|---|---|---|---|",
        *(_row(name, row) for name, row in figures["conditions"].items()),
        _row("**all**", figures["overall"]),
    ]
    overall = figures["overall"]
    summary = (
        f"At the default thresholds (score {thresholds[0]}, IoU {thresholds[1]}): digits read right "
        f"{overall['digits_read']:.3f}, rude doodles censored {overall['censored_recall']:.3f}, letters and doodles "
        f"without a digit or rude label\n{overall['others_clean']:.3f}, digit canvases wrongly censored "
        f"{overall['wrongly_censored']:.3f}, empty canvases left empty {overall['blank_clean']:.3f}; expected "
        f"calibration error {figures['calibration_error']:.3f}."
    )
    return "\n".join(rows) + f"\n\n{summary}"


def aims_section(aims: list[Aim]) -> str:
    """What the detector must reach on the suite, and what of it is reached, in Markdown."""
    rows = [f"| {aim.name} | {aim.wanted} | {aim.reached:.3f} | {'yes' if aim.met else 'no'} |" for aim in aims]
    return "\n".join(["| aim | wanted | reached | met |", "|---|---|---|---|", *rows])


def validation_section(figures: dict[str, Any]) -> str:
    """The validation scenes' figures in a sentence; `figures` are those of `scene_figures`."""
    return (
        f"{figures['scenes']:,} canvases of seed {figures['seed']}: AP50 {figures['AP50']:.3f}, "
        f"AP50:95 {figures['AP50:95']:.3f}, exactly right {figures['exact']:.3f}."
    )


def readme_section(figures: dict[str, Any]) -> str:
    """The suite's figures in the words of the README."""
    overall, conditions = figures["overall"], figures["conditions"]
    weakest = sorted(conditions, key=lambda name: conditions[name]["exact"])[:2]
    some = [name for name in ("one digit", "MNIST pictures", "written numbers") if name in conditions]
    shown = ", ".join(f"{conditions[name]['exact']:.3f} for “{name}”" for name in some)
    least = " and ".join(f"{conditions[name]['exact']:.3f} for “{name}”" for name in weakest)
    return (
        f"On a frozen suite of {overall['canvases']:,} canvases by other writers than training's, the bundled weights "
        f"find and name\n**everything exactly right on {overall['exact']:.3f} of the canvases** "
        f"(AP50 {overall['AP50']:.3f}, AP50:95 {overall['AP50:95']:.3f}):\n{shown};\nat the weak end {least}."
    )


def _row(name: str, row: dict[str, Any]) -> str:
    numbers = ("" if row[key] is None else f"{row[key]:.3f}" for key in ("AP50", "AP50:95", "exact"))
    return f"| {name} | {row['canvases']:,} | {' | '.join(numbers)} |"
