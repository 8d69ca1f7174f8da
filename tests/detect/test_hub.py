"""Weights from the Hub, by huggingface_hub itself, from a server on loopback that answers as the Hub does."""

import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from support.hub import REPOSITORY, Hub
from support.serving import serving

from digit_detector import Detector
from digit_detector.detect.self_check import find_disagreement
from digit_detector.errors import WeightsError


@pytest.fixture
def hub(onnx_file: Path, safetensors_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """The server, which this process's huggingface_hub asks, with a small network's weights and an empty cache."""
    with serving(Hub("models")) as hub:
        for path in (onnx_file, safetensors_file):
            hub.files[f"digit-detector{path.suffix}"] = path.read_bytes()
        # What the environment variables HF_ENDPOINT and HF_HUB_CACHE set when the library is imported.
        monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", hub.url)
        address = f"{hub.url}/{{repo_id}}/resolve/{{revision}}/{{filename}}"
        monkeypatch.setattr("huggingface_hub.constants.HUGGINGFACE_CO_URL_TEMPLATE", address)
        monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "cache"))
        yield hub


def refused(message: str, repository: str = REPOSITORY, revision: str | None = None) -> None:
    with pytest.raises(WeightsError, match=message) as caught:
        Detector.from_pretrained(repository, revision, device="cpu")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("runtime", ["onnx", "torch"])
def test_weights_of_the_runtime(hub: Hub, onnx_file: Path, drawing: np.ndarray, runtime: str) -> None:
    detector = Detector.from_pretrained(REPOSITORY, device="cpu", runtime=runtime)
    assert detector.runtime == runtime
    expected, found = Detector.load(onnx_file).predict(drawing), detector.predict(drawing)
    assert find_disagreement(detector.metadata, expected.outputs, found.outputs) is None


def test_checksum_is_logged(hub: Hub, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "digit_detector")
    Detector.from_pretrained(REPOSITORY)
    digest = sha256(hub.files["digit-detector.onnx"]).hexdigest()
    assert f"digit-detector.onnx of {REPOSITORY}, commit {hub.commit}, SHA-256 {digest}" in caplog.messages


def test_revision(hub: Hub) -> None:
    hub.branches.add("v1.0.0")
    assert Detector.from_pretrained(REPOSITORY, revision="v1.0.0").runtime == "onnx"
    refused(f"{REPOSITORY} has no revision v2.0.0: name a branch", revision="v2.0.0")


def test_cache_without_connection(hub: Hub) -> None:
    Detector.from_pretrained(REPOSITORY)
    hub.shutdown()
    hub.server_close()
    assert Detector.from_pretrained(REPOSITORY).runtime == "onnx"


def test_no_connection(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)  # a closed port would be tried for 24 seconds
    refused(r"not in the cache and cannot be downloaded \(.*offline.*\): check the connection")


@pytest.mark.parametrize("name", ["owner/other", "other"])
def test_unknown_repository(hub: Hub, name: str) -> None:
    refused(f"the Hub shows no model repository {name}", name)


def test_malformed_repository(hub: Hub) -> None:
    refused("'a/b/c' is not a repository on the Hub: give OWNER/NAME", "a/b/c")


def test_missing_file(hub: Hub) -> None:
    del hub.files["digit-detector.onnx"]
    refused(f"{REPOSITORY} has no file digit-detector.onnx")


def test_other_weights(hub: Hub) -> None:
    hub.files["digit-detector.onnx"] = b"weights of something else"
    refused("is damaged or not an ONNX file")


def test_damaged_file(hub: Hub) -> None:
    hub.blob_names["digit-detector.onnx"] = sha256(b"what was published").hexdigest()
    refused("is damaged, its SHA-256 is [0-9a-f]{64}: delete it")


def test_environment_and_missing_extra(hub: Hub, tmp_path: Path) -> None:
    code = "from digit_detector import Detector; print(Detector.from_pretrained('owner/name', device='cpu').runtime)"
    environment = os.environ | {"HF_ENDPOINT": hub.url, "HF_HUB_CACHE": str(tmp_path / "other")}
    command = [sys.executable, "-c", code]
    assert subprocess.check_output(command, env=environment, text=True) == "onnx\n"
    command[-1] = f"import sys; sys.modules['huggingface_hub'] = None; {code}"
    finished = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert "huggingface_hub is not installed: pip install 'digit-detector[hub]'" in finished.stderr
