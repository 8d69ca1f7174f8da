"""Pictures of every kind are read as people see them; the others are refused in one line with a remedy."""

import io
import struct
import sys
import zlib
from contextlib import suppress
from pathlib import Path

import numpy as np
import pillow_heif
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image

from digit_detector.detect.images import read_image
from digit_detector.errors import ImageError

RED = (255, 0, 0)


def encode(image: Image.Image, file_format: str = "PNG", **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, file_format, **options)
    return buffer.getvalue()


def palette_with_transparency() -> bytes:
    image = Image.new("P", (4, 3), 1)
    image.putpalette([0, 0, 0, *RED])
    image.putpixel((0, 0), 0)
    return encode(image, transparency=0)


def sixteen_bit(file_format: str) -> bytes:
    values = np.full((3, 4), 65535, np.uint16)
    values[0, 0] = 0
    return encode(Image.fromarray(values), file_format)


READABLE = {
    "grey": (encode(Image.new("L", (4, 3), 200)), (3, 4), 200),
    "one bit": (encode(Image.new("1", (4, 3), 1)), (3, 4), 255),
    "16 bit PNG": (sixteen_bit("PNG"), (3, 4), 255),
    "16 bit TIFF": (sixteen_bit("TIFF"), (3, 4), 255),
    "16 bit PGM": (sixteen_bit("PPM"), (3, 4), 255),
    "colour": (encode(Image.new("RGB", (4, 3), RED)), (3, 4, 3), RED),
    "palette": (encode(Image.new("RGB", (4, 3), RED).quantize()), (3, 4, 3), RED),
    "palette with transparency": (palette_with_transparency(), (3, 4, 4), (*RED, 255)),
    "colour with transparency": (encode(Image.new("RGBA", (4, 3), (*RED, 7))), (3, 4, 4), (*RED, 7)),
    "colour with a transparent colour": (encode(Image.new("RGB", (4, 3), RED), transparency=RED), (3, 4, 4), (*RED, 0)),
    "grey with transparency": (encode(Image.new("LA", (4, 3), (200, 7))), (3, 4, 4), (200, 200, 200, 7)),
    "CMYK": (encode(Image.new("CMYK", (4, 3), (0, 255, 255, 0)), "TIFF"), (3, 4, 3), RED),
    "BMP": (encode(Image.new("RGB", (4, 3), RED), "BMP"), (3, 4, 3), RED),
    "still GIF": (encode(Image.new("RGB", (4, 3), RED), "GIF"), (3, 4, 3), RED),
    "WebP": (encode(Image.new("RGB", (4, 3), RED), "WEBP", lossless=True), (3, 4, 3), RED),
}


@pytest.mark.parametrize("kind", READABLE)
def test_reads(kind: str) -> None:
    data, shape, colour = READABLE[kind]
    pixels = read_image(data)
    assert pixels.dtype == np.uint8
    assert pixels.shape == shape
    np.testing.assert_array_equal(pixels[-1, -1], colour)


def test_jpeg_in_cmyk_looks_like_its_colour() -> None:
    pixels = read_image(encode(Image.new("CMYK", (8, 8), (0, 255, 255, 0)), "JPEG"))
    assert np.abs(pixels.astype(int) - RED).max() < 20


def test_path_bytes_pillow_and_array_give_the_same(tmp_path: Path) -> None:
    array = np.random.default_rng(0).integers(0, 256, (5, 7, 3)).astype(np.uint8)
    image = Image.fromarray(array)
    (tmp_path / "a.png").write_bytes(encode(image))
    for source in (tmp_path / "a.png", str(tmp_path / "a.png"), encode(image), image, array):
        np.testing.assert_array_equal(read_image(source), array)


def test_a_photograph_is_turned_upright() -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6  # the camera was held turned to the left
    upright = read_image(encode(Image.new("RGB", (16, 8), RED), "JPEG", exif=exif))
    assert upright.shape == (16, 8, 3)


def test_a_picture_given_open_is_left_as_it_was() -> None:
    image = Image.new("P", (4, 3))
    image.getexif()[ExifTags.Base.Orientation] = 6
    assert read_image(image).shape == (4, 3, 3)
    assert (image.mode, image.size) == ("P", (4, 3))


def test_the_preview_in_a_cameras_picture_is_no_animation() -> None:
    data = encode(Image.new("RGB", (16, 8), RED), "MPO", save_all=True, append_images=[Image.new("RGB", (8, 4))])
    assert read_image(data).shape == (8, 16, 3)


@pytest.mark.parametrize("bits", [8, 10, 12, 14, 16])
def test_deep_pixels_are_scaled_by_their_range(bits: int) -> None:
    values = np.array([[0, 2**bits - 1], [2 ** (bits - 1), 1]], np.uint16)
    expected = values.astype(int) * 255 // (2**bits - 1)
    np.testing.assert_array_equal(read_image(encode(Image.fromarray(values))), expected)


def test_heic_is_read() -> None:
    buffer = io.BytesIO()
    pillow_heif.from_pillow(Image.new("RGB", (64, 48), RED)).save(buffer)
    pixels = read_image(buffer.getvalue())
    assert pixels.shape == (48, 64, 3)
    assert np.abs(pixels.astype(int) - RED).max() < 20


def test_heic_is_refused_without_its_decoder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    (tmp_path / "IMG_1.HEIC").write_bytes(b"\0\0\0\x18ftypheic" + bytes(40))
    with pytest.raises(
        ImageError, match=r"IMG_1\.HEIC is a HEIC picture: save it as JPEG, or pip install 'digit-detector\[heic\]'"
    ):
        read_image(tmp_path / "IMG_1.HEIC")


def png_of(width: int, height: int) -> bytes:
    """A PNG's head that promises a size, with hardly any data after it."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


def animation(file_format: str) -> bytes:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "green")]
    return encode(frames[0], file_format, save_all=True, append_images=frames[1:])


def scans(count: int) -> bytes:
    """Return a progressive JPEG whose last scan comes again and again."""
    data = encode(NOISE, "JPEG", progressive=True)
    last = data.rindex(b"\xff\xda")
    return data[:last] + count * data[last:-2] + data[-2:]


NOISE = Image.fromarray(np.random.default_rng(0).integers(0, 256, (64, 64, 3)).astype(np.uint8))
REFUSED = {
    "empty": (b"", "is empty"),
    "text": (b"hello", "is not a picture this program reads"),
    "vector graphics": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "is not a picture this program reads"),
    "cut PNG": (encode(NOISE)[:5000], "is damaged or cut short"),
    "cut JPEG": (encode(NOISE, "JPEG")[:900], "is damaged or cut short"),
    "PNG with broken data": (encode(NOISE)[:3000] + b"broken" + encode(NOISE)[3006:], "is damaged or cut short"),
    "just too many pixels": (png_of(5001, 5000), "5001 x 5000 pixels, more than 25,000,000"),
    "20,000 x 20,000": (png_of(20_000, 20_000), "more than 25,000,000 pixels"),
    "animated GIF": (animation("GIF"), "is animated or has several pages"),
    "animated PNG": (animation("PNG"), "is animated or has several pages"),
    "animated WebP": (animation("WEBP"), "is animated or has several pages"),
    "TIFF of two pages": (animation("TIFF"), "is animated or has several pages"),
    "JPEG of many scans": (scans(100), "has more than 100 scans"),
    "floating point": (encode(Image.new("F", (4, 3), 0.5), "TIFF"), "floating-point"),
    "32 bit": (encode(Image.new("I", (4, 3), 1_000_000), "TIFF"), "32-bit"),
    "too many bytes": (bytes(20 * 1024 * 1024 + 1), "more than 20,971,520"),
}


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("as_file", [False, True], ids=["bytes", "file"])
@pytest.mark.parametrize("kind", REFUSED)
def test_refuses_in_one_line(kind: str, as_file: bool, tmp_path: Path) -> None:
    data, message = REFUSED[kind]
    source: bytes | Path = data
    if as_file:
        source = tmp_path / "picture.png"
        source.write_bytes(data)
        message = f"{source} {message}" if message.startswith("is ") else message
    with pytest.raises(ImageError, match=message) as caught:
        read_image(source)
    assert "\n" not in str(caught.value)
    assert ": " in str(caught.value)  # cause: remedy


def test_photograph_with_a_film_behind_it_is_read() -> None:
    film = np.random.default_rng(0).integers(0, 256, 12_000_000, np.uint8).tobytes()
    assert film.count(b"\xff\xda") > 100
    assert read_image(encode(NOISE, "JPEG") + film).shape == (64, 64, 3)


def test_refuses_paths_that_are_no_files(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="does not exist"):
        read_image(tmp_path / "none.png")
    with pytest.raises(ImageError, match="is a folder"):
        read_image(tmp_path)
    with pytest.raises(ImageError, match="cannot be opened"):
        read_image("a\0b")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such file")
def test_endless_file_is_read_up_to_the_limit() -> None:
    with pytest.raises(ImageError, match="/dev/zero has more than 20,971,520 bytes"):
        read_image("/dev/zero")


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((4, 3)),
        np.zeros((4, 3), np.int64),
        np.zeros((4, 3, 2), np.uint8),
        np.zeros((1, 4, 3, 3), np.uint8),
        np.zeros(4, np.uint8),
        np.zeros((0, 3), np.uint8),
        np.broadcast_to(np.uint8(0), (5001, 5000)),
    ],
    ids=lambda array: f"{array.dtype} {array.shape}",
)
def test_refuses_arrays_that_are_no_pictures(array: np.ndarray) -> None:
    with pytest.raises(ImageError):
        read_image(array)


def test_refuses_what_is_no_picture_at_all() -> None:
    with pytest.raises(ImageError, match="a NoneType is not a picture"):
        read_image(None)


SEEDS = [encode(NOISE), encode(NOISE.quantize()), encode(NOISE, "JPEG"), animation("GIF"), sixteen_bit("TIFF")]


@pytest.mark.filterwarnings("ignore::UserWarning", "ignore::PIL.Image.DecompressionBombWarning")
@settings(max_examples=300)
@given(st.sampled_from(SEEDS), st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=8), st.floats(0, 1))
def test_damaged_pictures(data: bytes, changes: list[tuple[float, int]], length: float) -> None:
    damaged = bytearray(data)
    for place, value in changes:
        damaged[int(place * (len(damaged) - 1))] = value
    with suppress(ImageError):
        pixels = read_image(bytes(damaged[: int(length * len(damaged))]))
        assert pixels.dtype == np.uint8
        assert pixels.ndim in (2, 3)


def test_a_damaged_pillow_image_is_refused_like_its_file() -> None:
    cut = Image.open(io.BytesIO(encode(NOISE)[:5000]))
    with pytest.raises(ImageError, match="damaged or cut short"):
        read_image(cut)
