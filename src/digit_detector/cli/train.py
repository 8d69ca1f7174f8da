"""`digit-detector fit` and `validate`: LightningCLI over the YAML in `configs/`."""

import argparse
import warnings
from collections.abc import Sequence
from pathlib import Path

import yaml
from lightning.pytorch.cli import LightningCLI

from digit_detector.train.dataset import SceneData
from digit_detector.train.module import DetectorModule


def main(arguments: Sequence[str]) -> None:
    """Runs `fit`, `validate` or `test` with Lightning's options; see `digit-detector fit --help`."""
    # The scenes of an epoch are few seconds of work; one worker feeds a CPU.
    warnings.filterwarnings("ignore", message=".*does not have many workers.*")
    # The words come from our own command line, without the part that sys.argv has before them.
    warnings.filterwarnings("ignore", message="LightningCLI's args parameter")
    named = _name_their_classes(arguments)
    LightningCLI(
        None if named else DetectorModule,
        None if named else SceneData,
        args=list(arguments),
        seed_everything_default=1,
        save_config_kwargs={"overwrite": True},
        parser_kwargs={"prog": "digit-detector"},
    )


def _name_their_classes(arguments: Sequence[str]) -> bool:
    """Whether a configuration names the class of its model, as the baselines' do; else it is the detector's."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("-c", "--config", action="append", default=[], type=Path)
    files = [path for path in parser.parse_known_args(arguments)[0].config if path.is_file()]
    try:
        contents = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in files]
    except yaml.YAMLError:  # LightningCLI says where it is damaged
        return False
    models = [content.get("model") for content in contents if isinstance(content, dict)]
    return any("class_path" in model for model in models if isinstance(model, dict))
