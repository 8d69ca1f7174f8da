"""A few canvases of the bundled benchmark as a benchmark of their own."""

import json
import shutil
from pathlib import Path

from digit_detector.evaluate.benchmark import BUNDLED


def write_benchmark(folder: Path, **counts: int) -> Path:
    """Copy the first canvases of each named condition, with their annotations, into a new folder."""
    content = json.loads((BUNDLED / "annotations.json").read_text())
    images = []
    for name, count in counts.items():
        images += [row for row in content["images"] if row["condition"] == name.replace("_", " ")][:count]
    for row in images:
        target = folder / "images" / row["file_name"]
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(BUNDLED / "images" / row["file_name"], target)
    chosen = {row["id"] for row in images}
    annotations = [row for row in content["annotations"] if row["image_id"] in chosen]
    (folder / "annotations.json").write_text(json.dumps(content | {"images": images, "annotations": annotations}))
    return folder
