"""Make the two folders that a release uploads to the Hugging Face Hub: TARGET/model and TARGET/dataset.

The model's folder has the card, the weights and their facts. The data set's folder is benchmark/ and
`images/metadata.parquet`, by which `datasets` loads it as an image folder: the file's name, condition, text, licence
and attribution of each picture, and its objects, with boxes as in COCO ([x, y, width, height] in pixels) and labels.
"""

import argparse
import json
import re
import sys
from collections import defaultdict
from pathlib import Path
from shutil import copy, copytree
from typing import Any, Final

import pyarrow as pa
from files import unfit
from pyarrow import parquet

MODEL_FILES: Final = ("digit-detector.onnx", "digit-detector.safetensors", "training.json")
SCHEMA: Final = pa.schema(
    {
        "file_name": pa.string(),
        "condition": pa.string(),
        "text": pa.string(),
        "license": pa.string(),
        "attribution": pa.string(),
        "objects": pa.struct({"bbox": pa.list_(pa.list_(pa.float32(), 4)), "label": pa.list_(pa.string())}),
    }
)


def write_model(root: Path, target: Path, name: str, links: str) -> None:
    """Copy a checkout's weights, plots, licences and model card; the card names the repository `name`.

    links: address of the checkout's files, which the card's links to other folders get.
    """
    copytree(root / "models/plots", target / "plots")
    for path in (*(root / "models" / file for file in MODEL_FILES), root / "LICENSE", root / "NOTICE"):
        copy(path, target)
    card = (root / "models/README.md").read_text(encoding="utf-8").replace("OWNER/digit-detector", name)
    (target / "README.md").write_text(re.sub(r"\]\(\.\./", f"]({links}/", card), encoding="utf-8")


def write_dataset(root: Path, target: Path, name: str) -> None:
    """Copy a checkout's benchmark, whose card then names the repository `name`, and write its metadata."""
    copytree(root / "benchmark", target)
    card = (root / "benchmark/README.md").read_text(encoding="utf-8").replace("OWNER/digit-detector-benchmark", name)
    (target / "README.md").write_text(card, encoding="utf-8")
    content = json.loads((target / "annotations.json").read_text(encoding="utf-8"))
    parquet.write_table(pa.Table.from_pylist(metadata_rows(content), SCHEMA), target / "images/metadata.parquet")


def metadata_rows(content: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a row for each picture of COCO annotations, in their order."""
    labels = {row["id"]: row["name"] for row in content["categories"]}
    licenses = {row["id"]: row["name"] for row in content["licenses"]}
    objects: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in content["annotations"]:
        objects[row["image_id"]].append(row)
    return [
        {
            **{name: row.get(name) for name in ("file_name", "condition", "text", "attribution")},
            "license": licenses[row["license"]],
            "objects": {
                "bbox": [found["bbox"] for found in objects[row["id"]]],
                "label": [labels[found["category_id"]] for found in objects[row["id"]]],
            },
        }
        for row in content["images"]
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description="Make the folders that a release uploads to the Hugging Face Hub.")
    parser.add_argument("target", type=Path, help="a new folder")
    parser.add_argument("--model", required=True, metavar="OWNER/NAME", help="the model repository")
    parser.add_argument("--dataset", required=True, metavar="OWNER/NAME", help="the data set's repository")
    parser.add_argument("--links", required=True, metavar="URL", help="address of this checkout's files")
    given = parser.parse_args()
    write_model(Path(), given.target / "model", given.model, given.links)
    write_dataset(Path(), given.target / "dataset", given.dataset)
    if refused := unfit(path for path in given.target.rglob("*") if path.is_file()):
        sys.exit("\n".join(refused))


if __name__ == "__main__":
    main()
