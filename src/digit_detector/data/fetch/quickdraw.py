"""Quick, Draw! and Moniker's appendix to it: a drawing a line, of which the beginning of each file is read."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from tqdm import tqdm

from digit_detector.data.fetch.download import Home
from digit_detector.data.fetch.gzipped_rows import row_of, whole, write_rows
from digit_detector.errors import DataError
from digit_detector.synth.sources import lookalikes

CATEGORIES: Final = "https://raw.githubusercontent.com/googlecreativelab/quickdraw-dataset/master/categories.txt"
DRAWINGS: Final = "https://storage.googleapis.com/quickdraw_dataset/full/simplified"
MONIKER: Final = (
    "https://raw.githubusercontent.com/studiomoniker/Quickdraw-appendix/7587a90c8f10f42da04d00f5e4ec669c97b25a52/"
    "penis-simplified.ndjson"
)
"""Named by the commit, so that it stays the same file."""

_FIELDS: Final = ("word", "key_id", "drawing")


def bring(home: Home, root: Path, downloads: Path, per_category: int) -> list[str]:
    """Writes `quickdraw/drawings.ndjson.gz` with the first drawings of each category, but of those like a digit.

    A category that has come stays in `downloads` until all have.
    """
    words = home.read(CATEGORIES).decode("utf-8").split("\n")
    wanted = [word.strip() for word in words if word.strip() and word.strip() not in lookalikes.DOODLES]
    if not wanted:
        raise DataError(f"{CATEGORIES}: expected a category a line, found none")
    parts = [downloads / f"{quote(word, safe=' ')}-{per_category}.ndjson" for word in wanted]
    for word, part in zip(tqdm(wanted, unit=" categories", disable=None), parts, strict=True):
        if not part.exists():
            url = f"{DRAWINGS}/{quote(word)}.ndjson"
            rows = [row_of(line, _FIELDS, url) for line in home.rows(url, per_category)]
            with whole(part) as partial:
                partial.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    count = write_rows(root / "quickdraw/drawings.ndjson.gz", _rows(parts))
    return [f"{count:,} drawings of {len(wanted)} categories; those like a digit are left out"]


def bring_moniker(home: Home, root: Path, downloads: Path) -> list[str]:
    """Writes `moniker/censored-simplified.ndjson.gz`."""
    file = downloads / "penis-simplified.ndjson"
    if not file.exists():
        home.download(MONIKER, file)
    content = file.read_bytes()
    try:
        rows = [row_of(line, _FIELDS, f"{MONIKER}, line {n}") for n, line in enumerate(content.splitlines(), start=1)]
    except DataError:
        file.unlink()
        raise
    count = write_rows(root / "moniker/censored-simplified.ndjson.gz", rows)
    return [
        f"{count:,} drawings; the file's SHA-256, of which its home tells none: {hashlib.sha256(content).hexdigest()}"
    ]


def _rows(parts: list[Path]) -> Iterator[dict[str, Any]]:
    for part in parts:
        with part.open() as lines:
            yield from map(json.loads, lines)
