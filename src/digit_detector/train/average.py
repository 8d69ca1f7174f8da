"""`digit-detector average`: the weights between two, of which one was trained on from the other.

Weights on the straight line between such two often read better than both, and keep what the further training forgot
(Wortsman et al. 2022, "Robust fine-tuning of zero-shot models").
"""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from digit_detector.errors import DigitDetectorError, WeightsError
from digit_detector.train.export import read_weights, write
from digit_detector.yolo.network import YOLOv3


def main(arguments: Sequence[str]) -> None:
    """Write the average of two weights as safetensors, and its ONNX twin; figures of either are not its own."""
    parser = argparse.ArgumentParser(prog="digit-detector average", description=main.__doc__)
    parser.add_argument("first", type=Path, help="a .ckpt of the training, or a .safetensors file")
    parser.add_argument("second", type=Path, help="another, trained on from the first; its settings are kept")
    parser.add_argument("output", type=Path, help="the .safetensors to write")
    parser.add_argument("--share", type=float, default=0.5, help="of the second, 0 to 1; by default %(default)s")
    given = parser.parse_args(arguments)
    if not 0 <= given.share <= 1:
        raise DigitDetectorError(f"--share is {given.share}: give a number from 0 to 1")
    (first, facts), (second, metadata) = read_weights(given.first), read_weights(given.second)
    facts.must_fit(metadata, str(given.first), str(given.second))
    if facts.input_size != metadata.input_size:
        sides = f"{facts.input_size} and {metadata.input_size} px"
        raise WeightsError(f"{given.first} and {given.second} read inputs of {sides}: give weights of one size")
    mix(second, first, given.share)
    how = {"first": given.first.name, "second": given.second.name, "share": given.share}
    averaged = replace(metadata, training={**metadata.training, "average": how}, metrics={})
    for path in write(second, averaged, given.output):
        print(f"{path}  {path.stat().st_size:,} bytes")


def mix(network: YOLOv3, other: YOLOv3, share: float) -> None:
    """Move every parameter and running statistic of `network`, in place, to `share` of it and the rest of `other`."""
    others = other.state_dict()
    for name, value in network.state_dict().items():
        if value.is_floating_point():  # not the counts of batches
            value.mul_(share).add_(others[name], alpha=1 - share)
