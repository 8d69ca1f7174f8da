"""What many tests share: a drawing, the page's server, the bundled detector, and a small untrained network's files."""

# Tests run side by side, and the process that distributes them reads this file first: fixtures import what they need.
from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from shutil import copyfile
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from PIL import Image, ImageDraw
from support.postgres import Postgres
from support.postgres import serve as serve_postgres
from support.server import ROOT, serve
from support.source_samples import write_all

from digit_detector.metadata import ModelMetadata, NetworkConfig

if TYPE_CHECKING:
    from digit_detector import Detector
    from digit_detector.collect.store import Store
    from digit_detector.synth.strokes import Sketch
    from digit_detector.yolo.network import YOLOv3

# Threads of several processes would wait for each other on the same cores; torch and the processes of tests read this.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# How long an example may take would depend on the machine.
settings.register_profile("tests", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("tests")

SMALL = NetworkConfig(width=0.125, depth=0.1, in_channels=1)
ANCHORS = (
    ((8.0, 14.0), (16.0, 17.0), (12.0, 23.0)),
    ((20.0, 30.0), (30.0, 22.0), (28.0, 46.0)),
    ((39.0, 34.0), (51.0, 57.0), (93.0, 102.0)),
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests in a browser and run them last: once begun, Playwright's event loop leaves no room for another."""
    for item in items:
        if item.path.is_relative_to(ROOT / "tests/browser"):
            item.add_marker("browser")
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


def small_network() -> YOLOv3:
    """Untrained, in evaluation mode, with predictions that differ from place to place and from class to class."""
    import torch

    from digit_detector.yolo.network import YOLOv3

    with torch.random.fork_rng():
        torch.manual_seed(0)
        network = YOLOv3(SMALL).eval()
        for head in (network.fine, network.middle, network.coarse):
            torch.nn.init.normal_(head.predict[-1].weight, std=0.3)
            bias = torch.nn.init.zeros_(head.predict[-1].bias).view(3, -1)
            torch.nn.init.constant_(bias[:, 4], -1.0)  # otherwise hundreds of objects on a canvas
    return network


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """What tests with the marker `anyio` run on."""
    return "asyncio"


@pytest.fixture(scope="session")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The page's address: that of the page that $PAGE_URL names and somebody serves, else of this checkout's."""
    if "PAGE_URL" in os.environ:
        yield os.environ["PAGE_URL"]
        return
    with serve(ROOT, tmp_path_factory.mktemp("server") / "log") as url:
        yield url


@pytest.fixture
def network() -> YOLOv3:
    return small_network()


@pytest.fixture
def rounded_network(network: YOLOv3) -> YOLOv3:
    """The same network with rounded layers, which have seen pictures."""
    import torch

    from digit_detector.yolo.network import YOLOv3, widen

    rounded = YOLOv3(replace(network.config, rounded=True))
    widen(network, rounded)
    for layer in rounded.modules():
        layer.train(not isinstance(layer, torch.nn.BatchNorm2d))
    with torch.no_grad():
        rounded((torch.rand(8, 1, 96, 96, generator=torch.Generator().manual_seed(0)) < 0.1).float())
    return rounded.eval()


@pytest.fixture(scope="session")
def metadata() -> ModelMetadata:
    return ModelMetadata(
        input_size=192,
        anchors=ANCHORS,
        network=SMALL,
        score_threshold=0.4,
        iou_threshold=0.45,
    )


@pytest.fixture(scope="session")
def safetensors_file(tmp_path_factory: pytest.TempPathFactory, metadata: ModelMetadata) -> Path:
    from digit_detector.yolo.checkpoint import save

    path = tmp_path_factory.mktemp("weights") / "small.safetensors"
    save(small_network(), metadata, path)
    return path


@pytest.fixture(scope="session")
def onnx_file(safetensors_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small network as ONNX, beside its safetensors; the first worker that needs it exports it for all."""
    from filelock import FileLock

    from digit_detector.train.export import export_onnx

    folder = tmp_path_factory.getbasetemp()
    shared = (folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder) / "small.onnx"
    with FileLock(f"{shared}.lock"):
        if not shared.exists():
            export_onnx(safetensors_file, shared)
    return Path(copyfile(shared, safetensors_file.with_suffix(".onnx")))


@pytest.fixture(scope="session")
def detector() -> Detector:
    """The bundled one."""
    from digit_detector import Detector

    return Detector.load(device="cpu", threads=1)


@pytest.fixture(scope="session")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data root with a few rows of every source, which no test changes."""
    return write_all(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="session")
def sketches(root: Path) -> list[Sketch]:
    """The training split of all sources."""
    from digit_detector.synth.sources.public_sets import READERS, Reader

    return Reader(root, "train").read(tuple(READERS))


@pytest.fixture(scope="session")
def drawing() -> np.ndarray:
    """Black pen strokes on white paper: uint8 (240, 320)."""
    image = Image.new("L", (320, 240), 255)
    pen = ImageDraw.Draw(image)
    pen.line([(40, 40), (90, 40), (60, 110)], fill=0, width=6, joint="curve")
    pen.ellipse([150, 60, 200, 140], outline=0, width=6)
    pen.line([(250, 50), (252, 150)], fill=0, width=6)
    return np.asarray(image)


@pytest.fixture(scope="session")
def drawing_png(drawing: np.ndarray) -> bytes:
    from digit_detector.show.render import to_png

    return to_png(drawing)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with serve_postgres() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def store_address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a store can be made: the file of a SQLite database, or an empty schema of a real PostgreSQL."""
    if request.param == "sqlite":
        return str(tmp_path / "drawings.db")
    server: Postgres = request.getfixturevalue("postgres")
    return server.create()


@pytest.fixture
def store(store_address: str) -> Iterator[Store]:
    from digit_detector.collect.store import Store

    store = Store(store_address)
    yield store
    store.close()
