"""Test that mutated folders give neither a traceback nor a silent loss, in every format.

`FOLDERS=2000 pytest tests/data/test_formats_fuzz.py` tries more of them.
"""

import json
import os
import random
import shutil
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from support.drawings import picture, write_pictures
from support.foreign_formats import write_folders
from support.tool_exports import EXPORTS, coco_cvat

from digit_detector.data.convert import convert
from digit_detector.data.formats import READERS, WRITERS, read_folder
from digit_detector.data.formats.folder import read_text
from digit_detector.data.formats.read_report import Report
from digit_detector.detect.images import SUFFIXES
from digit_detector.errors import DataError

FOLDERS = int(os.environ.get("FOLDERS", "12"))
VALUES = ["-1", "0", "1e9", "nan", "x", "", "7", "0.5", "9" * 400, "\u00a0", "\U0001f600", "../a.png", "dog", "null"]


def write_ndjson(folder: Path) -> None:
    coco_cvat(folder.with_name("coco"))
    folder.rmdir()
    convert("coco", folder.with_name("coco"), "ndjson", folder, Report())


FORMATS: dict[str, list[Callable[[Path], None]]] = {"ndjson": [write_ndjson], "folders": [write_folders]}
for name, write in EXPORTS.values():
    FORMATS.setdefault(name, []).append(write)


def change_json(value: Any, rng: random.Random) -> Any:
    """Replace a random value in a JSON document, or repeat or drop it."""
    if isinstance(value, list | dict) and value and rng.random() < 0.85:
        keys = list(value) if isinstance(value, dict) else range(len(value))
        key = rng.choice(list(keys))
        kind = rng.random()
        if kind < 0.1:
            del value[key]
        elif kind < 0.2 and isinstance(value, list):
            value.append(value[key])
        else:
            value[key] = change_json(value[key], rng)
        return value
    return rng.choice([None, [], {}, -1, 10**400, 0.5, True, "x", "7", ["7"], {"id": 1}, float("nan")])


def change_text(path: Path, rng: random.Random) -> None:
    text = path.read_text(encoding="utf-8", errors="replace")
    kind = rng.randrange(9)
    if kind == 0:
        path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    elif kind == 1:
        path.write_text(text, encoding="utf-16")
    elif kind == 2:
        path.write_bytes(text.replace("\n", "\r\n").encode())
    elif kind == 3:
        path.write_text(text[: rng.randrange(len(text) + 1)])
    elif kind == 4:
        content = bytearray(text.encode() or b"?")
        content[rng.randrange(len(content))] = rng.randrange(256)
        path.write_bytes(content)
    elif kind == 5:
        lines = text.splitlines(keepends=True) or ["\n"]
        lines.insert(rng.randrange(len(lines) + 1), rng.choice(lines))
        path.write_text("".join(lines), encoding="utf-8")
    elif kind == 6 and path.suffix == ".json":
        with suppress(ValueError):
            path.write_text(json.dumps(change_json(json.loads(text), rng)))
    else:
        words = text.replace(">", "> ").replace("<", " <").split(" ") if path.suffix == ".xml" else text.split(" ")
        words[rng.randrange(len(words))] = rng.choice(VALUES)
        path.write_text(" ".join(words), encoding="utf-8")


def change_files(path: Path, folder: Path, rng: random.Random) -> None:
    kind = rng.randrange(8)
    if kind == 0:
        path.unlink()
    elif kind == 1:
        target = folder / rng.choice(["", "images", "other", "train"]) / path.name
        target.parent.mkdir(exist_ok=True)
        if target != path:
            shutil.copy(path, target)
    elif kind == 2:
        name = rng.choice(
            [path.name.upper(), f"\u00fc {path.name}", f"._{path.name}", f"{path.stem}\u202f{path.suffix}"]
        )
        path.rename(path.with_name(unicodedata.normalize(rng.choice(["NFC", "NFD"]), name)))
    elif kind == 3:
        path.with_name("Thumbs.db").write_bytes(b"\0" * 20)
    elif kind == 4:
        path.with_suffix(rng.choice([".png", ".tif", ".gif", ".jpg"])).write_bytes(picture(40, 30, "GIF"))
    elif kind == 5:
        write_pictures(folder / ".ipynb_checkpoints", path.with_suffix(".png").name)
    elif kind == 6 and path.suffix in (".jpg", ".png"):
        exif = Image.Exif()
        exif[274] = rng.randrange(1, 9)
        Image.new("L", (40, 30), 255).save(path, exif=exif)
    else:
        path.write_bytes(path.read_bytes()[: rng.randrange(200)])


def visible_files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if "/." not in f"/{path.relative_to(folder).as_posix()}"]


def count_coco(text: str) -> int:
    content = json.loads(text)
    return len(content["annotations"]) if "images" in content else 0


COUNTERS: dict[str, tuple[str, Callable[[str], int]]] = {
    "coco": (".json", count_coco),
    "voc": (".xml", lambda text: text.count("</object>") if "<annotation>" in text else 0),
    "yolo": (".txt", lambda text: sum(len(line.split()) > 4 for line in text.splitlines() if "." in line)),
}
"""Count a file's objects in a simpler way than the readers."""


def objects_of(name: str, folder: Path) -> int:
    suffix, count = COUNTERS[name]
    total = 0
    for path in visible_files(folder):
        if path.suffix.lower() == suffix and "readme" not in path.name.lower():
            with suppress(ValueError, LookupError, TypeError):
                total += count(read_text(path))
    return total


@pytest.mark.parametrize("name", READERS)
def test_mutated_folders(tmp_path: Path, name: str) -> None:
    converted = 0
    for seed in range(FOLDERS):
        rng = random.Random(f"{name} {seed}")
        place = tmp_path / str(seed)
        folder, output = place / "in", place / "out"
        folder.mkdir(parents=True)
        rng.choice(FORMATS[name])(folder)
        for _ in range(rng.randrange(1, 4)):
            path = rng.choice(sorted(path for path in folder.rglob("*") if path.is_file()) or [folder / "none.txt"])
            is_text = path.suffix.lower() not in SUFFIXES and path.is_file()
            (change_text(path, rng) if is_text and rng.random() < 0.7 else change_files(path, folder, rng))
        report = Report(keep_going=True, allow_skips=True)
        target = rng.choice(sorted(WRITERS))
        try:
            convert(name, folder, target, output, report)
        except DataError:
            assert not output.exists()
        else:
            converted += 1
            again = Report()
            drawings = list(read_folder(target, output, again))
            assert again.read == report.read, (seed, report.lines())
            assert again.read["objects"] == sum(len(drawing.annotations) for drawing in drawings)
            assert again.skipped.total() == 0
            total = report.read + report.skipped
            pictures = sum(path.suffix.lower() in SUFFIXES for path in visible_files(folder))
            assert total["pictures"] >= pictures, (seed, report.lines())
            if name in COUNTERS and not any(", file:" in line for line in report.lines()):
                assert total["objects"] >= objects_of(name, folder), (seed, report.lines())
        shutil.rmtree(place)
    assert converted > FOLDERS / 4
