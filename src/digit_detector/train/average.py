"""`digit-detector average`: average the weights of two trainings, of which one continued the other.

Weights on the straight line between two such networks often read better than both, and keep what further training
forgot (Wortsman et al. 2022, "Robust fine-tuning of zero-shot models").
"""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import torch
from torch.optim.swa_utils import update_bn

from digit_detector.data.output import prepare_output
from digit_detector.errors import DigitDetectorError
from digit_detector.train.dataset import SceneData
from digit_detector.train.export import read_weights, write
from digit_detector.yolo.network import YOLOv3


def main(arguments: Sequence[str]) -> None:
    """Write the average of two weights as safetensors and ONNX; their figures are not carried over."""
    parser = argparse.ArgumentParser(prog="digit-detector average", description=main.__doc__)
    parser.add_argument("first", type=Path, help="a .ckpt of the training, or a .safetensors file")
    parser.add_argument("second", type=Path, help="another, trained on from the first; its settings are kept")
    parser.add_argument("output", type=Path, help="the .safetensors file to write")
    parser.add_argument("--fraction", type=float, default=0.5, help="of the second, 0 to 1 (default: %(default)s)")
    parser.add_argument("--scenes", type=int, default=4096, help="for batch normalisation (default: %(default)s)")
    parser.add_argument("--data-root", help="folder of the public sets (or DIGIT_DETECTOR_DATA)")
    options = parser.parse_args(arguments)
    if not 0 <= options.fraction <= 1:
        raise DigitDetectorError(f"--fraction is {options.fraction}: give a number from 0 to 1")
    if options.scenes < 1:
        raise DigitDetectorError(f"--scenes is {options.scenes}: give 1 or more")
    prepare_output(options.output)
    (first, older), (second, metadata) = read_weights(options.first), read_weights(options.second)
    facts = ("anchors", "network", "input_size")
    older.must_fit(metadata, str(options.first), str(options.second), facts)
    interpolate(second, first, options.fraction)
    recompute_batch_norm(second, options.data_root, metadata.input_size, options.scenes)
    how = {"first": options.first.name, "second": options.second.name, "fraction": options.fraction}
    averaged = replace(metadata, training={**metadata.training, "average": how}, metrics={})
    for path in write(second, averaged, options.output):
        print(f"{path}  {path.stat().st_size:,} bytes")


def interpolate(network: YOLOv3, other: YOLOv3, fraction: float) -> None:
    """Move the parameters of `network`, in place, to `fraction` of its own and the rest of `other`'s."""
    parameters = dict(other.named_parameters())
    with torch.no_grad():
        for name, value in network.named_parameters():
            value.mul_(fraction).add_(parameters[name], alpha=1 - fraction)


def recompute_batch_norm(network: YOLOv3, data_root: str | None, input_size: int, scenes: int) -> None:
    """Recompute the running means and variances on training scenes; those of an average are not averages of those.

    The network is in evaluation mode afterwards. Raises DataError without a data root.
    """
    # Without workers: they are forked, and would hang if torch has already used several threads.
    data = SceneData(data_root, epoch_scenes=scenes, batch_size=min(32, scenes), workers=0, input_size=input_size)
    update_bn(data.train_dataloader(), network)
    network.eval()
