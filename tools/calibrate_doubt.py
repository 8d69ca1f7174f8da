"""Measure how often the page's doubt is right, on a folder that `tools/build_benchmark.py --split validation` wrote.

A canvas is marked if one of its objects is doubtful, or if one may be missed. It is misread if any object is missed,
wrongly labelled or invented.
"""

import argparse
from pathlib import Path

import numpy as np

from digit_detector import Detector
from digit_detector.evaluate.benchmark import load, results
from digit_detector.show.listing import MISSED_SCORE, is_doubtful


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    arguments = parser.parse_args()
    marks: dict[bool, list[bool]] = {True: [], False: []}
    for result in results(Detector.load(device="cpu"), load(arguments.folder)):
        missed = len(result.at(MISSED_SCORE).served) > len(result.served)
        marks[result.exact].append(missed or any(map(is_doubtful, result.served.top)))
    for right, words in ((False, "misread"), (True, "read right")):
        print(f"{words}: {len(marks[right])} canvases, {np.mean(marks[right]):.1%} of them marked")


if __name__ == "__main__":
    main()
