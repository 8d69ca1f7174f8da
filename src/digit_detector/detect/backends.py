"""The two ways to run the network: ONNX Runtime on the CPU, torch where it is asked for or where a GPU is."""

import logging
import os
from pathlib import Path
from typing import Final, Literal, Protocol, get_args

import numpy as np
import numpy.typing as npt

from digit_detector.detect.devices import DEVICES, Device, available_devices, check_device
from digit_detector.detect.self_check import disagreement, stored_input
from digit_detector.errors import DeviceError, WeightsError
from digit_detector.metadata import METADATA_KEY, ModelMetadata

Floats = npt.NDArray[np.float32]
RuntimeName = Literal["onnx", "torch"]
RUNTIMES: Final[tuple[RuntimeName, ...]] = get_args(RuntimeName)
SUFFIXES: Final[dict[RuntimeName, str]] = {"onnx": ".onnx", "torch": ".safetensors"}

_PACKAGE: Final = Path(__file__).parents[1]
# In a wheel the weights lie inside the package, in a checkout in `models/` beside `src/`.
_WEIGHTS_FOLDERS: Final = (_PACKAGE / "models", _PACKAGE.parents[1] / "models")
_WEIGHTS_NAME: Final = "digit-detector"

_log = logging.getLogger("digit_detector")


class Runtime(Protocol):
    """A loaded network."""

    @property
    def name(self) -> RuntimeName: ...

    @property
    def device(self) -> Device: ...

    @property
    def metadata(self) -> ModelMetadata: ...

    def __call__(self, images: Floats) -> Floats:
        """(1, 1, S, S) ink in [0, 1] to raw predictions (A, 5 + classes)."""
        ...


class OnnxRuntime:
    """ONNX Runtime on the CPU; one session may serve any number of threads at once."""

    name: Final = "onnx"
    device: Final = "cpu"

    def __init__(self, weights: Path, threads: int) -> None:
        # From 1.29 on ONNX Runtime else writes an identifier into the home folder and reports to Microsoft.
        os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
        import onnxruntime  # type: ignore[import-untyped]

        if not weights.is_file():
            raise WeightsError(f"{weights} does not exist: check the path")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        try:
            session = onnxruntime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # ONNX Runtime's own exceptions share no base class
            raise WeightsError(f"{weights} is damaged or no ONNX file ({_one_line(error)}): fetch it again") from error
        facts = session.get_modelmeta().custom_metadata_map
        if METADATA_KEY not in facts:
            raise WeightsError(f"{weights} holds no weights of this project: take another file")
        self.metadata = ModelMetadata.from_json(facts[METADATA_KEY])
        self._session = session
        self._input = session.get_inputs()[0].name

    def __call__(self, images: Floats) -> Floats:
        predictions: Floats = self._session.run(None, {self._input: images})[0][0]
        return predictions


class TorchRuntime:
    """Torch on the CPU, on CUDA or on Apple's GPU, where `check_device` finds it."""

    name: Final = "torch"

    def __init__(self, weights: Path, device: Device) -> None:
        import torch

        from digit_detector.yolo.checkpoint import load

        self.device: Final = device
        network, self.metadata = load(weights)
        self._network = network.to(device)
        self._torch = torch

    def __call__(self, images: Floats) -> Floats:
        with self._torch.inference_mode():
            predictions = self._network(self._torch.from_numpy(images).to(self.device))
        return np.asarray(predictions[0].cpu().numpy())


def load_runtime(weights: Path | None, device: str, runtime: str, threads: int) -> Runtime:
    """Load the network for a device and try it out on a stored drawing.

    An accelerator that disagrees there with the CPU is not used: a warning is logged, and the CPU takes its place.

    Args:
        weights: an `.onnx` file, which ONNX Runtime runs, or a `.safetensors` file, which torch runs; None takes the
            bundled file of the kind needed.
        device: `auto`, `cpu`, `cuda` or `mps`; `auto` is the accelerator where there is one, else the CPU.
        runtime: `auto`, `onnx` or `torch`; `auto` is ONNX Runtime on the CPU and torch elsewhere.
        threads: of ONNX Runtime.

    Raises:
        DeviceError: this machine lacks the device or the runtime, or the two do not go together.
        WeightsError: the weights are missing, damaged, or of another kind than the runtime takes.
    """
    _check_choice("device", device, DEVICES)
    _check_choice("runtime", runtime, RUNTIMES)
    if weights is not None:
        runtime = _runtime_of(weights, runtime)
    chosen = _choose_device(device, runtime)
    if chosen != "cpu" or runtime == "torch":
        check_device(chosen)
    if chosen != "cpu":
        return _load_accelerated(weights or bundled("torch"), chosen)
    if runtime == "torch":
        loaded: Runtime = TorchRuntime(weights or bundled("torch"), "cpu")
    else:
        loaded = OnnxRuntime(weights or bundled("onnx"), threads)
    _try_out(loaded)
    return loaded


def bundled(runtime: RuntimeName) -> Path:
    """The weights that come with this package; raises WeightsError when they are missing."""
    name = _WEIGHTS_NAME + SUFFIXES[runtime]
    for folder in _WEIGHTS_FOLDERS:
        if (folder / name).is_file():
            return folder / name
    raise WeightsError(f"the bundled weights {name} are missing: install the package again, or name a weights file")


def _check_choice(kind: str, value: str, choices: tuple[str, ...]) -> None:
    if value not in ("auto", *choices):
        raise DeviceError(f"{value!r} is no {kind}: choose auto, {', '.join(choices)}")


def _runtime_of(weights: Path, runtime: str) -> RuntimeName:
    for name, suffix in SUFFIXES.items():
        if weights.suffix == suffix:
            if runtime not in ("auto", name):
                raise WeightsError(f"{weights} is for the runtime {name}, not {runtime}: give its twin for that one")
            return name
    raise WeightsError(f"{weights} is no weights file: give .onnx or .safetensors (`digit-detector export` makes both)")


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
            _log.warning("%s; going on with the CPU", error)
            return "cpu"
    return best


def _load_accelerated(weights: Path, device: Device) -> Runtime:
    reference = TorchRuntime(weights, "cpu")
    expected = _try_out(reference)
    try:
        accelerated = TorchRuntime(weights, device)
        difference = disagreement(
            reference.metadata, expected, accelerated(stored_input(reference.metadata.input_size))
        )
    except RuntimeError as error:  # no memory left, or a torch that was not built for this chip
        difference = f"an error ({_one_line(error)})"
    if difference is None:
        return accelerated
    _log.warning("%s gives %s on the stored drawing; going on with the CPU", device, difference)
    return reference


def _try_out(runtime: Runtime) -> Floats:
    """The predictions for the stored drawing, which also warms the runtime; WeightsError where none of ours come."""
    metadata = runtime.metadata
    if metadata.network.in_channels != 1:
        raise WeightsError(f"the weights take {metadata.network.in_channels} channels: the detector feeds one, the ink")
    try:
        predictions = runtime(stored_input(metadata.input_size))
    except Exception as error:  # each runtime has its own exceptions for a graph that does not take the input
        raise WeightsError(f"the weights do not run ({_one_line(error)}): take another weights file") from error
    expected = (metadata.predictions, 5 + len(metadata.classes))
    if predictions.shape != expected:
        raise WeightsError(f"the weights predict {predictions.shape}, not {expected}: take another weights file")
    return predictions


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())
