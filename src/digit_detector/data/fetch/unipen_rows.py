"""The rows of UNIPEN that the bundled weights and the frozen suite were made with, found again by their ink.

Of UNIPEN's archive they are a part, in an order of their own, with writers under other names. A drawing is the same
where its ink is: what is fetched gets the number and the writer that it has here, so that splits, the suite and what
was said of single drawings hold for it too. `python -m digit_detector.data.fetch.unipen_rows DATA_ROOT` writes it.
"""

import hashlib
import json
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple, Self

from digit_detector.synth.sources.raw_files import open_rows
from digit_detector.synth.sources.unipen_format import unescape_label

LIST: Final = Path(__file__).with_name("unipen_rows.txt")
"""A line a run of rows by one writer: the part, the writer, and of each row its ink."""

PARTS: Final = ("1a", "1b", "1c", "1d")


class Row(NamedTuple):
    """What a drawing is called."""

    number: int
    """Of its line in its part's file, from 1."""
    writer: str


class Known:
    """The rows that a list names."""

    def __init__(self, text: str) -> None:
        self._rows: dict[tuple[str, str], list[Row]] = defaultdict(list)
        count: dict[str, int] = defaultdict(int)
        for line in text.splitlines():
            part, writer, *inks = line.split()
            for ink in inks:
                count[part] += 1
                self._rows[part, ink].append(Row(count[part], writer))

    @classmethod
    def load(cls) -> Self:
        """Those of the package."""
        return cls(LIST.read_text(encoding="ascii"))

    def find(self, part: str, label: str, strokes: Sequence[Any]) -> list[Row]:
        """All rows of a part that have this ink: some drawings are in the archive more than once."""
        return self._rows.get((part, ink_of(label, strokes)), [])


def ink_of(label: str, strokes: Sequence[Any]) -> str:
    """Ten hexadecimal digits that tell a drawing from others; strokes are [[x..], [y..]], whole numbers as integers."""
    text = json.dumps([label, strokes], separators=(",", ":"))
    return hashlib.blake2b(text.encode(), digest_size=5).hexdigest()


def listed(root: Path) -> str:
    """The list of the rows below a data root."""
    lines: list[list[str]] = []
    for part in PARTS:
        for _, line in open_rows(root / f"unipen/unipen_{part}.ndjson.gz"):
            row = json.loads(line)
            if not lines or lines[-1][:2] != [part, row["writer"]]:
                lines.append([part, row["writer"]])
            lines[-1].append(ink_of(unescape_label(row["label"]), row["strokes"]))
    return "".join(f"{' '.join(line)}\n" for line in lines)


if __name__ == "__main__":
    LIST.write_text(listed(Path(sys.argv[1])), encoding="ascii")
