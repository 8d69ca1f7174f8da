"""With frozen batch normalisation, several processes take the steps of one; otherwise each normalises its own batch."""

import subprocess
import sys
from pathlib import Path

import pytest
import torch
from support.training import CONFIGS
from torch import Tensor

from digit_detector.cli import main

STEPS = 10
BATCH = 4


def trained(root: Path, folder: Path, processes: int) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    """The network's own weights halfway and after STEPS of batches of BATCH, shared by the processes."""
    folder.mkdir()
    options = {
        "data.data_root": root,
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
    configs = [f"--config={CONFIGS / name}" for name in ("train.yaml", "smoke.yaml")]
    words = ["fit", *configs, *(f"--{name}={value}" for name, value in options.items())]
    if processes == 1:
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(folder)
            assert main(words) == 0
    else:
        launcher = ["-m", "torch.distributed.run", "--nproc-per-node", str(processes), "--rdzv-backend", "c10d"]
        command = [sys.executable, *launcher, "--rdzv-endpoint", "localhost:0", "-m", "digit_detector", *words]
        subprocess.run(command, cwd=folder, capture_output=True, check=True)
    files = [folder / f"runs/checkpoints/{name}.ckpt" for name in ("epoch=0", "last")]
    halfway, end = (torch.load(path, weights_only=True) for path in files)
    assert [halfway["global_step"], end["global_step"]] == [STEPS // 2, STEPS]
    return halfway["current_model_state"], end["current_model_state"]


@pytest.mark.slow
def test_two_processes_take_the_steps_of_one(root: Path, tmp_path: Path) -> None:
    halfway, alone = trained(root, tmp_path / "one", 1)
    _, together = trained(root, tmp_path / "two", 2)
    assert alone.keys() == together.keys()
    apart = max(float((alone[name] - together[name]).abs().max()) for name in alone)
    moved = max(float((alone[name] - halfway[name]).abs().max()) for name in alone)
    assert moved > 1e-3
    assert apart < 1e-4
