"""Match published UNIPEN drawings to the rows with which the bundled weights were trained.

The weights were trained on a copy of part of UNIPEN that orders the drawings differently than the published archive and
has other names for the writers. `unipen_rows.txt` holds a hash of the strokes of each row of that copy. A published
drawing with the same hash gets the row's number and writer, so that splits, label fixes and the benchmark refer to the
same drawings everywhere. `python -m digit_detector.data.fetch.unipen_rows DATA_ROOT` writes the list.
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
"""A line per run of rows by one writer: the part, the writer, and the hash of each row."""

PARTS: Final = ("1a", "1b", "1c", "1d")


class Row(NamedTuple):
    """Identify a row of a part."""

    number: int
    """Line number in the part's file, from 1."""
    writer: str


class KnownRows:
    """Look up rows by the hash of their strokes."""

    def __init__(self, text: str) -> None:
        """Take the content of a list such as `unipen_rows.txt`."""
        self._rows: dict[tuple[str, str], list[Row]] = defaultdict(list)
        counts: dict[str, int] = defaultdict(int)
        for line in text.splitlines():
            part, writer, *hashes = line.split()
            for value in hashes:
                counts[part] += 1
                self._rows[part, value].append(Row(counts[part], writer))

    @classmethod
    def load(cls) -> Self:
        """Load the packaged list."""
        return cls(LIST.read_text(encoding="ascii"))

    def find(self, part: str, label: str, strokes: Sequence[Any]) -> list[Row]:
        """Return all rows of a part with these strokes; some drawings occur more than once in UNIPEN."""
        return self._rows.get((part, stroke_hash(label, strokes)), [])


def stroke_hash(label: str, strokes: Sequence[Any]) -> str:
    """Return ten hexadecimal digits of a hash of label and strokes [[x..], [y..]], with whole numbers as integers."""
    text = json.dumps([label, strokes], separators=(",", ":"))
    return hashlib.blake2b(text.encode(), digest_size=5).hexdigest()


def list_rows(root: Path) -> str:
    """Return the list of the rows below a data root."""
    lines: list[list[str]] = []
    for part in PARTS:
        for _, line in open_rows(root / f"unipen/unipen_{part}.ndjson.gz"):
            row = json.loads(line)
            if not lines or lines[-1][:2] != [part, row["writer"]]:
                lines.append([part, row["writer"]])
            lines[-1].append(stroke_hash(unescape_label(row["label"]), row["strokes"]))
    return "".join(f"{' '.join(line)}\n" for line in lines)


if __name__ == "__main__":
    LIST.write_text(list_rows(Path(sys.argv[1])), encoding="ascii")
