"""Train the handwriting model: hands as data, a Lightning module that trains the autoencoder and then the style."""

import math
from collections import defaultdict
from collections.abc import Iterator
from typing import Final, NamedTuple

import lightning
import numpy as np
import torch
from lightning.pytorch.utilities.types import OptimizerLRScheduler
from numpy.random import Generator
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional
from torch.utils.data import DataLoader, IterableDataset

from digit_detector.classes import DIGITS
from digit_detector.handwriting.glyphs import FIRST, SECOND, Glyph, to_glyph
from digit_detector.handwriting.style_model import StyleModel
from digit_detector.synth.sources.public_sets import Reader, data_root
from digit_detector.synth.splits import Split
from digit_detector.train.module import adamw, warmed_up_cosine

SOURCES: Final = ("unipen-digits", "pendigits")
"""Sources of pen strokes with writers."""

REFERENCES: Final = 8
"""Largest number of drawn digits that the style is learnt from at once."""

TARGETS: Final = 16
"""Digits of the same writer that are to be drawn."""

_ENCODED: Final = 6
"""Digits of each writer that the autoencoder learns from in a step."""

_NO_REFERENCE: Final = 0.1
"""Fraction of writers whose references are hidden, which guidance needs."""

_WEIGHT_DECAY: Final = 0.02
"""AdamW's, of matrices."""


class WriterSamples(NamedTuple):
    """All digits of one writer."""

    writer: str
    source: str
    glyphs: NDArray[np.float32]
    """(n, 129)."""
    labels: NDArray[np.int64]
    """(n,) classes."""

    def of(self, label: int) -> NDArray[np.float32]:
        """Return the glyphs of one class."""
        return np.asarray(self.glyphs[self.labels == label])


def read_writers(root: str | None, split: Split) -> list[WriterSamples]:
    """Read the writers of a split, in a fixed order; raises DataError."""
    digits: dict[tuple[str, str], list[tuple[Glyph, int]]] = defaultdict(list)
    for sketch in Reader(data_root(root), split).read(SOURCES):
        glyph = to_glyph(sketch.strokes)
        if glyph is not None and sketch.label in DIGITS:
            digits[sketch.source, sketch.writer].append((glyph, int(sketch.label)))
    return [
        WriterSamples(writer, source, np.stack([glyph for glyph, _ in pairs]), np.array([label for _, label in pairs]))
        for (source, writer), pairs in sorted(digits.items())
    ]


class Batch(NamedTuple):
    """Digits of W writers: first those to learn the style from, then those to draw.

    Attributes:
        glyphs: (W, REFERENCES + TARGETS, 129).
        labels: (W, REFERENCES + TARGETS) classes.
        drawn: (W, REFERENCES) whether there is such a digit; the others are padding.
    """

    glyphs: Tensor
    labels: Tensor
    drawn: Tensor


class HandBatches(IterableDataset[Batch]):
    """Endless random batches; a writer's chance is the square root of the number of their digits."""

    def __init__(self, hands: list[WriterSamples], batch_size: int, seed: int) -> None:
        self.hands = hands
        self.batch_size = batch_size
        self.rng = np.random.default_rng(seed)  # goes on from epoch to epoch

    def __iter__(self) -> Iterator[Batch]:
        weights = np.sqrt([len(hand.labels) for hand in self.hands])
        while True:
            chosen = self.rng.choice(len(self.hands), self.batch_size, p=weights / weights.sum())
            rows = [_choose(self.rng, self.hands[index]) for index in chosen]
            glyphs, labels, drawn = (torch.from_numpy(np.stack(parts)) for parts in zip(*rows, strict=True))
            yield Batch(glyphs, labels, drawn)


def _choose(rng: Generator, hand: WriterSamples) -> tuple[NDArray[np.float32], NDArray[np.int64], NDArray[np.bool_]]:
    """Choose the digits of one writer; none is both learnt from and drawn, unless there is only one."""
    order = rng.permutation(len(hand.labels))
    count = min(int(rng.integers(1, REFERENCES + 1)), max(1, len(order) // 2))
    references, rest = order[:count], order[count:] if len(order) > 1 else order
    indices = np.concatenate((rng.choice(references, REFERENCES), rng.choice(rest, TARGETS)))
    indices[:count] = references
    return hand.glyphs[indices], hand.labels[indices], np.arange(REFERENCES) < count


def vary_hands(glyphs: Tensor) -> Tensor:
    """Multiply hands: one random slant, proportion, rotation and smooth warp for all digits (W, K, 129) of a writer."""
    points = glyphs[..., :-1].reshape(*glyphs.shape[:-1], -1, 2)
    hands = len(glyphs)

    def normal(*shape: int, scale: float) -> Tensor:
        return torch.randn(hands, 1, *shape, device=glyphs.device) * scale

    slant, stretch, angle = normal(1, scale=0.2), normal(1, scale=0.15).exp(), normal(1, scale=0.08)
    x, y = points[..., 0], points[..., 1]
    x, y = x * stretch - slant * y, y / stretch
    x, y = x * angle.cos() - y * angle.sin(), x * angle.sin() + y * angle.cos()
    points = torch.stack((x, y), -1)
    waves = torch.sin(points @ normal(2, 2, scale=5.0) + normal(1, 2, scale=3.0))
    points = points + waves @ normal(2, 2, scale=0.02)
    return _normalised(points, glyphs[..., -1:])


def _normalised(points: Tensor, flags: Tensor) -> Tensor:
    """Return the glyphs (…, 129) of points (…, 64, 2), with the ink centred and its longer side 1."""
    absent = torch.cat((flags.new_zeros(*flags.shape[:-1], FIRST), (1 - flags).expand(*flags.shape[:-1], SECOND)), -1)
    absent = absent[..., None] > 0.5
    low = points.masked_fill(absent, math.inf).amin(-2, keepdim=True)
    high = points.masked_fill(absent, -math.inf).amax(-2, keepdim=True)
    points = (points - (low + high) / 2) / (high - low).amax(-1, keepdim=True)
    return torch.cat((points.masked_fill(absent, 0.0).flatten(-2), flags), -1)


class HandData(lightning.LightningDataModule):
    """The writers of the training split."""

    def __init__(self, data_root: str | None = None, batch_size: int = 32) -> None:
        """Args:
        data_root: folder of the public sets; by default that of DIGIT_DETECTOR_DATA.
        batch_size: writers in a batch.
        """
        super().__init__()
        self.root, self.batch_size = data_root, batch_size
        self.hands: list[WriterSamples] = []

    def setup(self, stage: str) -> None:
        self.hands = read_writers(self.root, "train")

    def train_dataloader(self) -> DataLoader[Batch]:
        return DataLoader(HandBatches(self.hands, self.batch_size, seed=1), batch_size=None)


class HandwritingModule(lightning.LightningModule):
    """Two trainings in one: the autoencoder for `autoencoder_steps`, then the style and the flow on its latents.

    The error of the velocity on other writers rises while their style is drawn better, so no checkpoint is chosen by
    it: `digit-detector evaluate-handwriting` compares checkpoints on validation writers.
    """

    def __init__(self, autoencoder_steps: int = 8000, learning_rate: float = 1e-3) -> None:
        """Args:
        autoencoder_steps: steps after which the autoencoder is frozen.
        learning_rate: the maximum of each training; it falls to zero along a cosine.
        """
        super().__init__()
        self.save_hyperparameters()
        self.model = StyleModel()
        self.autoencoder_steps = autoencoder_steps
        self.learning_rate = learning_rate

    def training_step(self, batch: Batch, batch_idx: int) -> Tensor:
        if self.global_step < self.autoencoder_steps:
            glyphs = vary_hands(batch.glyphs[:, :_ENCODED])
            loss = self._autoencoder_loss(glyphs.flatten(0, 1), batch.labels[:, :_ENCODED].flatten())
        else:
            if self.global_step == self.autoencoder_steps:
                self._fit_latents()
            loss = self._style_loss(vary_hands(batch.glyphs), batch.labels, batch.drawn)
        self.log("train/loss", loss, prog_bar=True)
        return loss

    def _autoencoder_loss(self, glyphs: Tensor, labels: Tensor) -> Tensor:
        """Return the loss of points, of their differences, of the flag, and the divergence from a normal prior."""
        mean, log_variance = self.model.autoencoder.encode(glyphs, labels)
        latents = mean + torch.randn_like(mean) * (log_variance / 2).exp()
        decoded = self.model.autoencoder.decode(latents, labels)
        flags = glyphs[:, -1]
        errors = (decoded[:, :-1] - glyphs[:, :-1]).reshape(len(glyphs), -1, 2)
        first, second = errors[:, :FIRST], errors[:, FIRST:] * flags[:, None, None]
        shape = sum(part.square().sum() + 4 * part.diff(dim=1).square().sum() for part in (first, second))
        flag = functional.binary_cross_entropy_with_logits(decoded[:, -1], flags, reduction="sum")
        divergence = 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).sum()
        loss: Tensor = (40 * shape + flag + 0.05 * divergence) / len(glyphs)
        return loss

    @torch.no_grad()
    def _fit_latents(self) -> None:
        """Measure the latents of the training's digits, and freeze the autoencoder."""
        self.model.autoencoder.requires_grad_(False)
        hands = self.trainer.datamodule.hands  # type: ignore[attr-defined]
        glyphs = torch.from_numpy(np.concatenate([hand.glyphs for hand in hands])).to(self.device)
        labels = torch.from_numpy(np.concatenate([hand.labels for hand in hands])).to(self.device)
        self.model.fit_latents(glyphs, labels)

    def _style_loss(self, glyphs: Tensor, labels: Tensor, drawn: Tensor) -> Tensor:
        """Return the error of the velocity, from noise to the targets' latents (Lipman et al. 2023)."""
        with torch.no_grad():
            latents = self.model.encode(glyphs, labels)
        shown = drawn & (torch.rand(len(drawn), 1, device=drawn.device) >= _NO_REFERENCE)
        contexts = self.model.style(latents[:, :REFERENCES], labels[:, :REFERENCES], shown)
        targets, classes = latents[:, REFERENCES:, None], labels[:, REFERENCES:]
        contexts = contexts.gather(1, classes[..., None].expand(-1, -1, contexts.shape[-1]))
        times = torch.randn(*classes.shape, 1, device=drawn.device).sigmoid()  # more often in the middle
        noise = torch.randn_like(targets)
        mixed = noise + times[..., None] * (targets - noise)
        velocity = self.model.flow(mixed, times, contexts)
        loss: Tensor = (velocity - (targets - noise)).square().mean()
        return loss

    def configure_optimizers(self) -> OptimizerLRScheduler:
        return adamw(self, self._rate, _WEIGHT_DECAY, lr=self.learning_rate)

    def _rate(self, step: int, total: int) -> float:
        """Return the learning rate's fraction of its maximum: two cosines to zero, each after a warm-up."""
        first = min(self.autoencoder_steps, total)
        step, total = (step, first) if step < first else (step - first, max(1, total - first))
        return warmed_up_cosine(step, total, warmup_steps=200)
