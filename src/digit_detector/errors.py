"""Errors: one small family; each message names the value, the cause and the remedy in one line."""

from typing import Final

DISTRIBUTION: Final = "digit-detector"
"""The name that pip installs; `pyproject.toml` has it too."""


class DigitDetectorError(Exception):
    """The base of every error that a user can fix."""


class ImageError(DigitDetectorError):
    """A picture that cannot be read: damaged, empty, too large, or not a picture."""


class ImageTooLargeError(ImageError):
    """A picture with more bytes or pixels than `limits` allows."""


class WeightsError(DigitDetectorError):
    """Weights that are missing, damaged, or belong to another network."""


class DeviceError(DigitDetectorError):
    """A device or runtime that this machine does not have."""


class DataError(DigitDetectorError):
    """A data file that is missing or damaged; the message names the file, the line, and what was expected."""


class StoreError(DigitDetectorError):
    """A store of drawings that cannot be reached, read or written, or has another version."""


class HandwritingError(DigitDetectorError):
    """A hand that cannot be learnt, or a number that cannot be written in it."""


def how_to_install(extra: str) -> str:
    """Return the command that installs an extra of this package, as the remedy in a message."""
    return f"pip install '{DISTRIBUTION}[{extra}]'"


def one_line(error: BaseException | str) -> str:
    """Return an error's message on one line, such as another library's, to be part of a message of this project."""
    return " ".join(str(error).split())
