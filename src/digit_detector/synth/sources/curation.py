"""Curate the public sets: correct or leave out wrong labels, duplicates across splits, and look-alikes of digits.

`digit-detector data label-issues` lists drawings whose label both the detector and a baseline contradict. The entries
of `label_fixes.json` come from its contact sheets, each checked by a person: signs other than the label, fragments of a
sign whose rest is missing (a bar labelled 4 or E), illegible ink, and doodles of something else. Unusual but correct
forms stayed. The list covers training and validation; `tools/benchmark_scenes/reviewed_keys.json` has what the
benchmark leaves out.

Look-alikes are letters, symbols and doodles that resemble a digit or a dot, and are therefore no examples of `other`. A
network that learns a round O as `other` would learn a round 0 as `other`. Alone, these drawings are never shown to the
network, neither as `other` nor as a digit, and are not evaluated. Letters and symbols occur beside what makes clear
what they are: an o in a word, a slash between numbers (`synth.written_numbers`).
"""

import json
from pathlib import Path
from typing import Final

from digit_detector.synth.strokes import Sketch

_FIXES: Final = json.loads(Path(__file__).with_name("label_fixes.json").read_text(encoding="ascii"))

MISLABELLED: Final[dict[str, tuple[str, str | None]]] = {
    **{key: (label, None) for label, keys in _FIXES["discarded"].items() for key in keys},
    **{key: (label, correct) for key, (label, correct) in _FIXES["corrected"].items()},
}
"""By key: the label in the public set, and the correct one, or None to leave the drawing out."""

CROSS_SPLIT_DUPLICATES: Final = frozenset(_FIXES["cross_split_duplicates"])
"""Keys of UNIPEN rows (1a to 1d) for training whose strokes also occur under a writer of another split.

Training skips its copy, so validation and the benchmark never judge ink that the network has learned.
"""

LOOKALIKE_LETTERS: Final = frozenset(
    "OoDQ"  # 0
    "Il"  # 1
    "iJj"  # 1 with a dot or a foot
    "Zz"  # 2
    "Ss"  # 5
    "Gb"  # 6
    "TYy"  # 7 and 4
    "B"  # 8
    "gq"  # 9
)

LOOKALIKE_SYMBOLS: Final = frozenset(
    ".,'`:;-_"  # dots and dashes, which could be slips of the pen
    "|/\\!()[]"  # 1
    '"'  # 11
    "?"  # 2
    "}"  # 3
    ">"  # 7
    "&%$"  # 8, 0/0, 5
)

LOOKALIKE_DOODLES: Final = frozenset(
    {
        *("circle", "donut", "potato", "pond", "cookie", "bracelet", "blueberry", "hockey puck", "pool"),  # 0
        *("bottlecap", "onion", "hexagon", "octagon", "paper clip", "steak", "necklace", "wheel"),  # 0
        *("line", "stitches", "baseball bat", "matches", "string bean", "pencil", "nail", "sword", "broom"),  # 1
        *("knife", "crayon", "marker", "garden hose"),  # 1
        *("squiggle", "zigzag", "lightning", "snake", "river", "swan"),  # 2, 5, 3
        *("ear", "moustache", "bird", "mountain"),  # 3
        *("lollipop", "tennis racquet", "spoon", "frying pan", "hurricane", "tornado", "snail"),  # 6 and 9
        *("hockey stick", "golf club", "boomerang", "elbow", "knee", "leg", "axe", "nose", "foot"),  # 7 and 1
        *("hourglass", "bowtie", "peanut", "snowman", "eyeglasses"),  # 8 and 00
        *("moon", "banana", "finger", "rain", "beard", "goatee", "grass"),  # 0, 1, strokes alone
    }
)


def is_lookalike_sign(name: str) -> bool:
    """Tell whether a letter or symbol of this name resembles a digit or a dot."""
    return name in LOOKALIKE_LETTERS or name in LOOKALIKE_SYMBOLS


def is_lookalike(sketch: Sketch) -> bool:
    """Tell whether a sketch of a letter or symbol resembles a digit or a dot."""
    return sketch.source == "unipen" and is_lookalike_sign(sketch.name)


def correct_label(key: str, label: str) -> str | None:
    """Return the correct label of a drawing, which is mostly the one it has; None if it is to be left out."""
    listed, correct = MISLABELLED.get(key.removesuffix("/filled"), (label, label))
    return correct if listed == label else label
