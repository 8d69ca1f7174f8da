"""`digit-detector review`: ask the readers about the drawings that no one has looked at, for the page's review."""

import argparse
import os
from collections.abc import Sequence
from typing import Any, Final

from digit_detector.collect.review.annotators import baseline_opinion, detector_opinion
from digit_detector.collect.review.queue import prepare, queue
from digit_detector.collect.settings import STORE
from digit_detector.collect.store.decisions import log
from digit_detector.collect.store.store import Store
from digit_detector.detect.detector import Detector

NONE: Final = "none"
SHOWN: Final = 10


def main(argv: Sequence[str]) -> int:
    """Runs `review`."""
    parser = argparse.ArgumentParser(prog="digit-detector review", description=__doc__)
    parser.add_argument(
        "--store", metavar="URL", default=os.environ.get(STORE), help=f"a SQLite file, or postgresql://… (or ${STORE})"
    )
    parser.add_argument("--baseline", default="cnn12", help="the second opinion, or `none`; by default %(default)s")
    parser.add_argument("--log", action="store_true", help="print what was decided, newest first, and ask no one")
    given = parser.parse_args(argv)
    if not given.store:
        parser.error(f"which store? Give --store URL, or set {STORE}")
    store = Store.existing(given.store)
    if given.log:
        for entry in log(store):
            print(f"{entry.time}  {entry.action:8} {entry.id}  {_labels(entry.before)} -> {_labels(entry.after)}")
        return 0
    opinions = {"detector": detector_opinion(Detector.load(device="cpu"))}
    if given.baseline != NONE:
        opinions[given.baseline] = baseline_opinion(given.baseline)
    count = prepare(store, opinions)
    print(f"{count:,} drawings wait for review")
    for queued in queue(store, SHOWN):
        if queued.suspicion is not None:
            print(f"{queued.suspicion.score:.2f}  {queued.record.id}  {queued.suspicion.reason}")
    return 0


def _labels(state: dict[str, Any]) -> str:
    """What a drawing was taken for, in a few words."""
    if state["rejected"]:
        return "rejected"
    labels = " ".join(annotation["label"] for annotation in state["annotations"]) or "empty"
    return labels if state["reviewed"] else f"{labels} (not reviewed)"
