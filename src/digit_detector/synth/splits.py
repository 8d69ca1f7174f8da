"""One rule for what may be trained on, what validates, and what the frozen suite reserves.

Whole writers go to one side, so that no hand is on two; where a source has no writers, whole drawings.
"""

import hashlib
from typing import Final, Literal

Split = Literal["train", "validation", "suite"]
SPLITS: Final[tuple[Split, ...]] = ("train", "validation", "suite")

MNIST_VALIDATION: Final = 45_000
MNIST_SUITE: Final = 50_000
"""MNIST's training pictures from these indices on; its writers follow one another, so blocks keep hands apart."""


def split_of(source: str, writer: str) -> Split:
    """A tenth of a source's writers for the suite, a tenth for validation, the others for training."""
    if source == "mnist" and writer.isdecimal():
        index = int(writer)
        return "suite" if index >= MNIST_SUITE else "validation" if index >= MNIST_VALIDATION else "train"
    digest = hashlib.blake2b(f"{source}/{writer}".encode(), digest_size=8).digest()
    bucket = int.from_bytes(digest, "big") % 10
    return "suite" if bucket == 0 else "validation" if bucket == 1 else "train"
