"""Benchmark folders, the bundled one, and answers to their canvases."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import ExifTags, Image
from support.benchmark_folder import write_benchmark

from digit_detector import Detector
from digit_detector.classes import CLASSES, DIGITS
from digit_detector.data.unipen_archive import KNOWN_ROWS
from digit_detector.errors import DataError
from digit_detector.evaluate import benchmark
from digit_detector.evaluate.benchmark import BUNDLED, load, results
from digit_detector.synth.sources.curation import CROSS_SPLIT_DUPLICATES
from digit_detector.synth.splits import split_of


def coco(folder: Path, image: dict[str, Any], *annotations: dict[str, Any], **content: Any) -> Path:
    """Write a folder with one picture of 60 x 40 pixels."""
    Image.new("L", (60, 40), 255).save(folder / "a.png")
    everything = {
        "categories": [{"id": number, "name": name} for number, name in enumerate(CLASSES, start=1)],
        "images": [{"id": 7, "file_name": "a.png", "width": 60, "height": 40, **image}],
        "annotations": [{"image_id": 7, "category_id": 4, **annotation} for annotation in annotations],
    }
    (folder / "annotations.json").write_text(json.dumps(everything | content))
    return folder


def test_load_any_coco_folder(tmp_path: Path) -> None:
    crowd = {"bbox": [0, 0, 60, 40], "iscrowd": 1}
    (canvas,) = load(coco(tmp_path, {}, {"bbox": [10, 5, 20, 30]}, crowd))
    assert canvas.boxes.tolist() == [[10, 5, 30, 35]]
    assert canvas.labels.tolist() == [CLASSES.index("3")]
    assert canvas.image == tmp_path / "a.png"
    assert (canvas.condition, canvas.text, canvas.size) == ("no condition", None, (60, 40))
    (canvas,) = load(coco(tmp_path, {"width": None, "height": 0}))
    assert canvas.size is None


def test_load_condition_and_text(tmp_path: Path) -> None:
    (canvas,) = load(coco(tmp_path, {"condition": "written numbers", "text": "12"}))
    assert (canvas.condition, canvas.text) == ("written numbers", "12")
    assert canvas.boxes.shape == (0, 4)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"images": []}, "lists no pictures|expected COCO"),
        ({"categories": [{"id": 4, "name": "cat"}]}, "'cat' is none of 0, 1"),
        ({"annotations": [{"image_id": 8, "category_id": 4, "bbox": [0, 0, 1, 1]}]}, "expected COCO annotations"),
        ({"annotations": [{"image_id": 7, "category_id": 4, "bbox": [0, 0, 1]}]}, "expected COCO annotations"),
        ({"annotations": [{"image_id": 7, "category_id": 4, "bbox": [0, 0, 1, float("nan")]}]}, "box is not finite"),
        ({"images": [{"id": 7, "file_name": "a.png", "text": 12}]}, "text 12 is not in quotes"),
    ],
)
def test_load_damaged(tmp_path: Path, content: dict[str, Any], message: str) -> None:
    with pytest.raises(DataError, match=message):
        load(coco(tmp_path, {}, {"bbox": [0, 0, 5, 5]}, **content))


def test_boxes_of_another_frame_are_refused(tmp_path: Path) -> None:
    """Its boxes are on the picture as stored, which people see turned."""
    canvases = load(coco(tmp_path, {}, {"bbox": [10, 5, 20, 30]}))
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    Image.new("L", (60, 40), 255).save(tmp_path / "a.png", exif=exif)
    with pytest.raises(DataError, match=r"has \(40, 60\) pixels, but annotations\.json states \(60, 40\)"):
        results(Detector.load(device="cpu"), canvases)


def test_load_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DataError, match=r"name a folder that holds annotations\.json"):
        load(tmp_path)
    monkeypatch.setattr(benchmark, "BUNDLED", tmp_path / "benchmark")
    with pytest.raises(DataError, match="name a benchmark folder, or run this from a checkout"):
        load(tmp_path / "benchmark")


def test_threshold_filters_found(tmp_path: Path) -> None:
    """What a higher threshold serves are the first detections of a lower one."""
    folder = write_benchmark(tmp_path, written_numbers=2, digits_among_doodles=2)
    detector = Detector.load(device="cpu")
    for result in results(detector, load(folder)):
        for threshold in (0.02, 0.3, 0.45, 0.8):
            served, again = result.at(threshold).served, detector.detect(result.canvas.image, threshold)
            assert served.boxes.tolist() == again.boxes.tolist()
            assert served.top == again.top


def test_text_is_the_reading(tmp_path: Path) -> None:
    answers = results(Detector.load(device="cpu"), load(write_benchmark(tmp_path, written_numbers=5)))
    assert [answer.served.reading().replace(" ", "") for answer in answers if answer.text_exact] == [
        answer.canvas.text for answer in answers if answer.text_exact
    ]
    assert sum(answer.text_exact for answer in answers) >= 4


@pytest.fixture(scope="module")
def bundled() -> dict[str, Any]:
    content: dict[str, Any] = json.loads((BUNDLED / "annotations.json").read_text())
    return content


def test_bundled_files(bundled: dict[str, Any]) -> None:
    names = [row["file_name"] for row in bundled["images"]]
    files = {path.relative_to(BUNDLED / "images").as_posix() for path in (BUNDLED / "images").rglob("*.*")}
    assert len(names) == len(files) == 3730
    assert set(names) == files
    sizes = [path.stat().st_size for path in BUNDLED.rglob("*") if path.is_file()]
    assert max(sizes) < 10_000_000
    assert sum(sizes) < 20_000_000
    for row in bundled["images"]:
        with Image.open(BUNDLED / "images" / row["file_name"]) as picture:
            assert picture.size == (row["width"], row["height"])


def test_bundled_licences(bundled: dict[str, Any]) -> None:
    licences = {row["id"]: row["name"] for row in bundled["licenses"]}
    for row in bundled["images"]:
        expected = "CC0 1.0" if not row["sources"] else "CC BY-SA 3.0" if "mnist" in row["sources"] else "CC BY 4.0"
        assert licences[row["license"]] == expected
        assert row["attribution"].count(";") == max(0, len(row["sources"]) - 1)
        assert set(row["sources"]) <= {"unipen", "pendigits", "mnist", "quickdraw", "moniker"}


def test_bundled_boxes(bundled: dict[str, Any]) -> None:
    sizes = {row["id"]: (row["width"], row["height"]) for row in bundled["images"]}
    for row in bundled["annotations"]:
        x, y, width, height = row["bbox"]
        assert min(x, y) >= 0
        assert min(width, height) > 0
        assert np.all(np.array([x + width, y + height]) <= np.array(sizes[row["image_id"]]) + 0.002)


def test_bundled_text_fits_labels() -> None:
    for canvas in load(BUNDLED):
        if canvas.text is not None:
            digits = [CLASSES[label] for label in canvas.labels if CLASSES[label] in DIGITS]  # sums have signs too
            assert sorted(canvas.text) == sorted(digits)
        else:
            assert canvas.condition != "written numbers"


def test_bundled_card_counts(bundled: dict[str, Any]) -> None:
    card = (BUNDLED / "README.md").read_text()
    for name, count in Counter(row["condition"] for row in bundled["images"]).items():
        assert f"| {name} | {count} |" in card, name


def test_bundled_writers_not_in_training(bundled: dict[str, Any]) -> None:
    """Each UNIPEN drawing is by a reserved writer, none of whose drawings training has under another name."""
    writers: dict[str, str] = {}
    inks: dict[str, set[str]] = {}
    counts: Counter[str] = Counter()
    for line in KNOWN_ROWS.read_text().splitlines():
        part, writer, *hashes = line.split()
        inks.setdefault(writer, set()).update(f"{part} {ink}" for ink in hashes)
        for _ in hashes:
            counts[part] += 1
            writers[f"{part}/{counts[part]}"] = writer
    trained = set().union(*(own for writer, own in inks.items() if split_of("unipen", writer) == "train"))
    keys = {key for row in bundled["images"] for key in row["drawings"]}
    assert not keys & CROSS_SPLIT_DUPLICATES
    drawn = {writers[key] for key in keys if key in writers}
    assert len(drawn) > 15
    for writer in drawn:
        assert split_of("unipen", writer) == "benchmark"
        assert not inks[writer] & trained
    assert all(int(key.removeprefix("mnist/")) >= 50_000 for key in keys if key.startswith("mnist/"))
