"""Find, measure and copy picture files."""

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


def path_inside(folder: Path, name: str) -> Path:
    """Return the path of a file in the folder; raise ValueError if the name leads out of it."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or not path.parts or any(sign in name for sign in "\\:\0"):
        raise ValueError(f"file: expected a name inside {folder.name}, found {name!r}")
    return folder / path


def list_files(folder: Path, suffixes: Iterable[str]) -> Iterator[Path]:
    """Yield the files below a folder with one of the suffixes, sorted by name, without holding them in memory."""
    if not folder.is_dir():
        raise DataError(f"{folder}: no such folder; name the folder that holds {folder.name}/")
    wanted = frozenset(suffixes)
    with closing(sqlite3.connect("")) as names:  # a temporary file, deleted when closed
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


def measure(picture: bytes | Path) -> tuple[str, int, int]:
    """Return the suffix, width and height of a picture file.

    Raises ValueError if it is damaged, of an unknown kind, too large, or rotated by EXIF.
    """
    try:
        with Image.open(io.BytesIO(picture) if isinstance(picture, bytes) else picture, formats=[*_SUFFIXES]) as image:
            width, height, kind = image.width, image.height, str(image.format)
            # getexif() of a PNG would decode the picture; cameras write JPEG.
            rotated = kind != "PNG" and image.getexif().get(ExifTags.Base.Orientation, 1) != 1
            image.verify()
    except FileNotFoundError:
        raise ValueError(f"picture: {picture!s} does not exist") from None
    except Exception as error:  # Pillow's decoders raise nearly anything on damaged data
        reason = " ".join(str(error).split())
        raise ValueError(f"picture: expected a valid {', '.join(_SUFFIXES)} file ({reason})") from error
    if width * height > MAX_PIXELS:
        raise ValueError(f"picture: expected at most {MAX_PIXELS:,} pixels, found {width} x {height}")
    if rotated:
        raise ValueError("picture: expected no EXIF rotation: save the picture upright")
    return _SUFFIXES[kind], width, height


def read_picture(drawing: Drawing) -> tuple[bytes, str]:
    """Return a drawing's picture and its suffix; raise ValueError if it is damaged or of another size than stated."""
    content = drawing.read()
    if len(content) > MAX_FILE_BYTES:
        raise ValueError(f"picture: expected at most {MAX_FILE_BYTES:,} bytes, found {len(content):,}")
    suffix, width, height = measure(content)
    if (width, height) != (drawing.width, drawing.height):
        raise ValueError(f"width and height: {drawing.width} x {drawing.height}, but the picture is {width} x {height}")
    return content, suffix


def copy_picture(drawing: Drawing, folder: Path, stem: str) -> str:
    """Copy a drawing's picture unchanged to `stem` and its suffix; return this name, relative to the folder.

    Raises ValueError if the picture is invalid or the file exists.
    """
    content, suffix = read_picture(drawing)
    target = folder / f"{stem}{suffix}"
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with target.open("xb") as file:
            file.write(content)
    except FileExistsError:
        raise ValueError(f"id: {drawing.id!r} occurs twice") from None
    return target.relative_to(folder).as_posix()
