"""Trainings as their configuration describes them."""

from typing import Final

import lightning
from lightning.pytorch.cli import LightningCLI

from support.server import ROOT

CONFIGS: Final = ROOT / "configs"


def compose(*options: str) -> LightningCLI:
    """Build model, data and trainer from configurations and options, as `digit-detector fit` does, and run nothing."""
    return LightningCLI(
        lightning.LightningModule,
        lightning.LightningDataModule,
        subclass_mode_model=True,
        subclass_mode_data=True,
        args=list(options),
        run=False,
        save_config_callback=None,
    )
