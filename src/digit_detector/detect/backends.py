"""Backends: what runs the network (ONNX Runtime on the CPU, torch elsewhere), on which device."""

import importlib.resources
import importlib.util
import logging
import os
import platform
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, Literal, get_args

import numpy as np
import numpy.typing as npt

from digit_detector.detect.self_check import check_input, find_disagreement
from digit_detector.errors import DeviceError, WeightsError, how_to_install, one_line
from digit_detector.metadata import METADATA_KEY, ModelMetadata

Floats = npt.NDArray[np.float32]
Device = Literal["cpu", "cuda", "mps"]
DEVICES: Final[tuple[Device, ...]] = get_args(Device)
BackendName = Literal["onnx", "torch"]
BACKENDS: Final[tuple[BackendName, ...]] = get_args(BackendName)
SUFFIXES: Final[dict[BackendName, str]] = {"onnx": ".onnx", "torch": ".safetensors"}
FILE_NAMES: Final[dict[BackendName, str]] = {name: f"digit-detector{suffix}" for name, suffix in SUFFIXES.items()}
"""The weights' names in the package, in a release and in a model repository."""

_log = logging.getLogger("digit_detector")

# What the drivers leave on Linux, on Linux inside Windows, and on Windows.
_CUDA_SIGNS: Final = ("/proc/driver/nvidia/version", "/dev/dxg", "C:/Windows/System32/nvcuda.dll")


def open_onnx(weights: Path, threads: int) -> Any:
    """Return an ONNX Runtime session on the CPU; raises WeightsError if the file is missing or damaged."""
    # Without this, ONNX Runtime 1.29+ writes an identifier into the home folder and reports to Microsoft.
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
    import onnxruntime  # type: ignore[import-untyped]

    if not weights.is_file():
        raise WeightsError(f"{weights} does not exist: check the path")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    try:
        return onnxruntime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime's own exceptions share no base class
        raise WeightsError(
            f"{weights} is damaged or not an ONNX file ({one_line(error)}): download it again"
        ) from error


class OnnxBackend:
    """ONNX Runtime on the CPU; one session may serve any number of threads at once."""

    name: Final = "onnx"
    device: Final = "cpu"

    def __init__(self, weights: Path, threads: int) -> None:
        session = open_onnx(weights, threads)
        facts = session.get_modelmeta().custom_metadata_map
        if METADATA_KEY not in facts:
            raise WeightsError(f"{weights} holds no weights of this project: take another file")
        self.metadata = ModelMetadata.from_json(facts[METADATA_KEY])
        self._session = session
        self._input = session.get_inputs()[0].name
        if session.get_inputs()[0].shape[0] == 1:
            raise WeightsError(f"{weights} takes one picture at a time: make it again by `digit-detector export`")

    def __call__(self, images: Floats) -> Floats:
        """Map ink (N, 1, S, S) in [0, 1] to (N, A, 5 + classes): xyxy in pixels, objectness, class probabilities."""
        outputs: Floats = self._session.run(None, {self._input: images})[0]
        return outputs


class TorchBackend:
    """Torch on the CPU, on CUDA or on Apple's GPU; rounded networks compute in floating point, which GPUs prefer."""

    name: Final = "torch"

    def __init__(self, weights: Path, device: Device) -> None:
        import torch

        from digit_detector.yolo.anchors import with_decoding
        from digit_detector.yolo.checkpoint import load
        from digit_detector.yolo.network import in_floating_point

        self.device: Final = device
        network, self.metadata = load(weights)
        self._network = with_decoding(in_floating_point(network), self.metadata).to(device)
        self._torch = torch

    def __call__(self, images: Floats) -> Floats:
        """Map pictures as `OnnxBackend` does."""
        with self._torch.inference_mode():
            outputs = self._network(self._torch.from_numpy(images).to(self.device))
        return np.asarray(outputs.cpu().numpy())


Backend = OnnxBackend | TorchBackend
"""A loaded network."""


def bundled(runtime: BackendName) -> Path:
    """Return the path of the bundled weights; raises WeightsError if they are missing."""
    path = Path(str(importlib.resources.files("digit_detector.models").joinpath(FILE_NAMES[runtime])))
    if not path.is_file():
        raise WeightsError(f"the bundled weights {path.name} are missing: install the package again, or name a file")
    return path


def load_backend(
    weights: Path | None, device: str, runtime: str, threads: int, find: Callable[[BackendName], Path] = bundled
) -> Backend:
    """Load the network for a device and run it once on a stored drawing.

    If an accelerator disagrees with the CPU on that drawing, a warning is logged and the CPU is used.

    Args:
        weights: an `.onnx` file for ONNX Runtime or a `.safetensors` file for torch; None: what `find` returns.
        device: `auto`, `cpu`, `cuda` or `mps`; `auto` is the accelerator if there is one, otherwise the CPU.
        runtime: `auto`, `onnx` or `torch`; `auto` is ONNX Runtime on the CPU and torch elsewhere.
        threads: number of threads of ONNX Runtime.
        find: returns the weights file for the runtime that is chosen.

    Raises:
        DeviceError: this machine lacks the device or the runtime, or the two do not go together.
        WeightsError: the weights are missing, damaged, or of a kind that the runtime cannot read.
    """
    _check_choice("device", device, DEVICES)
    _check_choice("runtime", runtime, BACKENDS)
    if weights is not None:
        runtime = _runtime_of(weights, runtime)
    chosen = _choose_device(device, runtime)
    if chosen != "cpu" or runtime == "torch":
        check_device(chosen)
    if chosen != "cpu":
        return _load_accelerated(weights or find("torch"), chosen)
    if runtime == "torch":
        loaded: Backend = TorchBackend(weights or find("torch"), "cpu")
    else:
        loaded = OnnxBackend(weights or find("onnx"), threads)
    _try_out(loaded)
    return loaded


def _check_choice(kind: str, value: str, choices: tuple[str, ...]) -> None:
    if value not in ("auto", *choices):
        raise DeviceError(f"{value!r} is not a {kind}: choose auto, {', '.join(choices)}")


def _runtime_of(weights: Path, runtime: str) -> BackendName:
    for name, suffix in SUFFIXES.items():
        if weights.suffix == suffix:
            if runtime not in ("auto", name):
                raise WeightsError(f"{weights} is for the runtime {name}, not {runtime}: give the other file")
            return name
    raise WeightsError(f"{weights} is not a weights file: give .onnx or .safetensors, as `digit-detector export` makes")


def _choose_device(device: str, runtime: str) -> Device:
    if runtime == "onnx" and device not in ("auto", "cpu"):
        raise DeviceError(f"ONNX Runtime serves the CPU, not {device}: choose the runtime torch, or the device cpu")
    chosen = next((name for name in DEVICES if name == device), None)
    if chosen is not None:
        return chosen
    best = "cpu" if runtime == "onnx" else available_devices()[-1]
    if best != "cpu":
        try:
            check_device(best)
        except DeviceError as error:
            _log.warning("%s; using the CPU", error)
            return "cpu"
    return best


def _load_accelerated(weights: Path, device: Device) -> Backend:
    reference = TorchBackend(weights, "cpu")
    expected = _try_out(reference)
    try:
        accelerated = TorchBackend(weights, device)
        difference = find_disagreement(
            reference.metadata, expected, accelerated(check_input(reference.metadata.input_size))[0]
        )
    except RuntimeError as error:  # no memory left, or a torch that was not built for this chip
        difference = f"an error ({one_line(error)})"
    if difference is None:
        return accelerated
    _log.warning("%s gives %s on the stored drawing; using the CPU", device, difference)
    return reference


def _try_out(backend: Backend) -> Floats:
    """Return the outputs for the stored drawing, which also warms up the backend; WeightsError if they do not fit."""
    metadata = backend.metadata
    if metadata.network.in_channels != 1:
        raise WeightsError(f"the weights take {metadata.network.in_channels} channels: the detector feeds one, the ink")
    try:
        outputs = backend(check_input(metadata.input_size))
    except Exception as error:  # each backend has its own exceptions for a graph that does not take the input
        raise WeightsError(f"the weights do not run ({one_line(error)}): take another weights file") from error
    expected = (metadata.predictions, 5 + len(metadata.classes))
    if outputs.shape[1:] != expected:
        raise WeightsError(f"the weights predict {outputs.shape[1:]}, not {expected}: take another weights file")
    return np.asarray(outputs[0])


def available_devices() -> tuple[Device, ...]:
    """Return `cpu` and then the accelerator that torch could use, if there is one. Torch is not imported."""
    if torch_is_installed():
        if sys.platform == "darwin" and platform.machine() == "arm64":
            return ("cpu", "mps")
        if any(Path(sign).exists() for sign in _CUDA_SIGNS):
            return ("cpu", "cuda")
    return ("cpu",)


def torch_is_installed() -> bool:
    """Whether the torch backend's packages are installed; none is imported."""
    return all(importlib.util.find_spec(name) is not None for name in ("torch", "safetensors"))


def check_device(device: Device) -> None:
    """Import torch and ask it for a device; raises DeviceError if torch cannot use it."""
    if not torch_is_installed():
        raise DeviceError(f"the torch runtime is not installed: {how_to_install('torch')}, or use the CPU")
    try:
        import torch
    except (ImportError, OSError) as error:  # a library of its own is missing
        raise DeviceError(f"torch cannot be imported ({one_line(error)}): install it again, or use the CPU") from error
    if device == "cuda" and not torch.cuda.is_available():
        raise DeviceError("torch finds no CUDA device on this machine: check its driver, or choose the device cpu")
    if device == "mps" and not torch.backends.mps.is_available():
        raise DeviceError("torch finds no Apple GPU (MPS) on this machine: choose the device cpu")
