"""The files of a folder of drawings: found in an order of their own, measured, and copied without being changed."""

import io
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path, PurePosixPath
from typing import Final

from PIL import ExifTags, Image

from digit_detector.drawing import Drawing
from digit_detector.errors import DataError
from digit_detector.limits import MAX_FILE_BYTES, MAX_PIXELS

_SUFFIXES: Final = {"PNG": ".png", "JPEG": ".jpg", "WEBP": ".webp", "BMP": ".bmp"}
PICTURES: Final = frozenset({*_SUFFIXES.values(), ".jpeg"})


def inside(folder: Path, name: str) -> Path:
    """The file of this name in the folder; ValueError where the name leads out of it."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or not path.parts or any(sign in name for sign in "\\:\0"):
        raise ValueError(f"file: expected a name inside {folder.name}, found {name!r}")
    return folder / path


def listed(folder: Path, suffixes: Iterable[str]) -> Iterator[Path]:
    """The files below the folder with one of the suffixes, sorted by their name, without holding them in memory."""
    if not folder.is_dir():
        raise DataError(f"{folder}: no such folder; name the folder that holds {folder.name}/")
    wanted = frozenset(suffixes)
    with closing(sqlite3.connect("")) as names:  # a file of its own, gone when closed
        names.execute("CREATE TABLE names (name TEXT PRIMARY KEY) WITHOUT ROWID")
        names.executemany("INSERT INTO names VALUES (?)", _names(folder, folder, wanted))
        for (name,) in names.execute("SELECT name FROM names ORDER BY name"):
            yield folder / name


def _names(root: Path, folder: Path, suffixes: frozenset[str]) -> Iterator[tuple[str]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _names(root, entry, suffixes)
        elif entry.suffix.lower() in suffixes:
            yield (entry.relative_to(root).as_posix(),)


def measured(picture: bytes | Path) -> tuple[str, int, int]:
    """Suffix, width and height of a picture's file; ValueError where it is damaged, of another kind or too large."""
    try:
        with Image.open(io.BytesIO(picture) if isinstance(picture, bytes) else picture, formats=[*_SUFFIXES]) as image:
            width, height, kind = image.width, image.height, str(image.format)
            # Looking for it in a PNG would decode the picture; cameras write JPEG.
            turned = kind != "PNG" and image.getexif().get(ExifTags.Base.Orientation, 1) != 1
            image.verify()
    except FileNotFoundError:
        raise ValueError(f"picture: {picture!s} does not exist") from None
    except Exception as error:  # Pillow's decoders raise nearly anything on damaged data
        reason = " ".join(str(error).split())
        raise ValueError(f"picture: expected one of {', '.join(_SUFFIXES)} that is whole ({reason})") from error
    if width * height > MAX_PIXELS:
        raise ValueError(f"picture: expected at most {MAX_PIXELS:,} pixels, found {width} x {height}")
    if turned:
        raise ValueError("picture: expected it upright, found one that EXIF turns: save it as it is to be seen")
    return _SUFFIXES[kind], width, height


def content_of(record: Drawing) -> tuple[bytes, str]:
    """The record's picture and its kind's suffix; ValueError where it is damaged or not of the size that is told."""
    content = record.read()
    if len(content) > MAX_FILE_BYTES:
        raise ValueError(f"picture: expected at most {MAX_FILE_BYTES:,} bytes, found {len(content):,}")
    suffix, width, height = measured(content)
    if (width, height) != (record.width, record.height):
        raise ValueError(f"width and height: {record.width} x {record.height}, but the picture is {width} x {height}")
    return content, suffix


def copied(record: Drawing, folder: Path, stem: str) -> str:
    """Writes the record's picture into the folder as it is and returns its name there: `stem` and its kind's suffix.

    Raises ValueError where the picture is unfit, or is there already.
    """
    content, suffix = content_of(record)
    target = folder / f"{stem}{suffix}"
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with target.open("xb") as file:
            file.write(content)
    except FileExistsError:
        raise ValueError(f"id: {record.id!r} occurs twice") from None
    return target.relative_to(folder).as_posix()
