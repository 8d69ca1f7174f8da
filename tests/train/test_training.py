"""The training loop for real: fit, resume, validate, export and serve, with a network of seconds."""

import csv
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
import yaml
from support.training import CONFIGS, compose

from digit_detector import Detector
from digit_detector.cli import main as digit_detector
from digit_detector.errors import DataError, DigitDetectorError, WeightsError
from digit_detector.metadata import NetworkConfig
from digit_detector.synth.scene import draw
from digit_detector.train.dataset import SceneData
from digit_detector.train.module import DetectorModule
from digit_detector.yolo.checkpoint import load, save
from digit_detector.yolo.loss import LossSettings, yolo_loss

pytestmark = pytest.mark.slow

BUNDLED = CONFIGS.parent / "models/digit-detector.safetensors"


def run(root: Path, folder: Path, *words: str) -> None:
    """Run the command line in `folder`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("DIGIT_DETECTOR_DATA", str(root))
        assert digit_detector(words) == 0


def run_apart(root: Path, folder: Path, *words: str) -> None:
    """Run the command line in a process of its own, which may start others like itself."""
    environment = os.environ | {"DIGIT_DETECTOR_DATA": str(root)}
    command = [sys.executable, "-m", "digit_detector", *words]
    result = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr[-3000:]


def model(name: str) -> dict[str, Any]:
    """The model's arguments in a configuration."""
    arguments: dict[str, Any] = yaml.safe_load((CONFIGS / name).read_text())["model"]["init_args"]
    return arguments


def smoke(command: str, *words: str) -> list[str]:
    return [command, "--config", str(CONFIGS / "train.yaml"), "--config", str(CONFIGS / "smoke.yaml"), *words]


@pytest.fixture(scope="module")
def trained(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the smoke training has run."""
    folder = tmp_path_factory.mktemp("training")
    run(root, folder, *smoke("fit"))
    return folder


def metrics(folder: Path) -> list[dict[str, str]]:
    newest = max(folder.glob("runs/csv/version_*/metrics.csv"), key=lambda path: path.stat().st_mtime_ns)
    return list(csv.DictReader(newest.open()))


def test_training_logs_its_figures(trained: Path) -> None:
    columns = set(metrics(trained)[0])
    assert {"train/loss", "train/box", "train/objectness", "train/classes"} <= columns
    assert {"val/AP50", "val/AP50:95", "val/exact", "val/loss"} <= columns
    assert list(trained.glob("runs/tensorboard/version_0/events*"))


def test_checkpoints_load_without_pickle(trained: Path) -> None:
    checkpoint = torch.load(trained / "runs/checkpoints/last.ckpt", weights_only=True)
    assert checkpoint["epoch"] == 0
    assert checkpoint["global_step"] == 4


def test_training_resumes_where_it_stopped(root: Path, trained: Path) -> None:
    run(root, trained, *smoke("fit", "--trainer.max_epochs", "2", "--ckpt_path", "runs/checkpoints/last.ckpt"))
    steps = [int(row["step"]) for row in metrics(trained) if row["train/loss"]]
    assert steps == [4, 5, 6, 7]


def test_several_processes_give_the_figures_of_one(root: Path, trained: Path) -> None:
    """Validation over two processes sees the same pictures as over one, and each of them once."""
    figures = []
    options = ["--model.initial_weights", str(BUNDLED), "--data.batch_size", "2"]
    options += ["--model.network.width", "0.25", "--model.network.depth", "1.0"]
    for start, processes, strategy in ((run, "1", "auto"), (run_apart, "2", "ddp")):
        devices = ("--trainer.devices", processes, "--trainer.strategy", strategy)
        start(root, trained, *smoke("validate", *devices, *options))
        row = metrics(trained)[-1]
        figures.append({name: float(row[name]) for name in ("val/AP50", "val/AP50:95", "val/exact")})
    assert figures[0] == pytest.approx(figures[1], abs=1e-6)
    assert figures[0]["val/AP50"] > 0


def test_a_checkpoint_becomes_weights_that_serve(root: Path, trained: Path) -> None:
    run(root, trained, "export", "runs/checkpoints/last.ckpt", "--output", "tiny.safetensors")
    for name in ("tiny.safetensors", "tiny.onnx"):
        detector = Detector.load(trained / name)
        sample = SceneData(data_root=str(root), workers=0).generator("validation").scene(0, 1)
        assert detector.metadata.network.width == 0.125
        assert len(detector.predict(draw(sample)).candidates(0.0).boxes) > 0


@pytest.mark.parametrize("name", sorted({path.name for path in CONFIGS.glob("*.yaml")} - {"handwriting.yaml"}))
def test_every_configuration_composes_and_takes_a_step(
    root: Path, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # where the checkpoint goes
    arguments = yaml.safe_load((CONFIGS / name).read_text()).get("model", {}).get("init_args", {})
    width = arguments.get("network", {"width": 0.25})["width"]
    layers = ["train.yaml"] if name == "train.yaml" else ["train.yaml", name]
    small = {
        "data.data_root": root,
        "data.workers": 0,
        "data.batch_size": 2,
        "data.validation_scenes": 2,
        "trainer.accelerator": "cpu",
        "trainer.devices": 1,
        "trainer.strategy": "auto",
        "trainer.fast_dev_run": 1,
    }
    if name in ("finetune.yaml", "rounded.yaml", "taught.yaml"):
        small["model.initial_weights"] = BUNDLED
    if name == "taught.yaml":
        small["model.teacher"] = BUNDLED
    options = [f"--config={CONFIGS / layer}" for layer in layers]
    cli = compose(*options, *(f"--{key}={value}" for key, value in small.items()))
    before = [parameter.clone() for parameter in cli.model.parameters()]
    cli.trainer.fit(cli.model, datamodule=cli.datamodule)
    assert cli.model.network.config.width == width
    assert cli.trainer.global_step == 1
    assert torch.isfinite(cli.trainer.callback_metrics["train/loss"])
    after = list(cli.model.parameters())
    assert any(not torch.equal(old, new) for old, new in zip(before, after, strict=True))
    assert all(torch.isfinite(parameter).all() for parameter in after)


def test_input_sizes_must_agree(root: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    options = ["--model.input_size", "96", "--data.data_root", str(root), "--trainer.default_root_dir", str(tmp_path)]
    assert digit_detector(smoke("fit", *options, "--trainer.logger", "false")) == 1
    assert "data.input_size is 192, model.input_size 96: make them equal" in capsys.readouterr().err


def test_an_unknown_key_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        digit_detector(smoke("fit", "--model.wings", "2"))
    assert "wings" in capsys.readouterr().err


def test_a_few_steps_learn_one_batch(root: Path) -> None:
    """The whole machine can fit what it sees: on one batch the loss falls by more than half."""
    torch.manual_seed(0)
    data = SceneData(data_root=str(root), epoch_scenes=8, batch_size=8, workers=0, input_size=96)
    images, objects = next(iter(data.train_dataloader()))
    config = model("smoke.yaml")["network"]
    anchors = model("train.yaml")["anchors"]
    module = DetectorModule(anchors, NetworkConfig(**config), input_size=96)
    optimizer = torch.optim.AdamW(module.parameters(), lr=3e-3)
    losses = []
    for _ in range(40):
        total = torch.stack(list(yolo_loss(module(images), objects, module.grid, LossSettings()).values())).sum()
        optimizer.zero_grad()
        total.backward()
        optimizer.step()
        losses.append(total.item())
    assert losses[-1] < losses[0] / 2


def test_training_goes_on_from_weights(tmp_path: Path) -> None:
    config = NetworkConfig(**model("smoke.yaml")["network"])
    anchors = model("train.yaml")["anchors"]
    trained = DetectorModule(anchors, config)
    save(trained.network, replace(trained.metadata, score_threshold=0.45), tmp_path / "weights.safetensors")
    again = DetectorModule(anchors, config, initial_weights=str(tmp_path / "weights.safetensors"))
    stored, _ = load(tmp_path / "weights.safetensors")
    for old, new in zip(stored.parameters(), again.network.parameters(), strict=True):
        torch.testing.assert_close(new, old, rtol=0, atol=0)
    assert again.metadata.score_threshold == 0.45
    checkpoint: dict[str, Any] = {}
    again.on_save_checkpoint(checkpoint)
    restored = DetectorModule(anchors, config)
    restored.on_load_checkpoint(checkpoint)
    assert restored.metadata == again.metadata
    assert "initial_weights" not in again.hparams  # which a checkpoint keeps, to be read where that file may be gone
    with pytest.raises(WeightsError, match="anchors"):
        DetectorModule(anchors[::-1], config, initial_weights=str(tmp_path / "weights.safetensors"))


def test_a_teacher_of_another_width_teaches_and_is_not_kept(root: Path, tmp_path: Path) -> None:
    run(root, tmp_path, *smoke("fit", "--model.teacher", str(BUNDLED), "--data.echoes", "1"))
    rows = [row for row in metrics(tmp_path) if row["train/loss"]]
    assert len(rows) == 8  # of 16 scenes in batches of 4, each of which comes again
    for row in rows:
        labels, taught = (
            sum(float(row[f"train/{prefix}{term}"]) for term in ("box", "objectness", "classes"))
            for prefix in ("", "teacher_")
        )
        assert float(row["train/loss"]) == pytest.approx((labels + taught) / 2, rel=1e-4)
    checkpoint = torch.load(tmp_path / "runs/checkpoints/last.ckpt", weights_only=True)
    assert all(name.startswith("network.") for name in checkpoint["state_dict"])
    assert "teacher" not in checkpoint["hyper_parameters"]


def test_a_teacher_does_not_round() -> None:
    config = model("train.yaml")
    network = NetworkConfig(**config["network"], rounded=True)
    module = DetectorModule(config["anchors"], network, teacher=str(BUNDLED))
    module.setup("fit")
    assert module._teacher is not None
    assert not module._teacher[0].config.rounded
    assert not module._teacher[0].training
    assert module.network.config.rounded


def test_a_teacher_of_other_anchors_is_refused() -> None:
    config = model("train.yaml")
    module = DetectorModule(config["anchors"][::-1], NetworkConfig(**config["network"]), teacher=str(BUNDLED))
    with pytest.raises(WeightsError, match="anchors"):
        module.setup("fit")


def test_wider_network_continues_narrower_weights() -> None:
    config = model("train.yaml")
    wide = DetectorModule(
        config["anchors"], NetworkConfig(width=0.5, depth=1.0, in_channels=1), initial_weights=str(BUNDLED)
    )
    bundled, _ = load(BUNDLED)
    running = [network.backbone.stem[1].running_mean for network in (bundled, wide.network)]
    assert torch.equal(running[0].repeat_interleave(2), running[1])
    with pytest.raises(WeightsError, match="a whole multiple of the width"):
        DetectorModule(
            config["anchors"], NetworkConfig(width=0.375, depth=1.0, in_channels=1), initial_weights=str(BUNDLED)
        )


def test_shares_and_echoes_outside_their_range_are_refused() -> None:
    config = model("train.yaml")
    with pytest.raises(DigitDetectorError, match=r"distillation_weight is 1\.5"):
        DetectorModule(config["anchors"], NetworkConfig(**config["network"]), distillation_weight=1.5)
    with pytest.raises(DataError, match="echoes is -1"):
        SceneData(echoes=-1)
