"""Write folders of drawings as other programs do, 40 x 30 px each."""

import json
from pathlib import Path

import numpy as np
from PIL import Image

from support.drawings import write_pictures


def write_coco(folder: Path) -> None:
    """Use arbitrary IDs, annotations before pictures, and an unused category."""
    write_pictures(folder / "images", "one.jpg", "deep/two.png")
    row = {"image_id": 70, "category_id": 9, "bbox": [1, 2, 10, 20], "id": 5, "iscrowd": 0}
    content = {
        "annotations": [row, {**row, "image_id": 2, "bbox": [0, 0, 40.4, 30]}, {**row, "category_id": 4}],
        "info": {"year": 2020},
        "images": [
            {"id": 2, "file_name": "one.jpg", "width": 40, "height": 30},
            {"id": 70, "file_name": "deep/two.png", "width": 40, "height": 30},
        ],
        "categories": [{"id": 1, "name": "digits"}, {"id": 9, "name": "3"}, {"id": 4, "name": "other"}],
    }
    (folder / "annotations.json").write_text(json.dumps(content))


def write_yolo(folder: Path) -> None:
    """Use a list of names in another order than ours, and a picture without labels."""
    write_pictures(folder / "images", "train/a (1).png", "val/b.jpg")
    (folder / "labels/train").mkdir(parents=True)
    (folder / "labels/train/a (1).txt").write_text("1 0.25 0.5 0.5 1.0\n\n0 0.5 0.5 0.1 0.1\n")
    (folder / "data.yaml").write_text("names: [other, 3]\nnc: 2\ntrain: images/train\n")


def write_voc(folder: Path) -> None:
    """Write as labelImg does, whose boxes may begin at 0."""
    write_pictures(folder / "JPEGImages", "a.png")
    (folder / "Annotations").mkdir()
    (folder / "Annotations/a.xml").write_text(
        '<?xml version="1.0" encoding="utf-8"?><annotation verified="yes"><folder>x</folder><filename>a.png</filename>'
        "<size><width>40</width><height>30</height><depth>1</depth></size>"
        "<object><name>3</name><pose>Unspecified</pose>"
        "<bndbox><xmin>0</xmin><ymin>3</ymin><xmax>11</xmax><ymax>22</ymax></bndbox></object>"
        "<object><name>other</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>40</xmax><ymax>30.0</ymax></bndbox></object>"
        "</annotation>"
    )


def write_folders(folder: Path) -> None:
    """Imitate a published set: folders by class number, and boxes by the path on the author's machine."""
    write_pictures(folder, "3/a.jpg", "10/b.png", "multiple/c.png", "7/d.png", "censored/e.png")
    boxes = {"home/set/3/a.jpg": [[1, 2, 10, 20, 3]], "home/set/10/b.png": [[0, 0, 40, 30, 10]]}
    boxes["home\\set\\multiple\\c.png"] = [[0, 0, 10, 10, 5], [20, 0, 20, 30, 11]]
    (folder / "bbox_annotations2.json").write_text(json.dumps(boxes))
    stroke = np.full((30, 40), 255, np.uint8)
    stroke[5:25, 10:14] = 0
    Image.fromarray(stroke).save(folder / "7/d.png")
