"""The Hub's repositories: what a release uploads, loaded as their users load it."""

import os
import sys
from pathlib import Path
from shutil import copy, copytree
from subprocess import run

import numpy as np
import pytest
import yaml
from hub_folders import write_dataset, write_model
from PIL import Image
from support.benchmark_folder import write_benchmark
from support.hub import REPOSITORY, Hub
from support.serving import serving

from digit_detector.classes import CLASSES
from digit_detector.evaluate.benchmark import BUNDLED, load

ROOT = Path(__file__).parents[2]
LINKS = "https://example.org/blob/v1.2.3"


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout whose benchmark has four canvases: with objects, with a text, with none."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in ("LICENSE", "NOTICE"):
        copy(ROOT / name, folder)
    copytree(ROOT / "models", folder / "models")
    write_benchmark(folder / "benchmark", written_numbers=2, MNIST_pictures=1, empty_or_dots=1)
    copy(BUNDLED / "README.md", folder / "benchmark")
    return folder


def upload(job_step: str, folder: Path, url: str) -> None:
    """Run the commands of the release workflow's step that uploads `job_step`, in a folder, for a Hub at an address."""
    steps = yaml.safe_load((ROOT / ".github/workflows/release.yml").read_text())["jobs"]["hub"]["steps"]
    (commands,) = (step["run"] for step in steps if f"build/hub/{job_step}" in step.get("run", ""))
    environment = {
        **os.environ,
        "HF_ENDPOINT": url,
        "HF_TOKEN": "hf_test",
        "HF_HUB_DISABLE_UPDATE_CHECK": "1",
        "HF_MODEL": REPOSITORY,
        "HF_DATASET": REPOSITORY,
        "TAG": "v1.2.3",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    run(["bash", "-e", "-c", commands], cwd=folder, env=environment, check=True)


def test_published_weights_load(checkout: Path, tmp_path: Path) -> None:
    write_model(checkout, tmp_path / "build/hub/model", REPOSITORY, LINKS)
    code = f"from digit_detector import Detector; Detector.from_pretrained('{REPOSITORY}', 'v1.2.3', 'cpu')"
    with serving(Hub("models")) as hub:
        hub.files["old.onnx"] = b""
        upload("model", tmp_path, hub.url)
        environment = os.environ | {"HF_ENDPOINT": hub.url, "HF_HUB_CACHE": str(tmp_path / "cache")}
        run([sys.executable, "-c", code], env=environment, check=True)
    assert {"README.md", "LICENSE", "NOTICE", "digit-detector.onnx", "digit-detector.safetensors"} <= set(hub.files)
    assert "old.onnx" not in hub.files
    card = hub.files["README.md"].decode()
    assert f'from_pretrained("{REPOSITORY}"' in card
    assert f"]({LINKS}/benchmark/README.md)" in card
    assert "](../" not in card


def test_published_benchmark_loads(checkout: Path, tmp_path: Path) -> None:
    from datasets import load_dataset  # with pandas and pyarrow: not for workers that collect this file alone

    write_dataset(checkout, tmp_path / "build/hub/dataset", REPOSITORY)
    with serving(Hub("datasets")) as hub:
        upload("dataset", tmp_path, hub.url)
    assert "v1.2.3" in hub.branches
    assert f'load_dataset("{REPOSITORY}"' in hub.files["README.md"].decode()
    downloaded = tmp_path / "downloaded"
    for name, content in hub.files.items():
        (downloaded / name).parent.mkdir(parents=True, exist_ok=True)
        (downloaded / name).write_bytes(content)

    loaded = load_dataset(str(downloaded), split="test", cache_dir=str(tmp_path / "cache"))
    canvases = load(downloaded)
    assert len(loaded) == len(canvases) == 4
    for row, canvas in zip(loaded, canvases, strict=True):
        assert row["condition"] == canvas.condition
        assert row["text"] == canvas.text
        assert row["objects"]["label"] == [CLASSES[label] for label in canvas.labels]
        boxes = np.reshape(row["objects"]["bbox"], (-1, 4))
        assert boxes[:, :2] == pytest.approx(canvas.boxes[:, :2])
        assert boxes[:, :2] + boxes[:, 2:] == pytest.approx(canvas.boxes[:, 2:])
        assert np.array_equal(row["image"], Image.open(canvas.image))
    assert [row["license"] for row in loaded] == ["CC BY 4.0", "CC BY 4.0", "CC BY-SA 3.0", "CC0 1.0"]
