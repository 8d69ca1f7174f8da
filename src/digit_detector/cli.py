"""The command `digit-detector`: dispatch, and every error as one line."""

import argparse
import importlib
import importlib.metadata
import io
import os
import sys
from collections.abc import Sequence
from typing import Final, NamedTuple

from digit_detector.detect import command as detect
from digit_detector.errors import DigitDetectorError


class _Room(NamedTuple):
    """A command whose module parses its own options, and is imported only when the command is called."""

    module: str
    help: str
    named: bool = False
    """Whether the module's `main(argv)` wants the command's last word too."""
    extra: str = "train"
    """What of the package it needs beside what serves."""


_ROOMS: Final = {
    "data fetch": _Room("digit_detector.learn.fetch.command", "bring the public drawings from their homes"),
    "data convert": _Room(
        "digit_detector.collect.convert",
        "take drawings from one format, or the store, to another",
        extra="collect,data",
    ),
    "data sheet": _Room("digit_detector.learn.data", "look at the training scenes", named=True),
    "data anchors": _Room("digit_detector.learn.data", "fit anchors to the boxes of the training scenes", named=True),
    "data suspects": _Room("digit_detector.baselines.suspects", "list drawings that are not what their label says"),
    "data hard": _Room("digit_detector.learn.hard", "list training's drawings that weights misread, for --data.hard"),
    "fit": _Room("digit_detector.learn.cli", "train: --config configs/train.yaml", named=True),
    "validate": _Room("digit_detector.learn.cli", "measure a checkpoint on the validation scenes", named=True),
    "evaluate": _Room("digit_detector.learn.suite.command", "measure weights as they are served, on the frozen suite"),
    "promote": _Room("digit_detector.learn.promote.command", "let new weights take the bundled ones' place, if better"),
    "review": _Room("digit_detector.collect.review_command", "order the drawings that people gave, for their review"),
    "average": _Room("digit_detector.learn.average", "the weights between two, which keep what each learned"),
    "export": _Room("digit_detector.learn.export", "make a checkpoint into weights for serving, and their ONNX twin"),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status: 0, or 1 where something could not be done."""
    words = list(sys.argv[1:] if argv is None else argv)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a file's name may hold what the terminal cannot show
    try:
        status = _run(words)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader, `head` say, has what it wants; Python must not complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except DigitDetectorError as error:
        print(f"digit-detector: {' '.join(str(error).split())}", file=sys.stderr)
        return 1
    return status


def _run(words: list[str]) -> int:
    for length in (1, 2):
        room = _ROOMS.get(" ".join(words[:length]))
        if room is not None:
            return _forward(room, words[length - room.named :])
    return detect.run(_parser().parse_args(words))


def _forward(room: _Room, words: list[str]) -> int:
    try:
        return int(importlib.import_module(room.module).main(words) or 0)
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("digit_detector"):
            raise
        raise DigitDetectorError(
            f"this command needs the package {error.name}: pip install 'digit-detector[{room.extra}]'"
        ) from error


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="digit-detector", description="Find and name what people draw.")
    parser.add_argument("--version", action="version", version=importlib.metadata.version("digit-detector"))
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    detect.add_arguments(commands.add_parser("detect", help="find the objects in pictures"))
    data = commands.add_parser("data", help="the drawings that training learns from").add_subparsers(
        required=True, metavar="COMMAND"
    )
    for name, room in _ROOMS.items():
        group, _, command = name.rpartition(" ")
        (data if group else commands).add_parser(command, help=room.help)
    return parser
