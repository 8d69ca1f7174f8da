"""The small classifiers of 28 x 28 pictures that the baselines label drawings with."""

from typing import Final, Literal

import torch
from torch import Tensor, nn

from digit_detector.evaluate.baselines.contours import SIDE

Kind = Literal["cnn", "vit"]


class CNN(nn.Sequential):
    """Three convolutions and three dense layers: 88,226 parameters for ten classes."""

    def __init__(self, classes: int) -> None:
        super().__init__(
            *_convolution(1, 4),  # (N, 4, 14, 14)
            *_convolution(4, 16),  # (N, 16, 7, 7)
            *_convolution(16, 64),  # (N, 64, 3, 3)
            nn.Flatten(),
            *(nn.Linear(576, 128), nn.ReLU()),
            *(nn.Linear(128, 32), nn.ReLU()),
            nn.Linear(32, classes),
        )


def _convolution(before: int, after: int) -> tuple[nn.Module, ...]:
    return nn.Conv2d(before, after, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)


class ViT(nn.Module):
    """A vision transformer (Dosovitskiy et al. 2021) of 16 patches, four layers and 64 channels."""

    PATCH: Final = 7
    CHANNELS: Final = 64

    def __init__(self, classes: int) -> None:
        super().__init__()
        patches = (SIDE // self.PATCH) ** 2
        self.embed = nn.Conv2d(1, self.CHANNELS, self.PATCH, self.PATCH)
        self.token = nn.Parameter(torch.zeros(1, 1, self.CHANNELS))
        self.positions = nn.Parameter(torch.randn(1, 1 + patches, self.CHANNELS) * 0.02)
        layer = nn.TransformerEncoderLayer(
            self.CHANNELS, 4, 2 * self.CHANNELS, dropout=0, activation="gelu", batch_first=True, norm_first=True
        )
        self.encoder = nn.TransformerEncoder(layer, 4, nn.LayerNorm(self.CHANNELS), enable_nested_tensor=False)
        self.head = nn.Linear(self.CHANNELS, classes)

    def forward(self, pictures: Tensor) -> Tensor:
        """Compute logits (N, classes) of pictures (N, 1, 28, 28) from the class token."""
        patches = self.embed(pictures).flatten(2).transpose(1, 2)  # (N, 16, C)
        tokens = torch.cat([self.token.expand(len(patches), -1, -1), patches], dim=1) + self.positions
        logits: Tensor = self.head(self.encoder(tokens)[:, 0])
        return logits


def build(kind: Kind, classes: int) -> CNN | ViT:
    """Build an untrained network: (N, 1, 28, 28), ink in [0, 1], to logits (N, classes)."""
    return CNN(classes) if kind == "cnn" else ViT(classes)
