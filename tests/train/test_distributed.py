"""With frozen batch normalisation, several processes take the steps of one; otherwise each normalises its own batch."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from support.source_samples import write_all
from torch import Tensor

CONFIGS = Path(__file__).parents[2] / "configs"
STEPS = 20
BATCH = 8


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_all(tmp_path_factory.mktemp("data"))


def trained(root: Path, folder: Path, processes: int) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    """The network's own weights halfway and after STEPS of batches of BATCH, shared by the processes."""
    folder.mkdir()
    launcher = ["-m", "torch.distributed.run", "--nproc-per-node", str(processes), "--rdzv-backend", "c10d"]
    options = {
        "trainer.devices": processes,
        "trainer.strategy": "ddp" if processes > 1 else "auto",
        "trainer.limit_val_batches": 0,
        # AdamW steps by the sign of a gradient that is all rounding error: in float64 there is none to speak of.
        "trainer.precision": "64-true",
        "model.freeze_batch_norm": True,
        "model.warmup_steps": 5,
        "model.teacher": CONFIGS.parent / "models/digit-detector.safetensors",
        "trainer.max_epochs": 2,
        "data.epoch_scenes": STEPS // 2 * BATCH,
        "data.batch_size": BATCH // processes,
    }
    subprocess.run(
        [
            *(sys.executable, *launcher, "--rdzv-endpoint", "localhost:0", "-m", "digit_detector", "fit"),
            *(f"--config={CONFIGS / name}" for name in ("train.yaml", "smoke.yaml")),
            *(f"--{name}={value}" for name, value in options.items()),
        ],
        cwd=folder,
        env=os.environ | {"DIGIT_DETECTOR_DATA": str(root), "HOME": str(folder), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        timeout=300,
        check=True,
    )
    files = [folder / f"runs/checkpoints/{name}.ckpt" for name in ("epoch=0", "last")]
    halfway, end = (torch.load(path, weights_only=True) for path in files)
    assert [halfway["global_step"], end["global_step"]] == [STEPS // 2, STEPS]
    return halfway["current_model_state"], end["current_model_state"]


def test_two_processes_take_the_steps_of_one(root: Path, tmp_path: Path) -> None:
    halfway, alone = trained(root, tmp_path / "one", 1)
    _, together = trained(root, tmp_path / "two", 2)
    assert alone.keys() == together.keys()
    apart = max(float((alone[name] - together[name]).abs().max()) for name in alone)
    moved = max(float((alone[name] - halfway[name]).abs().max()) for name in alone)
    assert moved > 1e-3
    assert apart < 1e-4
