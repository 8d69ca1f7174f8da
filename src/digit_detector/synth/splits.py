"""Split drawings into training, validation and the benchmark by writer.

All drawings of a writer are in one split. In sources without writers, each drawing counts as a writer.
"""

import hashlib
from typing import Final, Literal

Split = Literal["train", "validation", "benchmark"]
SPLITS: Final[tuple[Split, ...]] = ("train", "validation", "benchmark")

MNIST_VALIDATION: Final = 45_000
MNIST_BENCHMARK: Final = 50_000
"""First index of these splits in MNIST's training pictures, which are ordered by writer."""


def split_of(source: str, writer: str) -> Split:
    """Return the split of a writer: one tenth are in the benchmark, one tenth in validation, the rest in training."""
    if source == "mnist" and writer.isdecimal():
        index = int(writer)
        return "benchmark" if index >= MNIST_BENCHMARK else "validation" if index >= MNIST_VALIDATION else "train"
    digest = hashlib.blake2b(f"{source}/{writer}".encode(), digest_size=8).digest()
    bucket = int.from_bytes(digest, "big") % 10
    return "benchmark" if bucket == 0 else "validation" if bucket == 1 else "train"
