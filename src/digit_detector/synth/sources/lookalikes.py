"""List the letters, symbols and doodles that resemble a digit or a dot, and are therefore no examples of `other`.

A network that learns a round O as `other` would learn a round 0 as `other`. Alone, these drawings are never shown to
the network, neither as `other` nor as a digit, and are not evaluated. Letters and symbols occur beside what makes clear
what they are: an o in a word, a slash between numbers (`synth.written_numbers`).
"""

from typing import Final

from digit_detector.synth.strokes import Sketch

LETTERS: Final = frozenset(
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

SYMBOLS: Final = frozenset(
    ".,'`:;-_"  # dots and dashes, which could be slips of the pen
    "|/\\!()[]"  # 1
    '"'  # 11
    "?"  # 2
    "}"  # 3
    ">"  # 7
    "&%$"  # 8, 0/0, 5
)

DOODLES: Final = frozenset(
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


def is_lookalike(sketch: Sketch) -> bool:
    """Tell whether a sketch of a letter or symbol resembles a digit or a dot."""
    return sketch.source == "unipen" and (sketch.name in LETTERS or sketch.name in SYMBOLS)
