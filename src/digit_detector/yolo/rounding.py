"""Rounding to integers, which a CPU multiplies faster: kernels to 7 bits, activations to 8 (Jacob et al. 2018).

Training rounds too, so that the weights learn to make up for it (section 3 of arXiv:1712.05877). Gradients pass as if
nothing were rounded.
"""

from functools import partial
from typing import Final

import torch
from torch import Tensor, nn
from torch.autograd.function import FunctionCtx

LARGEST: Final = 127
"""The largest number of a stored kernel."""

LARGEST_OF_ROUNDED: Final = 63
"""The same where the pictures are integers too: processors with AVX2 alone add two products in 16 bits."""

LEVELS: Final = 255
"""Distance of the largest and the smallest number of an activation."""

RANGE: Final = (".low", ".high")
"""Ends of the names of a layer's range."""


class _RoundToSteps(torch.autograd.Function):
    """Rounds values to whole steps of `scale`, from `least` to `greatest` steps; gradients pass unchanged."""

    @staticmethod
    def forward(ctx: FunctionCtx, values: Tensor, scale: Tensor, least: Tensor, greatest: Tensor) -> Tensor:
        # In place, since new tensors take longer than the arithmetic. `clamp_` with tensors as bounds takes three times
        # as long as `maximum` and `minimum`.
        steps = (values / scale).round_()
        torch.maximum(steps, least, out=steps)
        torch.minimum(steps, greatest, out=steps)
        return steps.mul_(scale)

    @staticmethod
    def backward(ctx: FunctionCtx, gradient: Tensor) -> tuple[Tensor, None, None, None]:
        return gradient, None, None, None


class Rounding(nn.Module):
    """Rounds values to 256 levels, from the least to the greatest value that training has shown."""

    low: Tensor
    high: Tensor

    def __init__(self, high: float = 0.0) -> None:
        """high: the greatest value before training."""
        super().__init__()
        self.register_buffer("low", torch.tensor(0.0))
        self.register_buffer("high", torch.tensor(high))

    def forward(self, values: Tensor) -> Tensor:
        if self.training:
            # Not `aminmax`, which copies channels-last values first.
            torch.minimum(self.low, values.detach().amin(), out=self.low)
            torch.maximum(self.high, values.detach().amax(), out=self.high)
        scale = (self.high - self.low).clamp(min=1e-6) / LEVELS
        zero = (-self.low / scale).round()
        if torch.onnx.is_in_onnx_export():
            parameters = scale, zero.to(torch.uint8)
            symbolic = partial(torch.onnx.ops.symbolic, shape=values.shape)
            numbers = symbolic("QuantizeLinear", (values, *parameters), dtype=torch.uint8)
            restored: Tensor = symbolic("DequantizeLinear", (numbers, *parameters), dtype=values.dtype)
            return restored
        given: Tensor = _RoundToSteps.apply(values, scale, -zero, LEVELS - zero)
        return given


class RoundedConv2d(nn.Conv2d):
    """A convolution whose kernel is rounded while it is trained, as its file will hold it."""

    def forward(self, images: Tensor) -> Tensor:
        kernel = self.weight
        if self.training:
            integers, scales = quantize(self)
            kernel = kernel + (integers.float() * scales.float() - kernel.detach())
        return nn.functional.conv2d(images, kernel, self.bias, self.stride, self.padding)


def quantize(convolution: nn.Conv2d) -> tuple[Tensor, Tensor]:
    """Quantise a kernel (O, I, K, K) symmetrically per output channel (Krishnamoorthi 2018, section 2.1).

    Scales in bfloat16 keep every product exact in float32, so a second quantisation changes nothing.

    Returns: int8 (O, I, K, K), and bfloat16 scales (O, 1, 1, 1); their product is the kernel within half a scale.
    """
    kernel = convolution.weight.detach().float()
    largest = LARGEST_OF_ROUNDED if isinstance(convolution, RoundedConv2d) else LARGEST
    extent = kernel.abs().amax(dim=(1, 2, 3), keepdim=True)
    scales = torch.where(extent > 0, extent / largest, 1.0).bfloat16()
    return (kernel / scales.float()).round().clamp(-largest, largest).to(torch.int8), scales
