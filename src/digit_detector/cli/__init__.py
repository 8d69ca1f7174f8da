"""The command `digit-detector`: find the subcommand, run it, and print every error as one line."""

import argparse
import importlib.metadata
import io
import os
import pkgutil
import sys
from collections.abc import Sequence
from typing import Final, NamedTuple

from digit_detector.cli import detect
from digit_detector.errors import DISTRIBUTION, DigitDetectorError, how_to_install, one_line


class _Subcommand(NamedTuple):
    """A subcommand whose function parses its own options, and whose module is imported only when it is called."""

    function: str
    """As `module:name`."""
    help: str
    extra: str = "train"
    """The package's extra that it needs."""


_SUBCOMMANDS: Final = {
    "data fetch": _Subcommand("data.fetch:main", "download the public drawings", "data,torch"),
    "data convert": _Subcommand(
        "data.convert:main", "convert drawings between formats, or from and to the store", "collect,data"
    ),
    "data sheet": _Subcommand("train.preview:sheet", "write a contact sheet of training scenes"),
    "data anchors": _Subcommand("train.preview:anchors", "fit anchors to the boxes of training scenes"),
    "data label-issues": _Subcommand("evaluate.label_issues:main", "list drawings that may be labelled wrongly"),
    "data hard-examples": _Subcommand("train.hard_examples:main", "list training drawings that weights misread"),
    "handwriting": _Subcommand("handwriting.command:main", "write a number in the hand of a few drawn digits"),
    "serve": _Subcommand("cli:serve", "serve the page, or the HTTP API alone", "page"),
    "fit": _Subcommand("train.module:fit", "train: --config configs/train.yaml"),
    "validate": _Subcommand("train.module:validate", "measure a checkpoint on validation scenes"),
    "evaluate": _Subcommand("evaluate.report:main", "measure weights on the benchmark"),
    "evaluate-handwriting": _Subcommand(
        "handwriting.metrics:main", "measure the model of handwriting on writers it never saw"
    ),
    "promote": _Subcommand("train.promote:main", "replace the bundled weights with better ones"),
    "review": _Subcommand("collect.review_queue:main", "order contributed drawings for review"),
    "average": _Subcommand("train.average:main", "average the weights of two trainings"),
    "export": _Subcommand("train.export:main", "export a checkpoint as safetensors and ONNX"),
    "export-handwriting": _Subcommand("handwriting.export:main", "export a checkpoint of the model of handwriting"),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one subcommand and return its exit status: 0, 1 where something failed, or 130 after Ctrl-C."""
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
    except (DigitDetectorError, OSError) as error:  # such as a full disk
        print(f"digit-detector: {one_line(error)}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return status


def _run(words: list[str]) -> int:
    for length in (1, 2):
        if subcommand := _SUBCOMMANDS.get(" ".join(words[:length])):
            return _forward(subcommand, words[length:])
    return detect.run(_parser().parse_args(words))


def _forward(subcommand: _Subcommand, words: list[str]) -> int:
    try:
        return int(pkgutil.resolve_name(f"digit_detector.{subcommand.function}")(words) or 0)
    except ModuleNotFoundError as error:
        raise _missing(error, subcommand.extra) from error


def _missing(error: ModuleNotFoundError, extra: str) -> Exception:
    """Return the error for a user whose environment lacks an extra; a module of this package must not be missing."""
    if (error.name or "").startswith("digit_detector"):
        return error
    return DigitDetectorError(f"this subcommand needs the package {error.name}: {how_to_install(extra)}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="digit-detector", description="Find and label what people draw.")
    parser.add_argument("--version", action="version", version=importlib.metadata.version(DISTRIBUTION))
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    detect.add_arguments(commands.add_parser("detect", help="detect objects in pictures"))
    data = commands.add_parser("data", help="prepare the drawings for training").add_subparsers(
        required=True, metavar="COMMAND"
    )
    for name, subcommand in _SUBCOMMANDS.items():
        group, _, command = name.rpartition(" ")
        (data if group else commands).add_parser(command, help=subcommand.help)
    return parser


def _port(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and int(text) < 1 << 16):
        raise argparse.ArgumentTypeError(f"{text!r} is no port: give a number from 0 to 65535")
    return int(text)


def serve(argv: Sequence[str]) -> None:
    """Run the page with the API, or the API alone, which needs no Streamlit, until the process is asked to end."""
    parser = argparse.ArgumentParser(prog="digit-detector serve", description=serve.__doc__)
    parser.add_argument("--port", type=_port, default=8501, help="by default %(default)s")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on; 0.0.0.0 serves other machines, too")
    parser.add_argument("--base-path", default="", help="serve below a path, such as /digits behind a proxy")
    parser.add_argument("--api-only", action="store_true", help="serve the HTTP API without the page")
    arguments = parser.parse_args(argv)
    if arguments.api_only:
        try:
            from digit_detector.server.app import run
        except ModuleNotFoundError as error:
            raise _missing(error, "api") from error
    else:
        from digit_detector.page.serving import run
    run(arguments.host, arguments.port, arguments.base_path)
