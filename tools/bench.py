"""Time the detector: `make bench`, on an idle machine.

Prints a table and JSON: milliseconds from a PNG file's bytes to detections and for the network alone, and peak memory,
for each configuration. Each one runs in its own process, since a process seldom returns memory.
"""

import argparse
import io
import json
import os
import platform
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np
from PIL import Image, ImageDraw

from digit_detector.detect.backends import SUFFIXES, Backend, BackendName, OnnxBackend, TorchBackend
from digit_detector.detect.detector import Detector
from digit_detector.detect.images import read_image
from digit_detector.detect.letterbox import preprocess
from digit_detector.metadata import NetworkConfig
from digit_detector.show.listing import text_table

# A process's peak of memory begins at its parent's size: what some configurations do without, such as torch, is
# imported where it is used.

CONFIGURATIONS: Final[dict[str, tuple[str, BackendName, int]]] = {
    "ONNX Runtime, 2 threads": ("bundled", "onnx", 2),
    "ONNX Runtime, 1 thread": ("bundled", "onnx", 1),
    "torch": ("bundled", "torch", 2),
    "61.6 M, ONNX Runtime, 2 threads": ("full", "onnx", 2),
    "61.6 M, torch": ("full", "torch", 2),
}
"""Each configuration's weights (the bundled ones, or random ones of the paper's width), runtime and threads.

The first is what the product does on two cores, and ratios are to it.
"""

MODELS: Final = Path(__file__).parents[1] / "models"

SIDE: Final = 400
PEN: Final = 12
WARM_UP: Final = 20
STROKES: Final = (
    ((110, 90), (60, 210), (170, 205)),
    ((145, 120), (135, 300)),
    ((230, 100), (340, 95), (270, 310)),
)
"""A 4 and a 7."""

Report = dict[str, Any]


def main(argv: Sequence[str] | None = None) -> None:
    """Measures, prints a table and JSON, and writes the JSON where that is wanted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repetitions", type=int, default=300)
    names = list(CONFIGURATIONS)
    parser.add_argument("--configurations", nargs="+", choices=names, default=names, metavar="NAME")
    parser.add_argument("--output", type=Path, help="also write the JSON here")
    given = parser.parse_args(argv)
    with TemporaryDirectory() as folder:
        stems = {"bundled": MODELS / "digit-detector", "full": Path(folder, "full")}
        if any(CONFIGURATIONS[name][0] == "full" for name in given.configurations):
            apart(prepare_full_width, stems["full"].with_suffix(".safetensors"))
        measured = {}
        for name in given.configurations:
            which, runtime, threads = CONFIGURATIONS[name]
            weights = stems[which].with_suffix(SUFFIXES[runtime])
            figures = apart(measure, weights, threads, given.repetitions)
            measured[name] = {"file_bytes": weights.stat().st_size, **figures}
    report = {"machine": machine(), "repetitions": given.repetitions, "configurations": with_ratios(measured)}
    print(table(report), json.dumps(report, indent=1), sep="\n\n")
    if given.output:
        given.output.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


def apart(function: Callable[..., Any], *arguments: Any) -> Any:
    """Call a function in a process of its own."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(function, *arguments).result()


def prepare_full_width(path: Path) -> None:
    """Write an untrained network of the paper's size, with the bundled one's anchors, as safetensors and ONNX.

    Its last layers are zero, so that it finds nothing. Its random boxes would be hundreds, and slow to sort and refine.
    """
    import torch

    from digit_detector.train.export import export_onnx
    from digit_detector.yolo import checkpoint as weights
    from digit_detector.yolo.network import YOLOv3

    torch.manual_seed(0)
    bundled = Detector.load(runtime="onnx", device="cpu").metadata
    metadata = replace(bundled, network=NetworkConfig(width=1.0, depth=1.0, in_channels=1), training={}, metrics={})
    network = YOLOv3(metadata.network).eval()
    for head in (network.fine, network.middle, network.coarse):
        final = head.predict[-1]
        assert isinstance(final, torch.nn.Conv2d)
        torch.nn.init.zeros_(final.weight)
    weights.save(network, metadata, path)
    export_onnx(path, path.with_suffix(".onnx"))


def measure(weights: Path, threads: int, repetitions: int) -> Report:
    """Times in milliseconds, and this process's peak of memory so far in MiB."""
    import resource  # which Windows lacks

    if weights.suffix == ".onnx":
        runtime: Backend = OnnxBackend(weights, threads)
    else:
        import torch

        torch.set_num_threads(threads)
        runtime = TorchBackend(weights, "cpu")
    detector = Detector(runtime)
    png = drawing()
    prepared = preprocess(read_image(png), runtime.metadata.input_size).input
    times = {
        "detect": _times(lambda: detector.detect(png), repetitions),
        "network": _times(lambda: runtime(prepared), repetitions),
    }
    unit = 1 if sys.platform == "darwin" else 1024  # bytes there, kibibytes elsewhere
    return {**times, "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20}


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


def machine() -> dict[str, str | int | None]:
    """What the figures depend on."""
    info = Path("/proc/cpuinfo")
    models = [line for line in info.read_text().splitlines() if "model name" in line] if info.exists() else []
    return {
        "cpu": models[0].split(":", 1)[1].strip() if models else platform.processor(),
        "cores": os.cpu_count(),
        "system": platform.platform(),
        **{name: version(name) for name in ("onnxruntime", "torch", "opencv-python-headless", "pillow")},
    }


def with_ratios(measured: dict[str, Report]) -> dict[str, Report]:
    """Each configuration with its median times and its memory as multiples of the first configuration's."""
    first = next(iter(measured.values()))
    return {
        name: figures
        | {
            "ratio": {
                "detect": figures["detect"]["p50"] / first["detect"]["p50"],
                "network": figures["network"]["p50"] / first["network"]["p50"],
                "peak_mib": figures["peak_mib"] / first["peak_mib"],
            }
        }
        for name, figures in measured.items()
    }


def table(report: Report) -> str:
    """The configurations in rows: times in milliseconds, memory in MiB, each with its ratio."""
    head = ("", "file MB", "PNG to boxes: p50", "p95", "ratio", "network: p50", "p95", "ratio", "peak MiB", "ratio")
    rows: list[Sequence[str]] = [head]
    for name, figures in report["configurations"].items():
        cells = [name, f"{figures['file_bytes'] / 1e6:.1f}"]
        for part in ("detect", "network"):
            cells += [f"{figures[part]['p50']:.2f}", f"{figures[part]['p95']:.2f}", f"{figures['ratio'][part]:.2f}"]
        rows.append((*cells, f"{figures['peak_mib']:.0f}", f"{figures['ratio']['peak_mib']:.2f}"))
    title = f"{report['machine']['cpu']}, {report['machine']['cores']} cores; {report['repetitions']} repetitions"
    return f"{title}\n{text_table(rows)}"


if __name__ == "__main__":
    main()
