"""`digit-detector data`: look at the training scenes, and fit anchors to their boxes."""

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageDraw

from digit_detector.classes import CLASSES
from digit_detector.show.render import COLOURS
from digit_detector.synth.scene import SceneGenerator
from digit_detector.synth.sources.public_sets import READERS, TRAINED_ON, Reader, data_root
from digit_detector.synth.splits import SPLITS
from digit_detector.train.dataset import Sample, SceneDataset
from digit_detector.yolo.anchors import cluster_anchors
from digit_detector.yolo.box_coder import shape_iou
from digit_detector.yolo.network import ANCHORS_PER_SCALE, STRIDES


def main(argv: Sequence[str]) -> int:
    """Runs `data sheet` or `data anchors`."""
    parser = argparse.ArgumentParser(prog="digit-detector data", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    sheet = commands.add_parser("sheet", help="write a contact sheet of scenes with their boxes")
    sheet.add_argument("output", type=Path, help="the PNG file to write")
    sheet.add_argument("--columns", type=int, default=10)
    sheet.add_argument("--rows", type=int, default=6)
    anchors = commands.add_parser("anchors", help="k-means of the training boxes, for configs/train.yaml")
    anchors.add_argument("--scenes", type=int, default=4000)
    for command in (sheet, anchors):
        command.add_argument("--data-root", help="folder of the public sets (or DIGIT_DETECTOR_DATA)")
        command.add_argument("--sources", nargs="+", default=TRAINED_ON, choices=list(READERS))
        command.add_argument("--split", choices=SPLITS, default="train")
        command.add_argument("--seed", type=int, default=1)
        command.add_argument("--input-size", type=int, default=192)
        command.add_argument("--plain", action="store_true", help="without augmentation")
    arguments = parser.parse_args(argv)

    reader = Reader(data_root(arguments.data_root), arguments.split)
    generator = SceneGenerator(reader.read(tuple(arguments.sources)))
    print(reader.report)
    count = arguments.scenes if arguments.command == "anchors" else arguments.columns * arguments.rows
    scenes = SceneDataset(
        generator,
        seed=arguments.seed,
        count=count,
        input_size=arguments.input_size,
        augmented=not arguments.plain,
    )
    started = time.perf_counter()
    samples = [scenes[index] for index in range(count)]
    print(f"{count} scenes, {count / (time.perf_counter() - started):.0f} a second")
    if arguments.command == "sheet":
        contact_sheet(samples, arguments.columns).save(arguments.output)
    else:
        _print_anchors(samples)
    return 0


def contact_sheet(samples: Sequence[Sample], columns: int, scale: int = 2) -> Image.Image:
    """The samples side by side as the network sees them, `scale` times enlarged, with boxes and class names."""
    side = samples[0].input.shape[-1] * scale
    rows = -(-len(samples) // columns)
    sheet = Image.new("RGB", (columns * side, rows * side), "white")
    for index, sample in enumerate(samples):
        ink = Image.fromarray((255 - sample.input[0] * 255).astype(np.uint8)).resize((side, side), Image.Resampling.BOX)
        picture = ink.convert("RGB")
        draw = ImageDraw.Draw(picture)
        draw.rectangle((0, 0, side - 1, side - 1), outline="silver")
        for box, label in zip((sample.boxes * scale).tolist(), sample.labels.tolist(), strict=True):
            name = CLASSES[label]
            draw.rectangle(box, outline=COLOURS[name])
            draw.text((box[0] + 2, box[1]), name if len(name) == 1 else name[:5], fill=COLOURS[name])
        sheet.paste(picture, (index % columns * side, index // columns * side))
    return sheet


def _print_anchors(samples: Sequence[Sample]) -> None:
    # One box of each canvas: a digit that fills its canvas counts as much as a dozen in a row.
    rng = np.random.default_rng(0)
    boxes = torch.from_numpy(np.stack([rng.choice(sample.boxes) for sample in samples if len(sample.boxes)]))
    sizes = boxes[:, 2:] - boxes[:, :2]
    anchors = cluster_anchors(sizes, len(STRIDES) * ANCHORS_PER_SCALE).round()
    for scale in anchors.reshape(len(STRIDES), ANCHORS_PER_SCALE, 2).int().tolist():
        print(f"    - {scale}")
    print(f"mean IoU of a box with its best anchor: {shape_iou(sizes, anchors).amax(dim=1).mean():.3f}")
