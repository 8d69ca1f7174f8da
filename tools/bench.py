"""Time the detector: `make bench`, on an idle machine.

Prints a table and JSON: milliseconds from a PNG file's bytes to detections and for the network alone, and peak memory,
for each configuration. Each one runs in its own process (`bench_backend.py`), since a process seldom returns memory.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

# A child's peak of memory begins at its parent's size, so nothing large is imported here.

CONFIGURATIONS: Final = {
    "ONNX Runtime, 2 threads": ("bundled", "onnx", "--threads=2"),
    "ONNX Runtime, 1 thread": ("bundled", "onnx", "--threads=1"),
    "torch": ("bundled", "torch", "--threads=2"),
    "61.6 M, ONNX Runtime, 2 threads": ("full", "onnx", "--threads=2"),
    "61.6 M, torch": ("full", "torch", "--threads=2"),
}
"""Each configuration's weights (the bundled ones, or random ones of the paper's width), runtime and options.

The first is what the product does on two cores, and ratios are to it.
"""

SUFFIXES: Final = {"onnx": ".onnx", "torch": ".safetensors"}
ONE: Final = Path(__file__).with_name("bench_backend.py")
MODELS: Final = Path(__file__).parents[1] / "models"

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
            child("prepare", stems["full"].with_suffix(".safetensors"))
        measured = {}
        for name in given.configurations:
            which, runtime, *options = CONFIGURATIONS[name]
            weights = stems[which].with_suffix(SUFFIXES[runtime])
            answer = child("measure", weights, f"--repetitions={given.repetitions}", *options)
            measured[name] = {"file_bytes": weights.stat().st_size, **json.loads(answer)}
    report = {"machine": machine(), "repetitions": given.repetitions, "configurations": with_ratios(measured)}
    print(table(report), json.dumps(report, indent=1), sep="\n\n")
    if given.output:
        given.output.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


def child(*words: str | Path) -> str:
    """What `bench_backend.py` prints when it is called with these words."""
    finished = subprocess.run([sys.executable, ONE, *words], stdout=subprocess.PIPE, text=True, check=True)
    return finished.stdout


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
    rows = [head]
    for name, figures in report["configurations"].items():
        cells = [name, f"{figures['file_bytes'] / 1e6:.1f}"]
        for part in ("detect", "network"):
            cells += [f"{figures[part]['p50']:.2f}", f"{figures[part]['p95']:.2f}", f"{figures['ratio'][part]:.2f}"]
        rows.append((*cells, f"{figures['peak_mib']:.0f}", f"{figures['ratio']['peak_mib']:.2f}"))
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    aligned = ["  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]) for row in rows]
    title = f"{report['machine']['cpu']}, {report['machine']['cores']} cores; {report['repetitions']} repetitions"
    return "\n".join([title, *aligned])


if __name__ == "__main__":
    main()
