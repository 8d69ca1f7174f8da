"""`digit-detector fit` and `validate`: LightningCLI over the YAML in `configs/`."""

import warnings
from collections.abc import Sequence

from lightning.pytorch.cli import LightningCLI

from digit_detector.learn.dataset import SceneData
from digit_detector.learn.module import DetectorModule


def main(arguments: Sequence[str]) -> None:
    """Runs `fit`, `validate` or `test` with Lightning's options; see `digit-detector fit --help`."""
    # The scenes of an epoch are few seconds of work; one worker feeds a CPU.
    warnings.filterwarnings("ignore", message=".*does not have many workers.*")
    # The words come from our own command line, without the part that sys.argv has before them.
    warnings.filterwarnings("ignore", message="LightningCLI's args parameter")
    LightningCLI(
        DetectorModule,
        SceneData,
        args=list(arguments),
        seed_everything_default=1,
        save_config_kwargs={"overwrite": True},
        parser_kwargs={"prog": "digit-detector"},
    )
