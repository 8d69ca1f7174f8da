"""The twelve classes and their order, which travels inside every weights file."""

from typing import Final

CLASSES: Final = ("0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "other", "censored")
DIGITS: Final = CLASSES[:10]
OTHER: Final = CLASSES.index("other")
CENSORED: Final = CLASSES.index("censored")
