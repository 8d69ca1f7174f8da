"""Which runtime and device are chosen, and what is said when the weights or the machine do not allow it."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import helper

from digit_detector import Detector
from digit_detector.detect.backends import OnnxBackend, available_devices
from digit_detector.detect.self_check import check_input, find_disagreement
from digit_detector.errors import DeviceError, DigitDetectorError, WeightsError
from digit_detector.metadata import METADATA_KEY, ModelMetadata

ABSENT = "cuda" if sys.platform == "darwin" else "mps"


def refused(kind: type[DigitDetectorError], message: str, *arguments: object) -> None:
    with pytest.raises(kind, match=message) as caught:
        Detector.load(*arguments)
    assert "\n" not in str(caught.value)


def python(code: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("device", ["auto", "cpu"])
@pytest.mark.parametrize("runtime", ["auto", "onnx"])
def test_onnx_weights_run_on_the_cpu(onnx_file: Path, device: str, runtime: str) -> None:
    detector = Detector.load(onnx_file, device, runtime)
    assert (detector.runtime, detector.device) == ("onnx", "cpu")


@pytest.mark.parametrize("device", available_devices())
def test_devices_agree_with_cpu(safetensors_file: Path, onnx_file: Path, drawing: np.ndarray, device: str) -> None:
    detector = Detector.load(safetensors_file, device)
    assert (detector.runtime, detector.device) == ("torch", device)
    expected, found = Detector.load(onnx_file).predict(drawing), detector.predict(drawing)
    assert find_disagreement(detector.metadata, expected.outputs, found.outputs) is None


def test_auto_takes_the_best_device(safetensors_file: Path) -> None:
    assert Detector.load(safetensors_file).device == available_devices()[-1]


def test_a_device_that_is_not_there_is_refused(safetensors_file: Path) -> None:
    assert ABSENT not in available_devices()
    refused(DeviceError, "choose the device cpu", safetensors_file, ABSENT)


@pytest.mark.parametrize("device", ["cuda", "mps"])
def test_onnx_runtime_with_an_accelerator_is_refused(onnx_file: Path, device: str) -> None:
    refused(DeviceError, f"serves the CPU, not {device}", onnx_file, device)
    refused(DeviceError, f"serves the CPU, not {device}", None, device, "onnx")


def test_unknown_names_are_refused(onnx_file: Path) -> None:
    refused(DeviceError, "'gpu' is not a device: choose auto, cpu, cuda, mps", onnx_file, "gpu")
    refused(DeviceError, "'tf' is not a runtime: choose auto, onnx, torch", onnx_file, "cpu", "tf")


def test_weights_of_the_other_runtime_are_refused(onnx_file: Path, safetensors_file: Path) -> None:
    refused(WeightsError, "is for the runtime onnx, not torch", onnx_file, "cpu", "torch")
    refused(WeightsError, "is for the runtime torch, not onnx", safetensors_file, "cpu", "onnx")
    refused(WeightsError, "digit-detector export", "last.ckpt")


def test_missing_weights_are_refused(tmp_path: Path) -> None:
    refused(WeightsError, "does not exist", tmp_path / "none.onnx")
    refused(WeightsError, "does not exist", tmp_path / "none.safetensors", "cpu")


@pytest.mark.parametrize("content", [b"", b"version https://git-lfs.github.com/spec/v1\n", bytes(1000)])
def test_files_that_are_no_weights_are_refused(tmp_path: Path, content: bytes) -> None:
    for name in ("a.onnx", "a.safetensors"):
        (tmp_path / name).write_bytes(content)
        refused(WeightsError, "is damaged or not|holds no weights", tmp_path / name, "cpu")


def test_onnx_weights_cut_short_are_refused(onnx_file: Path, tmp_path: Path) -> None:
    (tmp_path / "a.onnx").write_bytes(onnx_file.read_bytes()[:-1000])
    refused(WeightsError, "is damaged", tmp_path / "a.onnx")


def test_onnx_weights_of_another_project_are_refused(onnx_file: Path, tmp_path: Path) -> None:
    model = onnx.load(onnx_file)
    del model.metadata_props[:]
    onnx.save(model, tmp_path / "a.onnx")
    refused(WeightsError, "holds no weights of this project", tmp_path / "a.onnx")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (('"input_size": 192', '"input_size": 320'), "do not run"),
        (('"in_channels": 1', '"in_channels": 3'), "take 3 channels"),
        (("[8.0, 14.0], ", ""), "anchors"),
        (('"censored"', '"rude"'), "classes"),
    ],
)
def test_metadata_that_does_not_fit_the_graph_is_refused(
    onnx_file: Path, tmp_path: Path, metadata: ModelMetadata, change: tuple[str, str], message: str
) -> None:
    assert change[0] in metadata.to_json()
    model = onnx.load(onnx_file)
    helper.set_model_props(model, {METADATA_KEY: metadata.to_json().replace(*change)})
    onnx.save(model, tmp_path / "a.onnx")
    refused(WeightsError, message, tmp_path / "a.onnx")


@pytest.fixture(scope="module")
def reference(onnx_file: Path) -> tuple[ModelMetadata, np.ndarray]:
    runtime = OnnxBackend(onnx_file, threads=1)
    return runtime.metadata, runtime(check_input(192))[0]


def test_small_differences_are_agreement(reference: tuple[ModelMetadata, np.ndarray]) -> None:
    metadata, predictions = reference
    noise = np.random.default_rng(0).normal(0, 1e-4, predictions.shape).astype(np.float32)
    assert find_disagreement(metadata, predictions, predictions + noise) is None


@pytest.mark.parametrize(
    ("place", "change", "message"),
    [
        pytest.param(np.s_[:, [0, 2]], lambda sides: sides + 1.5, "boxes that differ by", id="boxes elsewhere"),
        pytest.param(np.s_[:, 5:], lambda scores: scores[:, ::-1], "other labels", id="other labels"),
        pytest.param(np.s_[:, 4], np.ones_like, "scores that differ by", id="objects where the CPU sees none"),
        pytest.param(np.s_[0, 0], lambda side: side * np.nan, "not finite", id="numbers that are not finite"),
    ],
)
def test_disagreement(
    reference: tuple[ModelMetadata, np.ndarray],
    place: tuple[object, ...],
    change: Callable[[np.ndarray], np.ndarray],
    message: str,
) -> None:
    metadata, predictions = reference
    changed = predictions.copy()
    changed[place] = change(predictions[place])
    assert message in str(find_disagreement(metadata, predictions, changed))


def test_without_torch_the_cpu_is_offered_and_used(onnx_file: Path) -> None:
    code = """
import sys
sys.modules["torch"] = None  # what an installation without torch looks like
from digit_detector import Detector
from digit_detector.detect.backends import available_devices
from digit_detector.errors import DeviceError
assert available_devices() == ("cpu",)
assert Detector.load(sys.argv[1]).device == "cpu"
try:
    Detector.load(device="cuda")
except DeviceError as error:
    print(error)
"""
    finished = python(code, onnx_file)
    assert finished.returncode == 0, finished.stderr
    assert "pip install 'digit-detector[torch]'" in finished.stdout


def test_onnx_runtime_leaves_nothing_in_the_home_folder(onnx_file: Path, tmp_path: Path) -> None:
    code = "import sys; from digit_detector import Detector; Detector.load(sys.argv[1])"
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("ORT_", "XDG_", "CI"))}
    environment |= {"HOME": str(tmp_path), "TMPDIR": str(tmp_path)}
    subprocess.run([sys.executable, "-c", code, onnx_file], env=environment, check=True)
    assert list(tmp_path.iterdir()) == []
