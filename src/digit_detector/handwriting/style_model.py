"""The model of handwriting: an autoencoder of glyphs, a style transformer, and a flow from noise to glyph latents.

drawn glyphs -> latents -> style transformer -> one context per class -> flow matching -> candidates -> gate and ranking

The transformer reads drawn digits as tokens and ten class queries (SDT, Dai et al. 2023). The flow is that of
Lipman et al. 2023 in the latent space of a variational autoencoder (Kingma & Welling 2014), as no pen position
depends on the one before it and no stroke can break. Guidance: Ho & Salimans 2022.
"""

import math
from typing import Final, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from digit_detector.handwriting.glyphs import FIRST, SIZE
from digit_detector.handwriting.mixture import fit_mixture

CLASSES: Final = 10
LATENTS: Final = 24
COMPONENTS: Final = 6
"""Gaussians of each class's mixture: the forms that people write it in."""

_GATE: Final = 0.05
"""Fraction of real digits that are less likely than any candidate may be."""

_CLEAR_MAJORITY: Final = 0.7
"""Fraction of the candidates that must have a stroke that most people do not draw, such as the slash of a 0."""


class Autoencoder(nn.Module):
    """Encode glyphs (…, 129) of known classes as latents (…, 24), and decode them."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.encoder = _mlp(SIZE + CLASSES, width, 2 * LATENTS)
        self.decoder = _mlp(LATENTS + CLASSES, width, SIZE)

    def encode(self, glyphs: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        """Return the mean and the log variance of the latents."""
        mean, log_variance = self.encoder(torch.cat((glyphs, _one_hot(labels)), -1)).chunk(2, -1)
        return mean, log_variance.clamp(-12, 4)

    def decode(self, latents: Tensor, labels: Tensor) -> Tensor:
        """Return glyphs whose last number is the logit of a second stroke."""
        glyphs: Tensor = self.decoder(torch.cat((latents, _one_hot(labels)), -1))
        return glyphs


def _mlp(inputs: int, width: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Linear(inputs, width), nn.SiLU(), _Residual(width), _Residual(width), nn.Linear(width, outputs)
    )


class _Residual(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.layers = nn.Sequential(nn.Linear(width, width), nn.SiLU(), nn.Linear(width, width))

    def forward(self, x: Tensor) -> Tensor:
        residual: Tensor = self.layers(self.norm(x))
        return x + residual


def _one_hot(labels: Tensor) -> Tensor:
    return functional.one_hot(labels, CLASSES).float()


class StyleTransformer(nn.Module):
    """Map the latents of drawn digits to a context (B, 10, width) for drawing each class."""

    def __init__(self, width: int, layers: int, heads: int = 4, dropout: float = 0.1) -> None:
        super().__init__()
        self.queries = nn.Parameter(torch.randn(CLASSES, width) * 0.3)
        self.classes = nn.Parameter(torch.randn(CLASSES, width) * 0.3)
        self.embed = nn.Linear(LATENTS, width)
        self.layers = nn.ModuleList(_AttentionLayer(width, heads, dropout) for _ in range(layers))
        self.norm = nn.LayerNorm(width)

    def forward(self, latents: Tensor, labels: Tensor, drawn: Tensor) -> Tensor:
        """Args:
        latents: (B, R, 24), standardised.
        labels: (B, R) classes.
        drawn: (B, R) whether there is such a digit; the others are padding.
        """
        tokens = self.embed(latents) + self.classes[labels]
        tokens = torch.cat((self.queries.expand(len(tokens), -1, -1), tokens), 1)
        visible = torch.cat((drawn.new_ones(CLASSES).expand(len(drawn), -1), drawn), 1)
        for layer in self.layers:
            tokens = layer(tokens, visible)
        contexts: Tensor = self.norm(tokens[:, :CLASSES])
        return contexts


class _AttentionLayer(nn.Module):
    """A transformer layer with normalisation first (Xiong et al. 2020)."""

    def __init__(self, width: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.heads = heads
        self.norm = nn.LayerNorm(width)
        self.project = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.feed = nn.Sequential(
            nn.LayerNorm(width), nn.Linear(width, 2 * width), nn.SiLU(), nn.Linear(2 * width, width)
        )
        self.dropout = nn.Dropout(dropout)

    def forward(self, tokens: Tensor, visible: Tensor) -> Tensor:
        batch, length, width = tokens.shape
        heads = self.project(self.norm(tokens)).view(batch, length, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        query, key, value = heads[0], heads[1], heads[2]
        scores = query @ key.transpose(-1, -2) / math.sqrt(key.shape[-1])
        scores = scores.masked_fill(~visible[:, None, None], -1e9)
        mixed = (scores.softmax(-1) @ value).transpose(1, 2).reshape(batch, length, width)
        tokens = tokens + self.dropout(self.out(mixed))
        fed: Tensor = tokens + self.dropout(self.feed(tokens))
        return fed


class Flow(nn.Module):
    """Predict the velocity from noise to latents, given the time and the context of a class.

    Time and context act through scales and shifts, which all candidates of a class share, so candidates are cheap.
    """

    def __init__(self, context: int, width: int, blocks: int = 3) -> None:
        super().__init__()
        self.frequencies = nn.Buffer(math.pi * 2.0 ** torch.arange(6))
        self.condition = nn.Sequential(nn.Linear(context + 12, width), nn.SiLU())
        self.modulate = nn.ModuleList(nn.Linear(width, 3 * width) for _ in range(blocks))
        self.enter = nn.Linear(LATENTS, width)
        self.blocks = nn.ModuleList(nn.Linear(width, width) for _ in range(blocks))
        self.norm = nn.LayerNorm(width, elementwise_affine=False)
        self.leave = nn.Linear(width, LATENTS)

    def forward(self, latents: Tensor, times: Tensor, contexts: Tensor) -> Tensor:
        """Args:
        latents: (…, C, 24), partly noise.
        times: (…, 1) in [0, 1]; 0 is noise.
        contexts: (…, width).
        """
        angles = times * self.frequencies
        conditions = self.condition(torch.cat((contexts, angles.sin(), angles.cos()), -1)).unsqueeze(-2)
        x = self.enter(latents)
        for modulate, block in zip(self.modulate, self.blocks, strict=True):
            scale, shift, gate = modulate(conditions).chunk(3, -1)
            x = x + gate * functional.silu(block(self.norm(x) * (1 + scale) + shift))
        velocity: Tensor = self.leave(self.norm(x))
        return velocity


class Ranking(NamedTuple):
    """The candidates of each class, best first.

    Attributes:
        glyphs: (10, C, 129).
        forms: int32 (10, C): mixture component and stroke count; -1 below the gate, which come last.
        spread: (10,) mean distance of the candidates from their middle.
    """

    glyphs: Tensor
    forms: Tensor
    spread: Tensor


class StyleModel(nn.Module):
    """All parts, with the statistics of the latents, which `fit_latents` measures once the autoencoder is trained."""

    def __init__(self, autoencoder_width: int = 192, width: int = 128, layers: int = 3, flow_width: int = 192) -> None:
        super().__init__()
        self.autoencoder = Autoencoder(autoencoder_width)
        self.style = StyleTransformer(width, layers)
        self.flow = Flow(width, flow_width)
        self.mean = nn.Buffer(torch.zeros(CLASSES, LATENTS))
        self.scale = nn.Buffer(torch.ones(CLASSES, LATENTS))
        self.centres = nn.Buffer(torch.zeros(CLASSES, COMPONENTS, LATENTS))
        self.whiteners = nn.Buffer(torch.eye(LATENTS).repeat(CLASSES, COMPONENTS, 1, 1))
        self.log_weights = nn.Buffer(torch.zeros(CLASSES, COMPONENTS))
        self.gate = nn.Buffer(torch.zeros(CLASSES))
        self.marked = nn.Buffer(torch.full((CLASSES,), 0.5))

    def encode(self, glyphs: Tensor, labels: Tensor) -> Tensor:
        """Return the standardised latents (…, 24) of glyphs (…, 129)."""
        mean, _ = self.autoencoder.encode(glyphs, labels)
        return (mean - self.mean[labels]) / self.scale[labels]

    def decode(self, latents: Tensor, labels: Tensor) -> Tensor:
        """Return glyphs (…, 129), with zeros in place of a second stroke that is not there."""
        raw = self.autoencoder.decode(latents * self.scale[labels] + self.mean[labels], labels)
        flag = (raw[..., -1:] > 0).float()
        return torch.cat((raw[..., : 2 * FIRST], raw[..., 2 * FIRST : -1] * flag, flag), -1)

    def fit_latents(self, glyphs: Tensor, labels: Tensor) -> None:
        """Measure the latents of real digits: their scale, their forms, and the gate."""
        for label in range(CLASSES):
            chosen = labels == label
            mean, _ = self.autoencoder.encode(glyphs[chosen], labels[chosen])
            self.mean[label], self.scale[label] = mean.mean(0), mean.std(0)
            latents = self.encode(glyphs[chosen], labels[chosen])
            mixture = fit_mixture(latents.double(), COMPONENTS)
            self.centres[label], self.whiteners[label], self.log_weights[label] = mixture
            joint = self.log_joint(latents.expand(CLASSES, -1, -1))[label]
            self.gate[label] = joint.logsumexp(-1).quantile(_GATE)
            self.marked[label] = 0.5 if glyphs[chosen, -1].mean() > 0.5 else _CLEAR_MAJORITY

    def log_joint(self, latents: Tensor) -> Tensor:
        """Return log p(latents, component): (10, C, 6) for latents (10, C, 24)."""
        whitened = latents[:, None] @ self.whiteners - self.centres[:, :, None] @ self.whiteners
        return self.log_weights[:, None] - 0.5 * whitened.square().sum(-1).mT

    def rank(self, latents: Tensor, glyphs: Tensor) -> Ranking:
        """Rank the candidates (10, C, 24) of each class: plausible before others, the commoner stroke count first.

        The best lies nearest to the middle of these, which is itself no candidate: a mean of forms has half loops.
        """
        joint = self.log_joint(latents)
        plausible = joint.logsumexp(-1) >= self.gate[:, None]
        second = glyphs[..., -1] > 0.5
        weights = plausible.float() + 1e-3
        votes = (weights * second).sum(1) / weights.sum(1)
        common = second == (votes >= self.marked)[:, None]
        weights = weights * (common.float() + 1e-3)
        middle = (latents * weights[..., None]).sum(1) / weights.sum(1)[:, None]
        distances = (latents - middle[:, None]).square().sum(-1)
        key = distances + 1e3 * (~common).float() + 1e6 * (~plausible).float()
        order = key.argsort(1)
        forms = torch.where(plausible, 2 * joint.argmax(-1) + second, -1)
        return Ranking(
            glyphs.gather(1, order[..., None].expand_as(glyphs)), forms.gather(1, order).int(), distances.mean(1)
        )
