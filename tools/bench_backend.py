"""One configuration of the detector, timed in a process of its own; `bench.py` starts it."""

import argparse
import io
import json
import resource
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from PIL import Image, ImageDraw

from digit_detector.detect.backends import Backend, OnnxBackend, TorchBackend
from digit_detector.detect.detector import Detector
from digit_detector.detect.images import read_image
from digit_detector.detect.letterbox import preprocess
from digit_detector.metadata import NetworkConfig

# torch is imported by what needs it alone: it would count among the memory of the configurations that do without.

SIDE: Final = 400
PEN: Final = 12
WARM_UP: Final = 20
STROKES: Final = (
    ((110, 90), (60, 210), (170, 205)),
    ((145, 120), (135, 300)),
    ((230, 100), (340, 95), (270, 310)),
)
"""A 4 and a 7."""


def main(argv: Sequence[str] | None = None) -> None:
    """Write random weights of the paper's width, or measure one configuration and print JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("command", choices=("prepare", "measure"))
    parser.add_argument("weights", type=Path, help="to measure .onnx or .safetensors, to prepare .safetensors")
    parser.add_argument("--repetitions", type=int, default=300)
    parser.add_argument("--threads", type=int, default=2, help="of the network")
    given = parser.parse_args(argv)
    if given.command == "prepare":
        prepare_full_width(given.weights)
        return
    if given.weights.suffix == ".onnx":
        runtime: Backend = OnnxBackend(given.weights, given.threads)
    else:
        import torch

        torch.set_num_threads(given.threads)
        runtime = TorchBackend(given.weights, "cpu")
    print(json.dumps(measure(runtime, given.repetitions)))


def prepare_full_width(path: Path) -> None:
    """Write an untrained network of the paper's size, with the bundled one's anchors, as safetensors and ONNX."""
    import torch

    from digit_detector.train.export import export_onnx
    from digit_detector.yolo import checkpoint as weights
    from digit_detector.yolo.network import YOLOv3

    torch.manual_seed(0)
    bundled = Detector.load(runtime="onnx", device="cpu").metadata
    metadata = replace(bundled, network=NetworkConfig(width=1.0, depth=1.0, in_channels=1), training={}, metrics={})
    weights.save(YOLOv3(metadata.network).eval(), metadata, path)
    export_onnx(path, path.with_suffix(".onnx"))


def measure(runtime: Backend, repetitions: int) -> dict[str, Any]:
    """Times in milliseconds, and this process's peak of memory so far in MiB."""
    detector = Detector(runtime)
    png = drawing()
    prepared = preprocess(read_image(png), runtime.metadata.input_size).input
    return {
        "detect": _times(lambda: detector.detect(png), repetitions),
        "network": _times(lambda: runtime(prepared), repetitions),
        "peak_mib": _peak_mib(),
    }


def drawing() -> bytes:
    """A 4 and a 7 on a white canvas, as the bytes of a PNG file in RGB."""
    image = Image.new("RGB", (SIDE, SIDE), "white")
    pen = ImageDraw.Draw(image)
    for stroke in STROKES:
        pen.line(stroke, fill="black", width=PEN, joint="curve")
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def _times(call: Callable[[], object], repetitions: int) -> dict[str, float]:
    """Median and 95th percentile in milliseconds, after calls that warm up."""
    for _ in range(min(WARM_UP, repetitions)):
        call()
    times = []
    for _ in range(repetitions):
        started = time.perf_counter()
        call()
        times.append((time.perf_counter() - started) * 1000)
    p50, p95 = np.percentile(times, (50, 95)).tolist()
    return {"p50": p50, "p95": p95}


def _peak_mib() -> float:
    unit = 1 if sys.platform == "darwin" else 1024  # bytes there, kibibytes elsewhere
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20


if __name__ == "__main__":
    main()
