"""`digit-detector fit` and `validate`: LightningCLI over the YAML files in `configs/`."""

import logging
import warnings
from collections.abc import Sequence

import lightning
from lightning.pytorch.cli import LightningCLI


def main(arguments: Sequence[str]) -> None:
    """Run `fit` or `validate` with Lightning's options; see `digit-detector fit --help`."""
    # Making an epoch's scenes takes seconds; one worker feeds a CPU.
    warnings.filterwarnings("ignore", message=".*does not have many workers.*")
    # The arguments come from our own command line, without the words before them in sys.argv.
    warnings.filterwarnings("ignore", message="LightningCLI's args parameter")
    log = logging.getLogger("digit_detector")  # what the sources hold, and what of it cannot be used
    log.addHandler(logging.StreamHandler())
    log.setLevel(logging.INFO)
    LightningCLI(
        lightning.LightningModule,
        lightning.LightningDataModule,
        subclass_mode_model=True,
        subclass_mode_data=True,
        args=list(arguments),
        seed_everything_default=1,
        save_config_kwargs={"overwrite": True},
        parser_kwargs={"prog": "digit-detector"},
    )
