"""Train the baseline's CNN on single drawings of the detector's sources: some minutes on one core.

`OMP_NUM_THREADS=1 python tools/train_baseline.py --data-root DATA` writes models/baseline.safetensors. The drawings
have the sources, writers and pens of the detector's training, and are cut out as the contours cut them.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
import torch
from safetensors.torch import save
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
from tqdm import tqdm

from digit_detector.classes import CLASSES
from digit_detector.evaluate.baseline import CNN, METADATA_KEY, SIDE, crop_drawing
from digit_detector.synth.canvases import SceneMix
from digit_detector.synth.generator import SceneGenerator
from digit_detector.synth.scene import draw
from digit_detector.synth.sources.public_sets import TRAINED_ON, Reader, data_root
from digit_detector.synth.splits import Split

SINGLE: Final = SceneMix(single=1, free=0, rows=0, blank=0, numbers=0, windows=0, print=0)
LEARNING_RATE: Final = 2e-3
"""The highest; it rises and falls along one cycle (Smith & Topin 2018)."""


def main(argv: Sequence[str] | None = None) -> None:
    """Draw, train and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data-root", help="folder of the public sets (or DIGIT_DETECTOR_DATA)")
    parser.add_argument("--drawings", type=int, default=32_768, help="of an epoch; by default %(default)s")
    parser.add_argument("--validation-drawings", type=int, default=2_000, help="by default %(default)s")
    parser.add_argument("--epochs", type=int, default=10, help="by default %(default)s")
    parser.add_argument("--batch-size", type=int, default=64, help="by default %(default)s")
    parser.add_argument("--output", type=Path, default=Path("models/baseline.safetensors"))
    arguments = parser.parse_args(argv)
    torch.manual_seed(1)
    root = data_root(arguments.data_root)
    drawings = single_drawings(root, "train", 1, arguments.drawings)
    network = CNN()
    steps = train(network, DataLoader(drawings, arguments.batch_size, shuffle=True, drop_last=True), arguments.epochs)
    pictures, labels = single_drawings(root, "validation", 0, arguments.validation_drawings).tensors
    with torch.inference_mode():
        accuracy = float((network.eval()(pictures).argmax(dim=1) == labels).float().mean())
    training = {"epochs": arguments.epochs, "steps": steps, "val/accuracy": round(accuracy, 4)}
    facts = json.dumps({"classes": CLASSES, "training": training}, sort_keys=True)
    arguments.output.write_bytes(save(network.state_dict(), {METADATA_KEY: facts}))
    print(f"{arguments.output}: {accuracy:.3f} of the validation drawings read right")


def single_drawings(root: Path, split: Split, seed: int, count: int) -> TensorDataset:
    """Draw pictures (count, 1, 28, 28), ink in [0, 1], with class indices (count,)."""
    generator = SceneGenerator(Reader(root, split).read(TRAINED_ON), SINGLE)
    pictures, labels = np.empty((count, 1, SIDE, SIDE), np.float32), np.empty(count, np.int64)
    for index in tqdm(range(count), desc=f"drawings, {split}", disable=None):
        scene = generator.scene(seed, index)
        pictures[index, 0] = crop_drawing(draw(replace(scene, specks=(), lines=())))
        labels[index] = scene.objects[0].label
    return TensorDataset(torch.from_numpy(pictures), torch.from_numpy(labels))


def train(network: CNN, batches: DataLoader[tuple[torch.Tensor, ...]], epochs: int) -> int:
    """Train in place by AdamW and one cycle; return the number of steps."""
    optimizer = torch.optim.AdamW(network.parameters(), lr=LEARNING_RATE, weight_decay=0.01)
    steps = epochs * len(batches)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, LEARNING_RATE, total_steps=steps)
    loss = nn.CrossEntropyLoss(label_smoothing=0.05)
    for _ in tqdm(range(epochs), desc="epochs", disable=None):
        for pictures, labels in batches:
            optimizer.zero_grad()
            loss(network(pictures), labels).backward()
            optimizer.step()
            schedule.step()
    return steps


if __name__ == "__main__":
    main()
