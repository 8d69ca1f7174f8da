"""Compare networks of several sizes after equal minutes of training: `make sizes DATA=…`, on a quiet machine.

Each learns from chance, by `configs/train.yaml`, as many scenes as this machine manages in the minutes, so that its
learning rate ends at zero with them. Then each gets its score threshold from a validation benchmark, is measured on the
benchmark, and is timed from a PNG file's bytes to detections, as are the bundled weights and the baseline. The figures
go to `models/sizes.json`, the plot to `docs/sizes.png`.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import yaml
from bench import child, machine
from matplotlib.figure import Figure
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from digit_detector.detect.detector import Detector
from digit_detector.evaluate.baseline import Baseline
from digit_detector.evaluate.benchmark import BUNDLED, Canvas, load, results
from digit_detector.evaluate.figures import measure
from digit_detector.show.render import COLOURS
from digit_detector.synth.sources.public_sets import data_root
from digit_detector.train.export import read_weights
from digit_detector.train.promote import write_at_best_threshold

PROJECT: Final = Path(__file__).parents[1]
PROBE: Final = 96
"""Steps of the short training that shows the pace, and the fewest of any."""


def main(argv: Sequence[str] | None = None) -> None:
    """Train, measure, and write the figures and the plot."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data-root", help="folder of the public sets (or DIGIT_DETECTOR_DATA)")
    parser.add_argument("--minutes", type=float, default=10, help="of training for each; by default %(default)s")
    parser.add_argument("--widths", type=float, nargs="+", default=[0.125, 0.25, 0.5], help="by default %(default)s")
    parser.add_argument("--config", type=Path, action="append", default=[], help="over configs/train.yaml")
    parser.add_argument("--validation", type=Path, required=True, help="benchmark folder for the thresholds")
    parser.add_argument("--benchmark", type=Path, default=BUNDLED, help="by default %(default)s")
    parser.add_argument("--repetitions", type=int, default=300, help="of what is timed; by default %(default)s")
    parser.add_argument("--runs", type=Path, default=Path("runs/sizes"), help="folder for the trainings")
    parser.add_argument("--project", type=Path, default=PROJECT, help="the checkout to write")
    arguments = parser.parse_args(argv)
    root = data_root(arguments.data_root).resolve()
    validation, benchmark = load(arguments.validation), load(arguments.benchmark)
    sizes = []
    for width in arguments.widths:
        folder = arguments.runs / str(width)
        scenes_seen, seconds = train(width, arguments.minutes, root, arguments.config, folder)
        network, metadata = read_weights(folder / "runs/checkpoints/last.ckpt")
        onnx = folder / "weights.onnx"
        write_at_best_threshold(network, metadata, onnx, validation)
        parameters = sum(parameter.numel() for parameter in network.parameters())
        sizes.append(
            {
                "width": width,
                "parameters": parameters,
                "scenes": scenes_seen,
                "minutes": round(seconds / 60, 3),
                **detector(onnx, benchmark, arguments.repetitions),
            }
        )
        print(sizes[-1], flush=True)
    report = {
        "machine": machine(),
        "minutes": arguments.minutes,
        "sizes": sizes,
        "bundled": detector(PROJECT / "models/digit-detector.onnx", benchmark, arguments.repetitions),
        "baseline": baseline(benchmark, arguments.repetitions),
    }
    (arguments.project / "models/sizes.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    draw(report, arguments.project / "docs/sizes.png")


def train(width: float, minutes: float, root: Path, configs: Sequence[Path], folder: Path) -> tuple[int, float]:
    """A training of so many minutes into a folder: how many scenes it saw, and how many seconds it took."""
    steps = max(PROBE, round(minutes * 60 / _fit(width, PROBE, root, configs, folder / "probe")))
    seconds = steps * _fit(width, steps, root, configs, folder)
    return steps * _scenes_a_step(folder), seconds


def _fit(width: float, steps: int, root: Path, configs: Sequence[Path], folder: Path) -> float:
    """Train from chance for so many steps, without validation; seconds a step, without what starting took."""
    folder.mkdir(parents=True, exist_ok=True)
    files = [PROJECT / "configs/train.yaml", *(path.resolve() for path in configs)]
    words = [word for path in files for word in ("--config", str(path))]
    words += ["--data.data_root", str(root), "--model.network.width", str(width)]
    words += ["--trainer.max_steps", str(steps), "--trainer.max_epochs", "-1", "--trainer.limit_val_batches", "0"]
    with (folder / "log.txt").open("w", encoding="utf-8") as log:
        command = [sys.executable, "-m", "digit_detector", "fit", *words]
        subprocess.run(command, cwd=folder, stdout=log, stderr=log, check=True)
    logged = max((folder / "runs/tensorboard").iterdir(), key=lambda version: version.stat().st_mtime_ns)
    losses = EventAccumulator(str(logged)).Reload().Scalars("train/loss")
    return float((losses[-1].wall_time - losses[0].wall_time) / (losses[-1].step - losses[0].step))


def _scenes_a_step(folder: Path) -> int:
    """Of all processes of the training in a folder, by the configuration that it wrote."""
    written = max((folder / "runs/csv").glob("*/config.yaml"), key=lambda path: path.stat().st_mtime_ns)
    config = yaml.safe_load(written.read_text(encoding="utf-8"))
    devices = config["trainer"]["devices"]
    return int(config["data"]["init_args"]["batch_size"]) * (devices if isinstance(devices, int) else 1)


def detector(onnx: Path, canvases: Sequence[Canvas], repetitions: int) -> dict[str, float]:
    """Measure weights on the benchmark, and their speed with the threads of the product."""
    return _figures(Detector.load(onnx), canvases) | _timed(onnx, f"--repetitions={repetitions}")


def baseline(canvases: Sequence[Canvas], repetitions: int) -> dict[str, float]:
    """Measure the baseline in the same way."""
    weights = PROJECT / "models/baseline.safetensors"
    return _figures(Baseline.load(weights), canvases) | _timed(weights, "--baseline", f"--repetitions={repetitions}")


def _figures(finder: Detector | Baseline, canvases: Sequence[Canvas]) -> dict[str, float]:
    overall = measure(results(finder, canvases)).figures["overall"]
    return {name: round(overall[name], 4) for name in ("exact", "AP50", "AP50:95")}


def _timed(weights: Path, *options: str) -> dict[str, float]:
    measured = json.loads(child("measure", weights, "--threads=2", *options))
    return {"milliseconds": round(measured["detect"]["p50"], 2)}


def draw(report: dict[str, Any], path: Path) -> None:
    """Plot canvases exactly right over milliseconds."""
    groups = {
        f"YOLOv3 after {report['minutes']:g} minutes": {f"{s['parameters'] / 1e6:.1f} M": s for s in report["sizes"]},
        "the bundled weights": {"bundled": report["bundled"]},
        "the baseline": {"contours and CNN": report["baseline"]},
    }
    figure = Figure(figsize=(6.5, 6), dpi=120, layout="constrained")
    axes = figure.subplots()
    every = [size["milliseconds"] for group in groups.values() for size in group.values()]
    for (title, group), colour in zip(groups.items(), ("3", "0", "2"), strict=True):
        places = {name: (size["milliseconds"], size["exact"]) for name, size in group.items()}
        axes.plot(*zip(*places.values(), strict=True), marker="o", linestyle=":", color=COLOURS[colour], label=title)
        for name, place in places.items():
            axes.annotate(name, place, xytext=(6, -11), textcoords="offset points", fontsize="small")
    low, high = min(every) / 1.5, max(every) * 2
    axes.set(xscale="log", xlim=(low, high), ylim=(None, 1))
    axes.set(xlabel="milliseconds from PNG to detections (p50)", ylabel="canvases exactly right")
    axes.set_xticks([tick for tick in (0.5, 1, 2, 5, 10, 20, 50, 100) if low < tick < high])
    axes.xaxis.set_major_formatter("{x:g}")
    axes.minorticks_off()
    axes.legend(loc="best", fontsize="small")
    figure.savefig(path)


if __name__ == "__main__":
    main()
