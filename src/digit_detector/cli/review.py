"""`digit-detector review`: score the drawings that nobody has reviewed, and order them for the page's review."""

import argparse
import os
from collections.abc import Sequence
from typing import Any, Final

from digit_detector.collect.review.annotators import baseline_annotator, detector_annotator
from digit_detector.collect.review.queue import prepare, queue
from digit_detector.collect.settings import STORE
from digit_detector.collect.store.decisions import log
from digit_detector.collect.store.store import Store
from digit_detector.detect.detector import Detector

NONE: Final = "none"
SHOWN: Final = 10


def main(argv: Sequence[str]) -> int:
    """Run `review`."""
    parser = argparse.ArgumentParser(prog="digit-detector review", description=__doc__)
    parser.add_argument(
        "--store", metavar="URL", default=os.environ.get(STORE), help=f"SQLite file or postgresql://… (or ${STORE})"
    )
    parser.add_argument("--baseline", default="cnn12", help="second annotator, or `none`; by default %(default)s")
    parser.add_argument("--log", action="store_true", help="only print the decisions, newest first")
    arguments = parser.parse_args(argv)
    if not arguments.store:
        parser.error(f"no store: give --store URL, or set {STORE}")
    store = Store.existing(arguments.store)
    if arguments.log:
        for entry in log(store):
            print(f"{entry.time}  {entry.action:8} {entry.id}  {_labels(entry.before)} -> {_labels(entry.after)}")
        return 0
    annotators = {"detector": detector_annotator(Detector.load(device="cpu"))}
    if arguments.baseline != NONE:
        annotators[arguments.baseline] = baseline_annotator(arguments.baseline)
    count = prepare(store, annotators)
    print(f"{count:,} drawings wait for review")
    for queued in queue(store, SHOWN):
        if queued.label_issue is not None:
            print(f"{queued.label_issue.score:.2f}  {queued.drawing.id}  {queued.label_issue.reason}")
    return 0


def _labels(state: dict[str, Any]) -> str:
    """Describe a drawing's state in a few words."""
    if state["rejected"]:
        return "rejected"
    labels = " ".join(annotation["label"] for annotation in state["annotations"]) or "empty"
    return labels if state["reviewed"] else f"{labels} (not reviewed)"
