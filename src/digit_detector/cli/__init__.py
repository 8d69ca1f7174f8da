"""The command `digit-detector`: find the subcommand, run it, and print every error as one line."""

import argparse
import importlib
import importlib.metadata
import io
import os
import sys
from collections.abc import Sequence
from typing import Final, NamedTuple

from digit_detector.cli import detect
from digit_detector.errors import DigitDetectorError


class _Subcommand(NamedTuple):
    """A subcommand whose module parses its own options, and is imported only when it is called."""

    module: str
    help: str
    named: bool = False
    """Whether the module's `main(argv)` takes the subcommand's name too."""
    extra: str = "train"
    """The package's extra that it needs."""


_SUBCOMMANDS: Final = {
    "data fetch": _Subcommand("cli.data", "download the public drawings", named=True, extra="data,torch"),
    "data convert": _Subcommand(
        "cli.data", "convert drawings between formats, or from and to the store", named=True, extra="collect,data"
    ),
    "data sheet": _Subcommand("cli.data", "write a contact sheet of training scenes", named=True),
    "data anchors": _Subcommand("cli.data", "fit anchors to the boxes of training scenes", named=True),
    "data label-issues": _Subcommand("evaluate.label_issues", "list drawings that may be labelled wrongly"),
    "data hard-examples": _Subcommand("train.hard_examples", "list training drawings that weights misread"),
    "serve": _Subcommand("cli.serve", "serve the page, or the HTTP API alone", extra="page"),
    "fit": _Subcommand("cli.train", "train: --config configs/train.yaml", named=True),
    "validate": _Subcommand("cli.train", "measure a checkpoint on validation scenes", named=True),
    "evaluate": _Subcommand("cli.evaluate", "measure weights on the benchmark, as they are served"),
    "promote": _Subcommand("train.promote", "replace the bundled weights with better ones"),
    "review": _Subcommand("collect.review_queue", "order contributed drawings for review"),
    "average": _Subcommand("train.average", "average the weights of two trainings"),
    "export": _Subcommand("train.export", "export a checkpoint as safetensors and ONNX"),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one subcommand and return its exit status: 0, or 1 where something failed."""
    words = list(sys.argv[1:] if argv is None else argv)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a file name may hold what the terminal cannot show
    try:
        status = _run(words)
        sys.stdout.flush()
    except BrokenPipeError:
        # A reader such as `head` has enough; Python must not complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except DigitDetectorError as error:
        print(f"digit-detector: {' '.join(str(error).split())}", file=sys.stderr)
        return 1
    return status


def _run(words: list[str]) -> int:
    for length in (1, 2):
        subcommand = _SUBCOMMANDS.get(" ".join(words[:length]))
        if subcommand is not None:
            return _forward(subcommand, words[length - subcommand.named :])
    return detect.run(_parser().parse_args(words))


def _forward(subcommand: _Subcommand, words: list[str]) -> int:
    try:
        return int(importlib.import_module(f"digit_detector.{subcommand.module}").main(words) or 0)
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("digit_detector"):
            raise
        raise DigitDetectorError(
            f"this subcommand needs the package {error.name}: pip install 'digit-detector[{subcommand.extra}]'"
        ) from error


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="digit-detector", description="Find and label what people draw.")
    parser.add_argument("--version", action="version", version=importlib.metadata.version("digit-detector"))
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    detect.add_arguments(commands.add_parser("detect", help="detect objects in pictures"))
    data = commands.add_parser("data", help="prepare the drawings for training").add_subparsers(
        required=True, metavar="COMMAND"
    )
    for name, subcommand in _SUBCOMMANDS.items():
        group, _, command = name.rpartition(" ")
        (data if group else commands).add_parser(command, help=subcommand.help)
    return parser
