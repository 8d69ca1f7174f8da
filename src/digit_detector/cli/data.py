"""`digit-detector data`: fetch public drawings, convert formats, look at training scenes, and fit anchors.

Each subcommand imports what it needs itself: `convert`, and `fetch` of all sets but MNIST, work without torch.
"""

import argparse
import os
import shutil
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from digit_detector.data.output import prepare_output
from digit_detector.errors import DataError

if TYPE_CHECKING:
    from PIL.Image import Image

    from digit_detector.data.fetch.catalogue import Source
    from digit_detector.data.fetch.download import Downloader
    from digit_detector.train.dataset import Sample

LICENCE: Final = "LICENCE.txt"


def main(argv: Sequence[str]) -> int:
    """Run one subcommand, whose name comes first in `argv`; return its exit status."""
    return {"fetch": fetch, "convert": convert, "sheet": sheet, "anchors": anchors}[argv[0]](argv[1:])


def fetch(argv: Sequence[str]) -> int:
    """Download the public drawings in the form that training reads; return 1 if a source failed.

    UNIPEN drawings are matched by a hash of their strokes, so they get the same split and ID as in training. Quick,
    Draw! provides its simplified strokes only.
    """
    from digit_detector.data.fetch.catalogue import NOT_FETCHED, PER_CATEGORY, SOURCES
    from digit_detector.data.fetch.download import Downloader
    from digit_detector.synth.sources.public_sets import DATA_ROOT_VARIABLE

    parser = argparse.ArgumentParser("digit-detector data fetch", description=fetch.__doc__)
    parser.add_argument("sources", nargs="*", metavar="SOURCE", help=f"{', '.join(SOURCES)}; by default all")
    parser.add_argument("--data-root", help=f"folder to write, created if missing (or {DATA_ROOT_VARIABLE})")
    parser.add_argument(
        "--per-category", type=int, default=PER_CATEGORY, help="Quick, Draw! drawings per category (%(default)s)"
    )
    parser.add_argument("--mirror", metavar="URL", help="mirror that has https://HOST/PATH as URL/HOST/PATH")
    arguments = parser.parse_args(argv)
    if unknown := set(arguments.sources) - SOURCES.keys():
        parser.error(f"unknown source {', '.join(sorted(unknown))}; there are {', '.join(SOURCES)}")
    if arguments.per_category < 1:
        parser.error("--per-category: expected at least 1")
    root = arguments.data_root or os.environ.get(DATA_ROOT_VARIABLE)
    if not root:
        raise DataError(f"no data folder: set {DATA_ROOT_VARIABLE}, or give --data-root")

    downloader = Downloader(arguments.mirror)
    failed = False
    for name in arguments.sources or SOURCES:
        try:
            _fetch_source(name, SOURCES[name], downloader, Path(root), arguments.per_category)
        except (DataError, OSError) as error:  # any step may fill the disk
            failed = True
            print(f"digit-detector: {name}: {' '.join(str(error).split())}", file=sys.stderr)
    if not arguments.sources:
        print(NOT_FETCHED)
    return int(failed)


def _fetch_source(name: str, source: "Source", downloader: "Downloader", root: Path, per_category: int) -> None:
    if all((root / file).exists() for file in source.files):
        print(f"{name}: already there; delete {root / name} to download it again")
        return
    print(source.text)
    downloads = root / name / "downloads"
    try:
        downloads.mkdir(parents=True, exist_ok=True)
        (root / name / LICENCE).write_text(source.text, encoding="utf-8")
    except OSError as error:
        raise DataError(f"{downloads} cannot be written ({error.strerror}): name another --data-root") from error
    for line in source.fetch(downloader, root, downloads, per_category):
        print(f"{name}: {line}")
    shutil.rmtree(downloads)


def convert(argv: Sequence[str]) -> int:
    """Convert drawings from one format, or the store, to another; return 1 if a row was invalid."""
    from digit_detector.data.convert import STORE
    from digit_detector.data.convert import convert as convert_drawings
    from digit_detector.data.formats import AUTO, READERS, WRITERS
    from digit_detector.data.formats.read_report import MAX_LOST, Report

    parser = argparse.ArgumentParser("digit-detector data convert", description=convert.__doc__)
    parser.add_argument(
        "--from", dest="source", default=AUTO, choices=(AUTO, *READERS, STORE), help="%(default)s looks at the files"
    )
    parser.add_argument("--to", dest="target", required=True, choices=(*WRITERS, STORE))
    parser.add_argument("--store", metavar="URL", help="SQLite file or postgresql://…, for --from or --to store")
    parser.add_argument("--keep-going", action="store_true", help="skip pictures with an invalid row")
    parser.add_argument(
        "--allow-skips",
        action="store_true",
        help=f"accept the loss of more than {MAX_LOST:.0%}% of the pictures or objects",
    )
    parser.add_argument("folders", nargs="*", type=Path, metavar="IN OUT", help="folders; omit the store's")
    arguments = parser.parse_args(argv)
    formats = [name for name in (arguments.source, arguments.target) if name != STORE]
    if len(formats) == 2 and arguments.store:
        parser.error("--store belongs to --from store or --to store")
    if len(formats) < 2 and not arguments.store:
        parser.error("the store needs its address: --store URL")
    if not formats:
        parser.error("--from and --to are both the store: name a folder's format for one of them")
    if len(arguments.folders) != len(formats):
        parser.error(f"expected {len(formats)} folders to convert from {arguments.source} to {arguments.target}")

    start = arguments.store if arguments.source == STORE else arguments.folders[0]
    end = arguments.store if arguments.target == STORE else arguments.folders[-1]
    report = Report(keep_going=arguments.keep_going, allow_skips=arguments.allow_skips)
    summary = convert_drawings(arguments.source, start, arguments.target, end, report)
    for line in report.lines():
        print(line, file=sys.stderr)
    print(summary)
    return int(report.failed)


def sheet(argv: Sequence[str]) -> int:
    """Write a contact sheet of training scenes with their boxes."""
    parser = argparse.ArgumentParser("digit-detector data sheet", description=sheet.__doc__)
    parser.add_argument("output", type=Path, help="the PNG file to write")
    parser.add_argument("--columns", type=int, default=10)
    parser.add_argument("--rows", type=int, default=6)
    arguments = _parse_scene_options(parser, argv)
    prepare_output(arguments.output)
    samples = _make_samples(arguments, arguments.columns * arguments.rows)
    scene_sheet(samples, arguments.columns).save(arguments.output, "PNG")
    return 0


def anchors(argv: Sequence[str]) -> int:
    """Cluster the boxes of training scenes with k-means, and print the anchors for configs/train.yaml."""
    import numpy as np
    import torch

    from digit_detector.metadata import ANCHORS_PER_SCALE, STRIDES
    from digit_detector.yolo.anchors import cluster_anchors
    from digit_detector.yolo.box_coder import shape_iou

    parser = argparse.ArgumentParser("digit-detector data anchors", description=anchors.__doc__)
    parser.add_argument("--scenes", type=int, default=4000)
    arguments = _parse_scene_options(parser, argv)
    samples = _make_samples(arguments, arguments.scenes)
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
    return 0


def _parse_scene_options(parser: argparse.ArgumentParser, argv: Sequence[str]) -> argparse.Namespace:
    from digit_detector.synth.sources.public_sets import READERS, SCENES_OF
    from digit_detector.synth.splits import SPLITS

    parser.add_argument("--data-root", help="folder of the public sets (or DIGIT_DETECTOR_DATA)")
    parser.add_argument("--sources", nargs="+", default=SCENES_OF, choices=list(READERS))
    parser.add_argument("--split", choices=SPLITS, default="train")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--input-size", type=int, default=192)
    parser.add_argument("--no-augment", action="store_true", help="without image augmentation")
    return parser.parse_args(argv)


def _make_samples(arguments: argparse.Namespace, count: int) -> "list[Sample]":
    from digit_detector.synth.generator import SceneGenerator
    from digit_detector.synth.sources.public_sets import Reader, data_root
    from digit_detector.train.dataset import SceneDataset

    reader = Reader(data_root(arguments.data_root), arguments.split)
    generator = SceneGenerator(reader.read(tuple(arguments.sources)))
    print(reader.report)
    scenes = SceneDataset(
        generator,
        seed=arguments.seed,
        count=count,
        input_size=arguments.input_size,
        augmented=not arguments.no_augment,
    )
    start = time.perf_counter()
    samples = [scenes[index] for index in range(count)]
    print(f"{count} scenes, {count / (time.perf_counter() - start):.0f} per second")
    return samples


def scene_sheet(samples: "Sequence[Sample]", columns: int, scale: int = 2) -> "Image":
    """Show the samples as the network sees them, `scale` times enlarged, with boxes and class names."""
    import numpy as np
    from PIL import Image

    from digit_detector.evaluate.contact_sheet import contact_sheet, labelled

    side = samples[0].input.shape[-1] * scale
    inks = [Image.fromarray((255 - sample.input[0] * 255).astype(np.uint8)) for sample in samples]
    enlarged = [ink.resize((side, side), Image.Resampling.BOX) for ink in inks]
    pictures = [
        labelled(picture, sample.boxes * scale, sample.labels)
        for picture, sample in zip(enlarged, samples, strict=True)
    ]
    return contact_sheet(pictures, [""] * len(pictures), columns, side + 2)
