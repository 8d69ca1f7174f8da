"""Read the benchmark's digits with general OCR engines and with the bundled detector, and print the model card's table.

The engines: RapidOCR, whose models come inside its wheel, and Tesseract, a Debian package. Each gets whole pictures,
and the line alone (the box around all objects, with a margin). Digits are counted and everything else is dropped,
which favours the engines: a 0 with a stray letter beside it is right. The times are processor time of one thread.

    pip install --group peers    # in an environment of its own, after `pip install -r requirements.txt`
    apt-get install tesseract-ocr
    python tools/peers.py --each 20
"""

import argparse
import io
import os
import resource
import shutil
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Final, NamedTuple

import cv2
import numpy as np
from PIL import Image
from tqdm import tqdm

from digit_detector import Detector
from digit_detector.classes import DIGITS
from digit_detector.detect.backends import bundled
from digit_detector.detect.images import Pixels, read_image
from digit_detector.evaluate.benchmark import BUNDLED, Canvas, load
from digit_detector.show.render import on_paper

DIGITS_ONLY: Final = ("one digit", "several digits", "MNIST pictures")
"""Conditions of digits alone, anywhere: right if all digits are read, in any order, and no other."""

MARGIN: Final = 0.2
"""Around the line, as a fraction of its height."""

Read = Callable[[Pixels], str]


class Peer(NamedTuple):
    """A reader: `read` returns the text of a picture, uint8 (H, W, 3)."""

    name: str
    read: Read
    megabytes: float
    """Of its models."""
    is_cropped: bool = False
    """Whether it gets lines alone."""


def peers() -> Iterator[Peer]:
    """Yield the detector and the engines; SystemExit if Tesseract is missing."""
    detector = Detector.load(device="cpu", threads=1)
    yield Peer("this detector", lambda picture: detector.detect(picture).reading(), _megabytes(bundled("onnx")))
    read_whole, read_line = rapid_ocr()
    name, models = f"RapidOCR {version('rapidocr')}", Path(str(files("rapidocr"))) / "models"
    yield Peer(f"{name}, whole picture", read_whole, _megabytes(*models.glob("*.onnx")))
    yield Peer(f"{name}, the line alone", read_line, _megabytes(*models.glob("*rec*.onnx")), is_cropped=True)
    name, megabytes = tesseract()
    yield Peer(f"{name}, sparse text (`--psm 11`)", tesseract_reader(11), megabytes)
    yield Peer(f"{name}, the line alone (`--psm 7`)", tesseract_reader(7), megabytes, is_cropped=True)


def rapid_ocr() -> tuple[Read, Read]:
    """Return RapidOCR with and without its search for lines."""
    from rapidocr import RapidOCR

    engine = RapidOCR(params={"EngineConfig.onnxruntime.intra_op_num_threads": 1, "Global.log_level": "error"})

    def read_whole(picture: Pixels) -> str:
        return " ".join(engine(picture[:, :, ::-1]).txts or ())

    def read_line(picture: Pixels) -> str:
        return " ".join(engine(picture[:, :, ::-1], use_det=False, use_cls=False, use_rec=True).txts or ())

    return read_whole, read_line


def tesseract() -> tuple[str, float]:
    """Return Tesseract's name and version, and the size of its English model."""
    if shutil.which("tesseract") is None:
        raise SystemExit("tesseract is not installed: apt-get install tesseract-ocr")
    name = subprocess.run(["tesseract", "--version"], capture_output=True, text=True, check=True).stdout.split()[1]
    listed = subprocess.run(["tesseract", "--list-langs"], capture_output=True, text=True, check=True).stdout
    folder = listed.split('"')[1]
    return f"Tesseract {name}", _megabytes(Path(folder, "eng.traineddata"))


def tesseract_reader(mode: int) -> Read:
    """Return Tesseract's reading of digits in a page segmentation mode."""
    command = ["tesseract", "-", "-", "--psm", str(mode), "-c", f"tessedit_char_whitelist={''.join(DIGITS)}"]

    def read(picture: Pixels) -> str:
        buffer = io.BytesIO()
        Image.fromarray(picture).save(buffer, "PNG")
        environment = os.environ | {"OMP_THREAD_LIMIT": "1"}
        finished = subprocess.run(command, input=buffer.getvalue(), capture_output=True, env=environment, check=False)
        return finished.stdout.decode()

    return read


def _megabytes(*paths: Path) -> float:
    return sum(path.stat().st_size for path in paths) / 1e6


def first_of_each(canvases: Iterable[Canvas], each: int | None) -> list[Canvas]:
    """Return the first canvases of each condition; all of them for None."""
    conditions: dict[str, list[Canvas]] = {}
    for canvas in canvases:
        conditions.setdefault(canvas.condition, []).append(canvas)
    return [canvas for group in conditions.values() for canvas in group[:each]]


def readable(canvases: Iterable[Canvas]) -> list[Canvas]:
    """Return the canvases with a text, and those of DIGITS_ONLY."""
    return [canvas for canvas in canvases if canvas.text is not None or canvas.condition in DIGITS_ONLY]


def line_of(picture: Pixels, canvas: Canvas) -> Pixels:
    """Cut out the box around all objects of a canvas, with a margin."""
    low, high = canvas.boxes[:, :2].min(axis=0), canvas.boxes[:, 2:].max(axis=0)
    margin = MARGIN * (high[1] - low[1])
    (x0, y0), (x1, y1) = (
        np.clip(corner, 0, picture.shape[1::-1]).astype(int) for corner in (low - margin, high + margin)
    )
    return np.ascontiguousarray(picture[y0:y1, x0:x1])


def is_right(text: str, canvas: Canvas) -> bool:
    """Tell whether the digits of a text are those of the canvas, in their order where they are on a line."""
    read = [character for character in text if character in DIGITS]
    if canvas.text is not None:
        return "".join(read) == canvas.text
    return sorted(read) == sorted(DIGITS[label] for label in canvas.labels)


def processor_seconds() -> float:
    """Return the processor time of this process and of those that it has waited for."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def row(peer: Peer, canvases: list[Canvas]) -> str:
    """Let a peer read the canvases, and return its row of the table."""
    right: dict[bool, list[bool]] = {True: [], False: []}
    seconds = []
    for canvas in tqdm(canvases, desc=peer.name, disable=None):
        if peer.is_cropped and canvas.text is None:
            continue
        picture = on_paper(read_image(canvas.image))
        if peer.is_cropped:
            picture = line_of(picture, canvas)
        start = processor_seconds()
        text = peer.read(picture)
        seconds.append(processor_seconds() - start)
        right[canvas.text is not None].append(is_right(text, canvas))
    strings, digits = (f"{np.mean(right[key]):.3f}" if right[key] else "" for key in (True, False))
    figures = [strings, digits, f"{1000 * np.median(seconds):.0f}", f"{peer.megabytes:.1f}"]
    return f"| {' | '.join([peer.name, *figures])} |"


def main() -> None:
    parser = argparse.ArgumentParser(description="Compare the bundled detector with general OCR engines.")
    parser.add_argument("--each", type=int, default=20, metavar="N", help="canvases of each condition (default: 20)")
    canvases = first_of_each(readable(load(BUNDLED)), parser.parse_args().each)
    cv2.setNumThreads(1)
    strings = sum(canvas.text is not None for canvas in canvases)
    digits = len(canvases) - strings
    print(f"| | {strings} strings right | {digits} canvases of digits right | ms of one core, median | models, MB |")
    print("|---|---|---|---|---|")
    for peer in peers():
        print(row(peer, canvases), flush=True)


if __name__ == "__main__":
    main()
