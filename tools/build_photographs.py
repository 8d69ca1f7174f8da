"""Render pictures that look like photographs of handwriting, in the benchmark's layout, from the public drawings.

`python tools/build_photographs.py --data-root DATA photographs` renders 20 pictures of each kind from the validation
split, to develop the steps before the network; `digit-detector evaluate photographs` measures them. `--first-seed 1000`
gives as many others, for a check that a change was not fitted to the first ones.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from benchmark_scenes.photographs import PHOTOGRAPHS
from benchmark_scenes.reserved_drawings import Review, read_chooser, writers_in_training
from build_benchmark import items, write

from digit_detector.synth.sources.public_sets import data_root


def main(argv: Sequence[str] | None = None) -> None:
    """Render photographs of a split into a new folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("output", type=Path, help="the folder to write `images` and `annotations.json` into")
    parser.add_argument("--split", choices=("benchmark", "validation"), default="validation", help="which drawings")
    parser.add_argument("--first-seed", type=int, default=0, help="the seed of the first picture of each kind")
    parser.add_argument("--data-root", help="folder of the public sets (or DIGIT_DETECTOR_DATA)")
    arguments = parser.parse_args(argv)
    root, split = data_root(arguments.data_root), arguments.split
    chooser = read_chooser(root, split, Review.load(split))
    photographs = items(chooser, PHOTOGRAPHS, writers_in_training(root), arguments.first_seed)
    write(arguments.output, split, photographs, PHOTOGRAPHS)


if __name__ == "__main__":
    main()
