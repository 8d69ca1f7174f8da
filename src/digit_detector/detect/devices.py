"""What this machine can run the network on, found out without importing torch."""

import importlib.util
import platform
import sys
from pathlib import Path
from typing import Final, Literal, get_args

from digit_detector.errors import DeviceError

Device = Literal["cpu", "cuda", "mps"]
DEVICES: Final[tuple[Device, ...]] = get_args(Device)

# What the drivers leave on Linux, on Linux inside Windows, and on Windows.
_CUDA_SIGNS: Final = ("/proc/driver/nvidia/version", "/dev/dxg", "C:/Windows/System32/nvcuda.dll")


def available_devices() -> tuple[Device, ...]:
    """The devices worth offering here, the best last: `cpu`, then the accelerator if torch is installed for it."""
    if not torch_is_installed():
        return ("cpu",)
    if sys.platform == "darwin" and platform.machine() == "arm64":
        return ("cpu", "mps")
    if any(Path(sign).exists() for sign in _CUDA_SIGNS):
        return ("cpu", "cuda")
    return ("cpu",)


def torch_is_installed() -> bool:
    """Whether the torch runtime's packages are there; none is imported."""
    return all(importlib.util.find_spec(name) is not None for name in ("torch", "safetensors"))


def check_device(device: Device) -> None:
    """Ask torch itself, which is imported, for a device; raises DeviceError when it cannot use it."""
    if not torch_is_installed():
        raise DeviceError("the torch runtime is not installed: pip install 'digit-detector[torch]', or use the CPU")
    import torch

    if device == "cuda" and not torch.cuda.is_available():
        raise DeviceError("torch finds no CUDA device on this machine: check its driver, or choose the device cpu")
    if device == "mps" and not torch.backends.mps.is_available():
        raise DeviceError("torch finds no Apple GPU (MPS) on this machine: choose the device cpu")
