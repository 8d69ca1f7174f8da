"""Images: read a picture from bytes, a path, a Pillow image or an array, and reject bad ones before decoding."""

import io
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from digit_detector.errors import ImageError, ImageTooLargeError, how_to_install, one_line
from digit_detector.limits import MAX_FILE_BYTES, MAX_PIXELS

ImageSource = str | os.PathLike[str] | bytes | Image.Image | npt.NDArray[np.uint8]
Pixels = npt.NDArray[np.uint8]

_JPEG: Final = {".jpg", ".jpeg", ".jpe", ".jfif"}
_HEIC: Final = {".heic", ".heif"}
SUFFIXES: Final = frozenset({".png", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".pgm", ".ppm"} | _JPEG | _HEIC)

# Raster formats only: Pillow would hand PostScript to an external program.
_FORMATS: Final[tuple[str, ...]] = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "PPM")
_MAX_SCANS: Final = 100
"""Of a progressive JPEG, where cameras and programs write about ten: each takes the time of a whole picture."""
_SCAN: Final = re.compile(rb"\xff\xda\x00(?:\x08\x01|\x0a\x02|\x0c\x03|\x0e\x04)")
"""Marker, length and number of components that begin a scan; the film behind a phone's photograph has the marker alone.
"""

_HEIC_BRANDS: Final = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_16_BIT_MODES: Final = ("I;16", "I;16L", "I;16B", "I;16N", "I")


def read_image(source: ImageSource) -> Pixels:
    """Read a picture as people see it: rotated by its EXIF data, palettes and other colour models resolved.

    Args:
        source: a path, a file's bytes, a Pillow image, or a uint8 array (H, W), (H, W, 3) or (H, W, 4).

    Returns:
        uint8 (H, W) grey, (H, W, 3) RGB or (H, W, 4) RGBA with straight alpha. An array is returned as it is.

    Raises:
        ImageError: the picture is missing, empty, damaged, too large, animated, or of an unsupported kind.
    """
    if isinstance(source, np.ndarray):
        return _checked_array(source)
    if isinstance(source, Image.Image):
        return _read(lambda: source, "the picture")
    if isinstance(source, bytes | bytearray | memoryview):
        return _decode(bytes(source), "the picture")
    if isinstance(source, str | os.PathLike):
        return _decode(_read_file(Path(source)), str(source))
    raise ImageError(
        f"a {type(source).__name__} is not a picture: give a path, a file's bytes, a Pillow image or a uint8 array"
    )


def _checked_array(array: npt.NDArray[np.uint8]) -> Pixels:
    grey = array.ndim == 2
    colour = array.ndim == 3 and array.shape[2] in (3, 4)
    if array.dtype != np.uint8 or not (grey or colour):
        raise ImageError(
            f"an array of {array.dtype} {array.shape} is not a picture: give uint8 (H, W), (H, W, 3) or (H, W, 4)"
        )
    _check_size(array.shape[1], array.shape[0], "the picture")
    return array


def _read_file(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise ImageError(f"{path} is a folder: name a picture in it")
        with path.open("rb") as file:
            return file.read(MAX_FILE_BYTES + 1)  # _decode refuses so many
    except FileNotFoundError:
        raise ImageError(f"{path} does not exist: check the path") from None
    except (OSError, ValueError) as error:
        raise ImageError(f"{path} cannot be opened ({error}): check the path and its permissions") from error


def _decode(data: bytes, name: str) -> Pixels:
    if not data:
        raise ImageError(f"{name} is empty (0 bytes): save it again")
    if len(data) > MAX_FILE_BYTES:
        raise ImageTooLargeError(f"{name} has more than {MAX_FILE_BYTES:,} bytes: make it smaller")
    if data.startswith(b"\xff\xd8") and sum(1 for _ in _SCAN.finditer(data)) > _MAX_SCANS:
        raise ImageError(f"{name} has more than {_MAX_SCANS} scans: save it again as a plain JPEG")
    formats = _FORMATS
    if data[4:8] == b"ftyp" and data[8:12] in _HEIC_BRANDS:
        try:
            from pillow_heif import register_heif_opener
        except ImportError:
            raise ImageError(f"{name} is a HEIC picture: save it as JPEG, or {how_to_install('heic')}") from None
        register_heif_opener()
        formats = ("HEIF",)
    return _read(lambda: Image.open(io.BytesIO(data), formats=formats), name)


def _read(opened: Callable[[], Image.Image], name: str) -> Pixels:
    try:
        return _pixels(opened(), name)
    except ImageError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ImageTooLargeError(f"{name} has more than {MAX_PIXELS:,} pixels: make it smaller") from error
    except UnidentifiedImageError as error:
        formats = ", ".join(_FORMATS)
        raise ImageError(f"{name} is not a picture this program reads: save it as one of {formats}") from error
    except Exception as error:  # Pillow's decoders raise nearly anything on damaged data
        raise ImageError(f"{name} is damaged or cut short ({one_line(error)}): save or download it again") from error


def _pixels(image: Image.Image, name: str) -> Pixels:
    _check_size(image.width, image.height, name)
    # A camera's JPEG may carry a preview (MPO); its first picture is the photograph itself.
    if getattr(image, "is_animated", False) and image.format != "MPO":  # to count the pages would take long
        raise ImageError(f"{name} is animated or has several pages: save one of them as its own picture")
    if image.getexif().get(ExifTags.Base.Orientation, 1) != 1:
        image = ImageOps.exif_transpose(image)
    return np.asarray(_eight_bit(image, name))


def _eight_bit(image: Image.Image, name: str) -> Image.Image:
    if image.mode in ("L", "RGB", "RGBA") and "transparency" not in image.info:
        return image
    if image.mode in _16_BIT_MODES:
        values = np.asarray(image)
        if values.size and (values.min() < 0 or values.max() > 0xFFFF):
            raise ImageError(f"{name} has 32-bit pixels: save it with 8 or 16 bits a channel")
        # Cameras and scanners store 10, 12 or 14 bits without spreading them over 16.
        bits = max(8, int(values.max()).bit_length())
        return Image.fromarray((values.astype(np.uint32) * 255 // (2**bits - 1)).astype(np.uint8))
    if image.mode == "F":
        raise ImageError(f"{name} has floating-point pixels: save it with 8 or 16 bits a channel")
    if image.has_transparency_data:
        return image.convert("RGBA")
    return image.convert("L" if image.mode == "1" else "RGB")


def _check_size(width: int, height: int, name: str) -> None:
    if width == 0 or height == 0:
        raise ImageError(f"{name} is empty ({width} x {height} pixels): give one with at least one pixel")
    if width * height > MAX_PIXELS:
        raise ImageTooLargeError(f"{name} is {width} x {height} pixels, more than {MAX_PIXELS:,}: make it smaller")
