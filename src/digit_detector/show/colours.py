"""Colours and line styles of the classes, wherever boxes are shown."""

from functools import cache
from typing import Final, Literal

import numpy as np

Line = Literal["solid", "dashed", "dotted"]

# Each has a contrast of 3 with white; any two remain distinct with impaired red, green or blue vision.
COLOURS: Final = {
    "0": "#1f67bc",
    "1": "#c58702",
    "2": "#6d0037",
    "3": "#2477ff",
    "4": "#e66b85",
    "5": "#320baf",
    "6": "#900d03",
    "7": "#a585ce",
    "8": "#4d2c70",
    "9": "#0c00f1",
    "other": "#5f666d",
    "censored": "#d41422",
}

# A second cue: colours that some people confuse have different line styles.
LINES: Final[dict[str, Line]] = {
    "0": "dotted",
    "1": "dashed",
    "2": "dashed",
    "3": "dashed",
    "4": "dotted",
    "5": "dashed",
    "6": "dotted",
    "7": "solid",
    "8": "dotted",
    "9": "solid",
    "other": "dashed",
    "censored": "solid",
}


def text_colour(background: str) -> str:
    """Return black or white, whichever is more legible on the colour (WCAG 2.2, relative luminance)."""
    return "white" if luminance(background) < 0.18 else "black"


@cache
def luminance(colour: str) -> float:
    """Return the relative luminance of `#rrggbb`, in [0, 1] (WCAG 2.2)."""
    channels = np.array([int(colour[start : start + 2], 16) for start in (1, 3, 5)]) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])
