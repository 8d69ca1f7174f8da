"""Judge whether two digits come from one hand: two judges that know only training writers, and that no model uses.

One sees strokes (linear discriminant analysis), the other sees pictures (a small network, contrastive over writers), so
that a method which happens to search with one judge's features does not flatter itself.
"""

from collections.abc import Sequence
from typing import Final, Protocol

import numpy as np
import scipy.linalg  # type: ignore[import-untyped]
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from digit_detector.handwriting.glyphs import FIRST, SECOND, Glyph
from digit_detector.handwriting.paint import paint_glyph
from digit_detector.handwriting.style_model import CLASSES
from digit_detector.handwriting.training import WriterSamples

Floats = NDArray[np.float32]

_COMPONENTS: Final = 60
_DISCRIMINANTS: Final = 24
_SHRINKAGE: Final = 0.5
"""Of the linear judge; chosen by how well it tells real ink of validation writers apart."""

_SIDE: Final = 32
_STEPS: Final = 1500
_WRITERS: Final = 40
"""Of the picture judge: pixels, training steps, and writers in a batch."""


class Judge(Protocol):
    """Embeds digits; those of one hand lie near each other."""

    def embed(self, glyphs: Floats, label: int) -> Floats:
        """Map glyphs (n, 129) of one class to points (n, d)."""
        ...


class StrokeJudge:
    """Linear discriminants of points and directions, for each class: whitened by the spread within writers."""

    def __init__(self, hands: Sequence[WriterSamples]) -> None:
        self._means: list[Floats] = []
        self._projections: list[Floats] = []
        for label in range(CLASSES):
            groups = [_features(glyphs) for hand in hands if len(glyphs := hand.of(label))]
            features = np.concatenate(groups)
            mean = features.mean(0)
            directions = np.linalg.svd(features - mean, full_matrices=False)[2][:_COMPONENTS].T
            parts = [(group - mean) @ directions for group in groups]
            offsets = np.concatenate([part - part.mean(0) for part in parts])
            within = offsets.T @ offsets / max(1, len(offsets) - len(parts))
            within += _SHRINKAGE * np.trace(within) / len(within) * np.eye(len(within))
            centres = np.stack([part.mean(0) for part in parts])
            axes = scipy.linalg.eigh(np.cov(centres.T), within)[1][:, -_DISCRIMINANTS:]
            self._means.append(mean)
            self._projections.append((directions @ axes).astype(np.float32))

    def embed(self, glyphs: Floats, label: int) -> Floats:
        return np.asarray((_features(glyphs) - self._means[label]) @ self._projections[label])


def _features(glyphs: Floats) -> Floats:
    """Return points, directions and the flag of a second stroke: (n, 253)."""
    points = glyphs[:, :-1].reshape(len(glyphs), FIRST + SECOND, 2)
    steps = [np.diff(part, axis=1) for part in (points[:, :FIRST], points[:, FIRST:])]
    units = [step / (np.linalg.norm(step, axis=-1, keepdims=True) + 0.02) / 4 for step in steps]
    return np.concatenate(
        [part.reshape(len(glyphs), 2 * part.shape[1]) for part in (points, *units)] + [glyphs[:, -1:]], axis=1
    )


class PictureJudge:
    """A convolutional network on pictures of 32 x 32 pixels, which draws the digits of one writer together.

    Trained with the contrastive loss of van den Oord et al. 2018 among writers of one class and source.
    """

    def __init__(self, hands: Sequence[WriterSamples]) -> None:
        generator = np.random.default_rng(1)
        with torch.random.fork_rng():
            torch.manual_seed(1)
            self._network = _PictureNetwork()
        groups = [
            {label: _pictures(glyphs) for label in range(CLASSES) if len(glyphs := hand.of(label)) > 1}
            for hand in hands
        ]
        optimizer = torch.optim.AdamW(self._network.parameters(), lr=1e-3, weight_decay=0.05)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 2e-3, _STEPS)
        for _ in range(_STEPS):
            label = int(generator.integers(CLASSES))
            source = hands[int(generator.integers(len(hands)))].source
            able = [
                group[label]
                for hand, group in zip(hands, groups, strict=True)
                if label in group and hand.source == source
            ]
            chosen = generator.permutation(len(able))[:_WRITERS]
            pairs = np.stack([generator.choice(able[index], 2, replace=False) for index in chosen])
            embedded = self._network(torch.from_numpy(pairs.reshape(-1, 1, _SIDE, _SIDE)), label)
            first, second = embedded[::2], embedded[1::2]
            target = torch.arange(len(first))
            scores = first @ second.T / 0.1
            loss = nn.functional.cross_entropy(scores, target) + nn.functional.cross_entropy(scores.T, target)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            schedule.step()
        self._network.eval()

    @torch.no_grad()
    def embed(self, glyphs: Floats, label: int) -> Floats:
        pictures = torch.from_numpy(_pictures(glyphs)[:, None])
        return np.asarray(self._network(pictures, label).numpy())


class _PictureNetwork(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for inputs, outputs in ((1, 16), (16, 32), (32, 64)):
            layers += [nn.Conv2d(inputs, outputs, 3, padding=1), nn.BatchNorm2d(outputs), nn.ReLU(), nn.MaxPool2d(2)]
        self.layers = nn.Sequential(*layers, nn.Flatten(), nn.Dropout(0.2))
        self.heads = nn.ModuleList(nn.Linear(64 * (_SIDE // 8) ** 2, 48) for _ in range(CLASSES))

    def forward(self, pictures: Tensor, label: int) -> Tensor:
        return nn.functional.normalize(self.heads[label](self.layers(pictures)), dim=-1)


def _pictures(glyphs: Floats) -> Floats:
    """Paint glyphs (n, 129) as ink in [0, 1], (n, 32, 32)."""
    pictures = np.zeros((len(glyphs), _SIDE, _SIDE), np.float32)
    for picture, glyph in zip(pictures, glyphs, strict=True):
        ink = 255 - paint_glyph(glyph, 0.8 * 2 * _SIDE, 5.0, 2 * _SIDE)
        picture[:] = ink.reshape(_SIDE, 2, _SIDE, 2).mean((1, 3)) / 255
    return pictures


class Panel:
    """One judge, with the real digits of the writers."""

    def __init__(self, hands: Sequence[WriterSamples], judge: Judge) -> None:
        self._hands, self._judge = hands, judge
        self._real = [[judge.embed(hand.of(label), label) for label in range(CLASSES)] for hand in hands]

    def likeness(self, written: Sequence[tuple[int, int, Glyph]], own: bool) -> tuple[float, float]:
        """Return the AUC and its standard error of (writer, class, glyph); with `own`, of the writers' own digits.

        Raises ValueError if no writer can be compared with another of the same source.
        """
        scores: list[list[float]] = [[] for _ in self._hands]
        for label in range(CLASSES):
            rows = [row for row in written if row[1] == label]
            if not rows:
                continue
            points = self._judge.embed(np.stack([glyph for _, _, glyph in rows]), label)
            for (writer, _, _), point in zip(rows, points, strict=True):
                near = np.linalg.norm(self._real[writer][label] - point, axis=1)
                if own:
                    near = np.delete(near, near.argmin())  # the digit itself
                for other, hand in enumerate(self._hands):
                    far = np.linalg.norm(self._real[other][label] - point, axis=1)
                    if other != writer and hand.source == self._hands[writer].source and len(near) and len(far):
                        scores[writer].append(float((near[:, None] < far).mean()))
        means = [np.mean(values) for values in scores if values]
        if not means:
            raise ValueError("no writer can be compared with another of the same source")
        return float(np.mean(means)), float(np.std(means) / np.sqrt(len(means)))
