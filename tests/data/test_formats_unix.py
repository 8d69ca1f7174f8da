"""Test that each format streams: a hundred thousand rows need no more memory than a thousand."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from support.drawings import picture

MANY = 100_000
GROWTH = 12
"""MiB; a list of a hundred thousand drawings takes 10 times as much."""

# Print the process's peak memory in MiB after the first thousand drawings and at the end.
READ = """
import resource, sys
from pathlib import Path
from digit_detector.data.formats import READERS

unit = 2**20 if sys.platform == "darwin" else 2**10
for count, drawing in enumerate(READERS[sys.argv[1]](Path(sys.argv[2])), start=1):
    if count == 1000:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
print(count, before, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit)
"""

WRITE = """
import resource, sys
from pathlib import Path
from digit_detector.data.formats import WRITERS
from digit_detector.drawing import Annotation, Drawing

unit = 2**20 if sys.platform == "darwin" else 2**10
peaks = []
def drawings(count):
    for number in range(count):
        if number in (500, count - 1):
            peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit)
        image = bytes.fromhex(sys.argv[3])
        yield Drawing(f"{number}", image, 1, 1, (Annotation("7", (0.0, 0.0, 1.0, 1.0)),) * 3, f"s{number % 9}", "page")

WRITERS[sys.argv[1]](Path(sys.argv[2]), drawings(3000))
print(3000, *peaks)
"""


def peaks(code: str, *arguments: object) -> tuple[int, float, float]:
    """Return the number of drawings and the memory peaks that the code prints."""
    finished = subprocess.run([sys.executable, "-c", code, *map(str, arguments)], capture_output=True, check=True)
    count, before, after = finished.stdout.split()
    return int(count), float(before), float(after)


def test_ndjson_streams(tmp_path: Path) -> None:
    row = {"width": 1, "height": 1, "session": "s", "source": "page", "image": "images/a.png"}
    row["annotations"] = [{"label": "7", "box": [0, 0, 1, 1]}] * 2
    with (tmp_path / "drawings.ndjson").open("w") as lines:
        lines.writelines(json.dumps(row | {"id": f"a{number}"}) + "\n" for number in range(MANY))
    count, before, after = peaks(READ, "ndjson", tmp_path)
    assert count == MANY
    assert after - before < GROWTH


def test_coco_streams(tmp_path: Path) -> None:
    size = {"width": 1, "height": 1}
    with (tmp_path / "annotations.json").open("w") as file:
        file.write('{"categories": [{"id": 1, "name": "7"}], "annotations": [')
        where = {"bbox": [0, 0, 1, 1], "category_id": 1}
        # In reverse: no annotation is near its picture.
        file.write(",".join(json.dumps(where | {"image_id": number}) for number in reversed(range(MANY))))
        file.write('], "images": [')
        file.write(",".join(json.dumps(size | {"id": number, "file_name": f"{number}.png"}) for number in range(MANY)))
        file.write("]}")
    count, before, after = peaks(READ, "coco", tmp_path)
    assert count == MANY
    assert after - before < GROWTH


@pytest.mark.parametrize("name", ["coco", "voc", "yolo", "ndjson"])
def test_writing_streams(tmp_path: Path, name: str) -> None:
    count, before, after = peaks(WRITE, name, tmp_path, picture(1, 1).hex())
    assert count == 3000
    assert after - before < GROWTH / 3
    _, before, after = peaks(READ, name, tmp_path)
    assert after - before < GROWTH / 3
