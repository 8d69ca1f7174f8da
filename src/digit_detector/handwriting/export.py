"""`digit-detector export-handwriting`: write a checkpoint as one ONNX graph, with weights stored in float16."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import torch
from torch import Tensor, nn

from digit_detector import onnx_files
from digit_detector.data.output import prepare_output
from digit_detector.handwriting.glyphs import SIZE
from digit_detector.handwriting.style_model import CLASSES, LATENTS, Ranking, StyleModel
from digit_detector.handwriting.training import HandwritingModule
from digit_detector.train.export import read_module

_CANDIDATES: Final = 12
_STEPS: Final = 3
"""Of the flow's integration, by Euler's method."""
_GUIDANCE: Final = 2.0
"""1 follows the drawn digits; more exaggerates them."""
_TEMPERATURE: Final = 0.8
"""Of the noise."""

_STORED_AS_FLOAT32: Final = 1024
"""Tensors of fewer numbers stay float32."""


class HandwritingGraph(nn.Module):
    """The exported graph: drawn digits in, ranked candidates of all ten classes out."""

    def __init__(self, model: StyleModel) -> None:
        super().__init__()
        self.model = model
        self.eval()
        # Always the same, so that a new reference moves digits instead of replacing them.
        noise = torch.randn(CLASSES, _CANDIDATES, LATENTS, generator=torch.Generator().manual_seed(1))
        self.noise = nn.Buffer(noise * _TEMPERATURE)
        self.labels = nn.Buffer(torch.arange(CLASSES)[:, None].expand(-1, _CANDIDATES).clone())
        no_glyph = torch.zeros(1, 1, LATENTS), torch.zeros(1, 1, dtype=torch.long), torch.zeros(1, 1, dtype=torch.bool)
        with torch.no_grad():
            self.nothing = nn.Buffer(model.style(*no_glyph)[0])

    def forward(self, glyphs: Tensor, labels: Tensor) -> Ranking:
        """Map glyphs (N, 129) and classes int32 (N,) to the candidates of all classes."""
        classes = labels.long()
        drawn = torch.ones_like(classes, dtype=torch.bool)
        contexts = self.model.style(self.model.encode(glyphs, classes)[None], classes[None], drawn[None])[0]
        latents = self._sample(contexts)
        return self.model.rank(latents, self.model.decode(latents, self.labels))

    def _sample(self, contexts: Tensor) -> Tensor:
        """Integrate the flow from noise to latents (10, C, 24), away from what no drawn digit leads to."""
        latents = self.noise
        for step in range(_STEPS):
            time = latents.new_full((1,), step / _STEPS).expand(CLASSES, 1)
            # ONNX Runtime computes at load what depends on constants alone: all of the first `free`.
            guided, free = self.model.flow(latents, time, contexts), self.model.flow(latents, time, self.nothing)
            latents = latents + (free + _GUIDANCE * (guided - free)) / _STEPS
        return latents


def main(argv: Sequence[str]) -> int:
    """Run `digit-detector export-handwriting`."""
    parser = argparse.ArgumentParser(prog="digit-detector export-handwriting", description=__doc__)
    parser.add_argument("checkpoint", type=Path, help="a .ckpt of `fit --config configs/handwriting.yaml`")
    parser.add_argument("output", type=Path, help="the .onnx file to write")
    options = parser.parse_args(argv)
    prepare_output(options.output)
    export_onnx(HandwritingGraph(read_module(HandwritingModule, options.checkpoint).model), options.output)
    print(f"{options.output}  {options.output.stat().st_size:,} bytes")
    return 0


def export_onnx(graph: HandwritingGraph, target: Path) -> None:
    """Write the graph; equal weights give equal bytes."""
    examples = torch.zeros(3, SIZE), torch.zeros(3, dtype=torch.int32)
    outputs = ["candidates", "forms", "spread"]
    model = onnx_files.trace(graph, examples, "digits", ["glyphs", "labels"], outputs, "digit-detector-handwriting")
    onnx_files.store_as(model, "float16", lambda array: array.size >= _STORED_AS_FLOAT32)
    onnx_files.write(model, target)
