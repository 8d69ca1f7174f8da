"""The whole loop: what people draw and correct is reviewed, learnt from and promoted, and the page answers with it."""

import hashlib
import json
import shutil
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from support.benchmark_folder import write_benchmark
from support.promotion import MODELS, checkout, promote
from support.server import ROOT, serve
from support.stores import handwritten_drawings

from digit_detector import Detector
from digit_detector.cli import main
from digit_detector.collect.collector import Kept
from digit_detector.collect.decisions import Decision, decide
from digit_detector.collect.review_queue import queue
from digit_detector.collect.store import Store
from digit_detector.data.formats import read_folder
from digit_detector.detect.images import read_image
from digit_detector.drawing import Annotation, Drawing
from digit_detector.page.contribute import SOURCE, keep
from digit_detector.page.session import Contribution, Picture, Session, Thresholds

CONFIGS = ROOT / "configs"
TINY = {
    "trainer.max_epochs": 1,
    "data.epoch_scenes": 8,
    "data.validation_scenes": 4,
    "data.batch_size": 4,
    "data.workers": 0,
    "trainer.accelerator": "cpu",
    "trainer.devices": 1,
    "trainer.precision": "32-true",
}


def give(drawn: Drawing, said: tuple[Annotation, ...], session: str) -> None:
    """As the page does it for a visitor who agreed, sees what was found, and says what it is."""
    detector = Detector.load(device="cpu")
    pixels = read_image(drawn.read())
    picture = Picture(pixels, detector.predict(pixels))
    visitor = Session(thresholds=Thresholds(0.4, 0.4), contribution=Contribution(agreed=True, writer=session))
    keep(visitor, picture, said, SOURCE)
    assert picture.kept is Kept.STORE


@pytest.mark.slow
def test_learning_loop(
    root: Path, tmp_path: Path, onnx_file: Path, safetensors_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(address := str(tmp_path / "drawings.db"))
    project = checkout(tmp_path / "checkout", onnx_file, safetensors_file)
    monkeypatch.chdir(tmp_path)

    drawings = handwritten_drawings(12)
    wrong = (Annotation("other", drawings[0].annotations[0].box),)
    with monkeypatch.context() as server:
        server.setenv("DIGIT_DETECTOR_STORE", address)
        for number, drawn in enumerate(drawings):  # each in a visit of its own
            give(drawn, drawn.annotations if number else wrong, str(number))

    assert main(["review", "--store", address, "--no-baseline"]) == 0
    waiting = [queued.drawing for queued in queue(store, 100)]
    assert len(waiting) == 12
    decisions = [
        Decision(one.id, "correct", drawings[0].annotations) if one.annotations == wrong else Decision(one.id, "accept")
        for one in waiting
    ]
    decide(store, decisions)
    assert main(["data", "convert", "--from", "store", "--to", "ndjson", "--store", address, "reviewed"]) == 0
    exported = list(read_folder("ndjson", Path("reviewed")))
    assert all(record.reviewed for record in exported)
    assert exported[0].annotations == drawings[0].annotations

    pictures = [{"path": address, "format": "store", "fraction": 0.5, "only_reviewed": True}]
    options = TINY | {"data.data_root": root, "data.collected": json.dumps(pictures)}
    options["model.initial_weights"] = MODELS / "digit-detector.safetensors"
    configs = [f"--config={CONFIGS / name}" for name in ("train.yaml", "finetune.yaml")]
    assert main(["fit", *configs, *(f"--{name}={value}" for name, value in options.items())]) == 0
    benchmark = write_benchmark(tmp_path / "benchmark", one_digit=4, doodles=2, rude_doodles=2, empty_or_dots=2)
    assert promote(benchmark, project, Path("runs/checkpoints/last.ckpt"), "--reviewed", "reviewed") == 0

    shutil.copyfile(ROOT / "app.py", project / "app.py")
    for name in (".streamlit", "src/digit_detector"):
        shutil.copytree(ROOT / name, project / name)
    (project / "src/digit_detector/models").symlink_to(project / "models")  # instead of an installation of its own
    with serve(project, tmp_path / "log") as url:
        asked = Request(f"{url}/api/detect", drawings[3].read(), {"Content-Type": "image/png"})
        with urlopen(asked) as said:
            answer = json.load(said)
    taken = hashlib.sha256((project / "models/digit-detector.onnx").read_bytes()).hexdigest()
    assert answer["model"]["sha256"] == taken
    assert [found["label"] for found in answer["detections"]] == [drawings[3].annotations[0].label]
