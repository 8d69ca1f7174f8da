"""Count what is read from a folder, and name everything that is not."""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from digit_detector.drawing import Drawing
from digit_detector.errors import DataError, ImageError

MAX_LOST: Final = 0.1
"""Fraction of the pictures, or of the objects, that may be lost before reading fails."""

_NAMED: Final = 5
"""Places that are named for each reason."""


class Skip(Exception):
    """Leave out a valid row for a reason; `lost` tells whether it belongs to the data."""

    def __init__(self, reason: str, *, lost: bool = True) -> None:
        super().__init__(reason)
        self.lost = lost


@contextmanager
def name_row(path: Path, row: str) -> Iterator[None]:
    """Convert errors in a row to a DataError that names the file and the row."""
    try:
        yield
    except ImageError as error:
        raise DataError(f"{path}, {row}: {str(error).removeprefix(f'{path} ')}") from error
    except (ValueError, OverflowError, RecursionError, csv.Error) as error:
        raise DataError(f"{path}, {row}: {error}") from error
    except KeyError as error:
        raise DataError(f"{path}, {row}: {error.args[0]}: is missing") from error
    except (TypeError, AttributeError, IndexError) as error:
        raise DataError(f"{path}, {row}: unexpected form ({error})") from error
    except OSError as error:
        raise DataError(f"{path}, {row}: {error.filename or 'file'}: {error.strerror or error}") from error


class Report:
    """Count pictures and objects: each is read, or skipped for a reason. Some are read with a caveat."""

    def __init__(self, *, keep_going: bool = False, allow_skips: bool = False) -> None:
        """Choose what is an error.

        Args:
            keep_going: skip pictures with an invalid row, instead of raising DataError at the first one.
            allow_skips: accept any number of lost pictures and objects, instead of MAX_LOST.
        """
        self.read: Counter[str] = Counter()
        """Pictures and objects."""
        self.skipped: Counter[str] = Counter()
        """Pictures and objects."""
        self.failed = False
        """Whether a row was invalid."""
        self._keep_going, self._allow_skips = keep_going, allow_skips
        self._lost: Counter[str] = Counter()
        self._places: dict[str, list[str]] = defaultdict(list)
        """By reason."""
        self._ids: set[str] = set()

    def count(self, drawing: Drawing) -> Drawing:
        """Count a drawing that is read, and return it; raise ValueError if its ID occurs twice."""
        if drawing.id in self._ids:
            raise ValueError(f"id: {drawing.id!r} occurs twice")
        self._ids.add(drawing.id)
        self.read.update(pictures=1, objects=len(drawing.annotations))
        return drawing

    def skip(self, reason: str, place: object, *, pictures: int = 0, objects: int = 0, lost: bool = True) -> None:
        """Count what is not read; `lost` tells whether it belongs to the data."""
        self._places[reason].append(str(place))
        self.skipped.update(pictures=pictures, objects=objects)
        if lost:
            self._lost.update(pictures=pictures, objects=objects)

    def note(self, reason: str, place: object, *, doubtful: bool = False) -> None:
        """Count a caveat; a doubtful picture counts as lost unless skips are allowed."""
        self._places[reason].append(str(place))
        self._lost.update(pictures=int(doubtful))

    @contextmanager
    def row(self, path: Path, row: str, *, pictures: int = 1, objects: int = 0) -> Iterator[dict[str, int]]:
        """Read a row, and may yield it; an invalid one is a DataError, or skipped with `keep_going`.

        Provides the counts of what is skipped then, for rows that tell their objects only once they are read.
        """
        counts = {"pictures": pictures, "objects": objects}
        try:
            with name_row(path, row):
                yield counts
        except Skip as skip:
            self.skip(str(skip), f"{path}, {row}", **counts, lost=skip.lost)
        except DataError as error:
            if not self._keep_going:
                raise
            self.failed = True
            self.skip("invalid", error, **counts, lost=False)

    def finish(self, place: object) -> None:
        """Raise DataError if more than MAX_LOST was lost."""
        reasons = "".join(f"; {line}" for line in self.lines())
        for kind in ("pictures", "objects"):
            lost, total = self._lost[kind], self.read[kind] + self.skipped[kind]
            if lost > MAX_LOST * total and not self._allow_skips:
                raise DataError(
                    f"{place}: {lost:,} of {total:,} {kind} would be lost, more than {MAX_LOST:.0%}: correct the "
                    f"folder, or accept the loss with --allow-skips{reasons}"
                )

    def lines(self) -> list[str]:
        """Return a line per reason, with the first places."""
        return [
            f"{reason}: {', '.join(places[:_NAMED])}"
            + (f" and {len(places) - _NAMED:,} more" if len(places) > _NAMED else "")
            for reason, places in self._places.items()
        ]

    def __str__(self) -> str:
        """Return what was read, what was skipped, and how often for each reason, in one line."""
        reasons = ", ".join(f"{reason} {len(places):,}" for reason, places in self._places.items())
        read, skipped = (
            f"{_counted(n['pictures'], 'drawing')} with {_counted(n['objects'], 'object')}"
            for n in (self.read, self.skipped)
        )
        return f"{read}, skipped {skipped}" + (f" ({reasons})" if reasons else "")


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
