"""Render a benchmark: pictures and COCO annotations, from the public drawings of one split.

`python tools/build_benchmark.py --split benchmark --data-root DATA benchmark` made the folder that is committed. Equal
drawings and equal versions of NumPy, OpenCV and Pillow give equal bytes.
"""

import argparse
import io
import json
from collections.abc import Container, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from benchmark_scenes.conditions import CONDITIONS, Condition
from benchmark_scenes.ink import Canvas
from benchmark_scenes.reserved_drawings import Chooser, Piece, Review, read_chooser, writers_in_training
from numpy.typing import NDArray
from PIL import Image
from tqdm import tqdm

from digit_detector.classes import CLASSES
from digit_detector.errors import DataError
from digit_detector.synth.sources.public_sets import data_root
from digit_detector.synth.splits import Split
from digit_detector.synth.strokes import Sketch

CC_BY: Final = {"id": 1, "name": "CC BY 4.0", "url": "https://creativecommons.org/licenses/by/4.0/"}
CC_BY_SA: Final = {"id": 2, "name": "CC BY-SA 3.0", "url": "https://creativecommons.org/licenses/by-sa/3.0/"}
CC0: Final = {"id": 3, "name": "CC0 1.0", "url": "https://creativecommons.org/publicdomain/zero/1.0/"}

ATTRIBUTION: Final = {
    "unipen": "UNIPEN train_r01_v07 (Guyon et al. 1994), https://doi.org/10.5281/zenodo.1195803, CC BY 4.0",
    "pendigits": "Pen-Based Recognition of Handwritten Digits (Alpaydin & Alimoglu 1996), UCI, CC BY 4.0",
    "mnist": "MNIST (LeCun et al. 1998), CC BY-SA 3.0",
    "quickdraw": "Quick, Draw! Dataset (Google), CC BY 4.0",
    "moniker": "Do not draw a penis, appendix to Quick, Draw! (Moniker 2018), CC BY 4.0",
}

QUALITY: Final = 90
"""Of the JPEG files of noisy conditions."""


class Item(NamedTuple):
    """A canvas of the benchmark and its origin."""

    condition: Condition
    seed: int
    pieces: Sequence[Piece]
    canvas: Canvas


def main(argv: Sequence[str] | None = None) -> None:
    """Render the benchmark of a split into a new folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("output", type=Path, help="the folder to write `images` and `annotations.json` into")
    parser.add_argument("--split", choices=("benchmark", "validation"), required=True, help="which drawings")
    parser.add_argument("--data-root", help="folder of the public sets (or DIGIT_DETECTOR_DATA)")
    arguments = parser.parse_args(argv)
    root, split = data_root(arguments.data_root), arguments.split
    chooser = read_chooser(root, split, Review.load(split))
    write(arguments.output, split, items(chooser, CONDITIONS, writers_in_training(root)))


def items(
    chooser: Chooser, conditions: Sequence[Condition], left_out: Container[str], first_seed: int = 0
) -> Iterator[Item]:
    """Draw each condition's canvases from the seeds `first_seed`, `first_seed` + 1, …

    A seed is passed over where a person could not read its canvas, or where a UNIPEN drawing on it is by a writer who
    is left out. The other seeds keep their canvases. Raises DataError where that leaves too few.
    """
    for condition in conditions:
        count, seed = 0, first_seed
        while count < condition.count:
            if seed - first_seed > 100 * condition.count:
                raise DataError(f"{condition.name}: hardly a drawing is left: name a data root with more")
            pieces = condition.chosen(chooser, seed)
            if not any(isinstance(piece, Sketch) and piece.writer in left_out for piece in pieces):
                canvas = condition.canvas(seed, pieces)
                if condition.keep(canvas, pieces):
                    count += 1
                    yield Item(condition, seed, pieces, canvas)
            seed += 1


def write(folder: Path, split: Split, canvases: Iterator[Item], conditions: Sequence[Condition] = CONDITIONS) -> None:
    """Write the conditions' pictures and `annotations.json`.

    Raises DataError where the folder holds a benchmark already.
    """
    target = folder / "annotations.json"
    if target.exists() or (folder / "images").exists():
        raise DataError(f"{folder} holds a benchmark already: delete its images and annotations.json, or name another")
    images: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = []
    in_condition: dict[str, int] = {}
    for item in tqdm(canvases, total=sum(condition.count for condition in conditions), disable=None):
        name = item.condition.name
        number = in_condition[name] = in_condition.get(name, 0) + 1
        suffix = ".jpg" if item.condition.lossy else ".png"
        file_name = f"{name.lower().replace(' ', '-')}/{number:04}{suffix}"
        path = folder / "images" / file_name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(encoded(item.canvas, suffix))
        images.append({"id": len(images) + 1, "file_name": file_name, **facts(item)})
        for box, label in zip(item.canvas.boxes.tolist(), item.canvas.labels.tolist(), strict=True):
            annotations.append(annotation(len(annotations) + 1, len(images), box, label))
    content = {
        "info": {
            "description": f"digit-detector benchmark: drawings of digits under {len(in_condition)} conditions",
            "version": "2",
            "split": split,
        },
        "licenses": [CC_BY, CC_BY_SA, CC0],
        "categories": [{"id": number, "name": name} for number, name in enumerate(CLASSES, start=1)],
        "images": images,
        "annotations": annotations,
    }
    target.write_text(to_text(content), encoding="utf-8")


def facts(item: Item) -> dict[str, Any]:
    """What the annotations record of a canvas, apart from its file and its boxes."""
    height, width = item.canvas.image.shape[:2]
    sources = sorted({piece.source for piece in item.pieces})
    licence = CC0 if not sources else CC_BY_SA if "mnist" in sources else CC_BY
    return {
        "width": width,
        "height": height,
        "condition": item.condition.name,
        **({"text": item.canvas.text} if item.canvas.text else {}),
        "license": licence["id"],
        "attribution": "; ".join(ATTRIBUTION[source] for source in sources) or "no drawing by others",
        "sources": sources,
        "drawings": [piece.key for piece in item.pieces],
        "seed": item.seed,
    }


def annotation(number: int, image: int, box: Sequence[float], label: int) -> dict[str, Any]:
    """One object in COCO's form; `box` is xyxy."""
    x0, y0, x1, y1 = box
    xywh = [round(value, 3) for value in (x0, y0, x1 - x0, y1 - y0)]
    where = {"image_id": image, "category_id": label + 1, "bbox": xywh}
    return {"id": number, **where, "area": round(xywh[2] * xywh[3], 3), "iscrowd": 0}


def encoded(canvas: Canvas, suffix: str) -> bytes:
    """The picture's file: JPEG, or PNG without loss, in a palette where at most 256 colours allow it."""
    if canvas.file is not None:
        return canvas.file
    file = io.BytesIO()
    if suffix == ".jpg":
        Image.fromarray(canvas.image).save(file, "JPEG", quality=QUALITY, optimize=True)
    else:
        picture = Image.fromarray(canvas.image) if canvas.image.ndim == 2 else _with_palette(canvas.image)
        picture.save(file, "PNG", optimize=True)
    return file.getvalue()


def _with_palette(image: NDArray[np.uint8]) -> Image.Image:
    """A picture (H, W, 3) with a palette of its own colours, or as it is where they are too many."""
    colours, indices = np.unique(image.reshape(-1, 3), axis=0, return_inverse=True)
    if len(colours) > 256:
        return Image.fromarray(image)
    picture = Image.fromarray(indices.reshape(image.shape[:2]).astype(np.uint8), "P")
    picture.putpalette(colours.tobytes())
    return picture


def to_text(content: dict[str, Any]) -> str:
    """JSON with a row a line, so that differences can be read."""
    parts = []
    for name, value in content.items():
        text = "[\n" + ",\n".join(map(json.dumps, value)) + "\n]" if isinstance(value, list) else json.dumps(value)
        parts.append(f"{json.dumps(name)}: {text}")
    return "{" + ",\n".join(parts) + "}\n"


if __name__ == "__main__":
    main()
