"""`digit-detector data sheet` and `data anchors`: look at training scenes, and fit anchors to their boxes."""

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from digit_detector.data.output import prepare_output
from digit_detector.errors import DataError, DigitDetectorError
from digit_detector.evaluate.pictures import contact_sheet, labelled
from digit_detector.metadata import ANCHORS_PER_SCALE, INPUT_SIZE, STRIDES
from digit_detector.synth.generator import SceneGenerator
from digit_detector.synth.sources.public_sets import SCENES_OF, Reader, data_root
from digit_detector.train.dataset import Sample, SceneDataset
from digit_detector.yolo.anchors import cluster_anchors
from digit_detector.yolo.box_coder import shape_iou


def sheet(argv: Sequence[str]) -> None:
    """Write a contact sheet of training scenes, enlarged, with their boxes and class names."""
    parser = argparse.ArgumentParser("digit-detector data sheet", description=sheet.__doc__)
    parser.add_argument("output", type=Path, help="the PNG file to write")
    parser.add_argument("--columns", type=int, default=10)
    parser.add_argument("--rows", type=int, default=6)
    parser.add_argument("--data-root", help="folder of the public sets (or DIGIT_DETECTOR_DATA)")
    arguments = parser.parse_args(argv)
    if min(arguments.columns, arguments.rows) < 1:
        raise DigitDetectorError(f"--columns is {arguments.columns}, --rows {arguments.rows}: give 1 or more of each")
    prepare_output(arguments.output)
    samples = make_samples(arguments.data_root, arguments.columns * arguments.rows)
    pictures = []
    for sample in samples:
        ink = Image.fromarray((255 - sample.input[0] * 255).astype(np.uint8))
        enlarged = ink.resize((2 * INPUT_SIZE, 2 * INPUT_SIZE), Image.Resampling.BOX)
        pictures.append(labelled(enlarged, 2 * sample.boxes, sample.labels))
    contact_sheet(pictures, [""] * len(pictures), arguments.columns, 2 * INPUT_SIZE + 2).save(arguments.output, "PNG")


def anchors(argv: Sequence[str]) -> None:
    """Cluster the boxes of training scenes with k-means, and print the anchors for configs/train.yaml."""
    parser = argparse.ArgumentParser("digit-detector data anchors", description=anchors.__doc__)
    parser.add_argument("--scenes", type=int, default=4000)
    parser.add_argument("--data-root", help="folder of the public sets (or DIGIT_DETECTOR_DATA)")
    arguments = parser.parse_args(argv)
    samples = make_samples(arguments.data_root, arguments.scenes)
    # One box per canvas, so that a digit that fills its canvas counts as much as a row of a dozen.
    rng = np.random.default_rng(0)
    boxes = [rng.choice(sample.boxes) for sample in samples if len(sample.boxes)]
    count = len(STRIDES) * ANCHORS_PER_SCALE
    if len(boxes) < count:
        raise DataError(
            f"--scenes is {arguments.scenes}: {len(boxes)} of them have boxes, {count} anchors need {count}; give more"
        )
    corners = torch.from_numpy(np.stack(boxes))
    sizes = corners[:, 2:] - corners[:, :2]
    clusters = cluster_anchors(sizes, count).round()
    for scale in clusters.reshape(len(STRIDES), ANCHORS_PER_SCALE, 2).int().tolist():
        print(f"    - {scale}")
    print(f"mean IoU of a box with its best anchor: {shape_iou(sizes, clusters).amax(dim=1).mean():.3f}")


def make_samples(root: str | None, count: int) -> list[Sample]:
    """Return training samples as the recipe makes them, and print what the sources hold and the pace."""
    reader = Reader(data_root(root), "train")
    generator = SceneGenerator(reader.read(SCENES_OF))
    print(reader.report)
    scenes = SceneDataset(generator, seed=1, count=count, input_size=INPUT_SIZE, augmented=True)
    start = time.perf_counter()
    samples = [scenes[index] for index in range(count)]
    print(f"{count} scenes, {count / (time.perf_counter() - start):.0f} per second")
    return samples
