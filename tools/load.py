"""Measure the page under load, on this machine alone: one visitor in Chromium, then many over the wire.

The visitors run beside the server, on the same cores. Times mean something on an otherwise idle machine only; the ratio
of CPU times holds on a busy one, too.
"""

import argparse
import asyncio
import itertools
import os
import platform
import re
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np
from playwright.sync_api import sync_playwright
from support.chromium import FLAGS, find_chromium
from support.server import ROOT, run_server
from support.strokes import SHAPES, strokes
from support.visitor import DESKTOP, Visitor, arrive
from support.wire import PATIENCE, PEN, Fault, WireVisitor, canvas_state
from websockets import WebSocketException

from digit_detector.detect.detector import Detector
from digit_detector.detect.images import Pixels
from digit_detector.drawing import Stroke
from digit_detector.page.components.canvas import rasterize

# What the page must keep to: milliseconds on two quiet cores, memory on Linux.
MOST: Final = {
    "browser p50 ms": 300,
    "memory MB": 240,
    "CPU ratio": 2.2,
    "overload p95 ms": 400,
    "unanswered": 0,
    "errors": 0,
    "growth %": 5,
}

SHAPES_IN_ONE: Final = [name for name, lines in SHAPES.items() if len(lines) == 1]
PLACES: Final = [(20 + 130 * column, 25 + 190 * row) for row in range(2) for column in range(3)]
DRAWINGS: Final = 13  # different ones, each of as many strokes as places
SETTLED_SECONDS: Final = 5  # over which memory is averaged
SATURATING: Final = 16  # visitors who draw without a pause


@dataclass(frozen=True)
class State:
    """What the canvas sends after a stroke, and the reading that the page then shows."""

    message: str
    picture: Pixels
    reading: str


@dataclass
class Figures:
    """What visitors met with."""

    seconds: list[float] = field(default_factory=list)
    """From a stroke to its answer."""
    strokes: int = 0
    unanswered: int = 0
    """Visitors whose last stroke has no answer."""
    errors: list[str] = field(default_factory=list)

    def line(self, visitors: int) -> str:
        """Return one line for people."""
        p50, p95 = np.percentile(self.seconds, [50, 95]) * 1000
        answered = f"{len(self.seconds)} of {self.strokes} strokes answered"
        return f"{visitors} visitors with a stroke per second: p50 {p50:.0f} ms, p95 {p95:.0f} ms, {answered}"


def resident_mb(pid: int) -> float:
    """Return a process's resident memory, in MB of a million bytes."""
    match = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert match is not None
    return int(match[1]) * 1024 / 1e6


def cpu_seconds(pid: int) -> float:
    """Return the CPU time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def machine() -> str:
    """Describe the processor."""
    info = Path("/proc/cpuinfo").read_text()
    model = re.search(r"model name\s*: (.+)", info)
    vectors = "AVX-512" if "avx512f" in info else "AVX2" if "avx2" in info else "no AVX2"
    return f"{model[1] if model else platform.processor()}, {os.cpu_count()} cores, {vectors}"


def browser_seconds(url: str, count: int) -> list[float]:
    """Measure pen up to boxes on the screen, for `count` strokes of one visitor in Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        visitor = arrive(browser.new_context(**DESKTOP).new_page(), url)
        times = []
        for index in range(count):
            if index and index % len(PLACES) == 0:
                visitor.press("Clear")
                visitor.expect_reading("")
            shape, place = SHAPES_IN_ONE[index % len(SHAPES_IN_ONE)], PLACES[index % len(PLACES)]
            times.append(_browser_time(visitor, shape, *place))
        browser.close()
    return times


def _browser_time(visitor: Visitor, shape: str, x: float, y: float) -> float:
    visitor.page.locator("canvas.upper-canvas").evaluate(
        """(surface) => {
          const first = () => surface.getRootNode().querySelector(".boxes:not(.stale) .box");
          const before = first();
          window.shown = new Promise((done) => {
            document.addEventListener("mouseup", () => {
              const start = performance.now();
              const look = () => first() && first() !== before
                ? requestAnimationFrame(() => done(performance.now() - start)) : requestAnimationFrame(look);
              look();
            }, { capture: true, once: true });
          });
        }"""
    )
    visitor.draw(shape, x, y, height=150)
    return float(visitor.page.evaluate("window.shown")) / 1000


def states(detector: Detector) -> list[State]:
    """Return what the canvas sends for drawings of six digits, stroke by stroke, with readings that all differ."""
    random = Random(0)
    made: dict[str, State] = {}
    for _ in range(DRAWINGS):
        shapes = random.sample(SHAPES_IN_ONE, len(PLACES))
        lines = [strokes(shape, x, y, 150)[0] for shape, (x, y) in zip(shapes, PLACES, strict=True)]
        for count in range(1, len(lines) + 1):
            message = canvas_state(lines[:count])
            pen_strokes = [Stroke(tuple(map(tuple, line.tolist())), PEN) for line in lines[:count]]
            picture = rasterize(pen_strokes)
            reading = detector.detect(picture).reading()
            made.setdefault(reading, State(message, picture, reading))
    return list(made.values())


def detection_cpu(detector: Detector, pictures: Sequence[Pixels]) -> float:
    """Return the CPU seconds of one detection, on one thread."""
    start = time.process_time()
    for picture in pictures:
        detector.detect(picture)
    return (time.process_time() - start) / len(pictures)


async def saturate(url: str, pid: int, drawn: Sequence[State], visitors: int, seconds: float) -> tuple[float, float]:
    """Have visitors draw without a pause; return strokes per second, and the server's CPU seconds per stroke."""
    opened = asyncio.Barrier(visitors + 1)
    loop = asyncio.get_running_loop()

    async def draw(number: int) -> int:
        async with WireVisitor(url, number) as visitor:
            await opened.wait()
            end = loop.time() + seconds
            for count in itertools.count():
                if loop.time() >= end:
                    break
                await visitor.draw(drawn[(number + count) % len(drawn)].message)
            return count

    tasks = [asyncio.create_task(draw(number * len(PLACES))) for number in range(visitors)]
    await opened.wait()
    start, used = loop.time(), cpu_seconds(pid)
    count = sum(await asyncio.gather(*tasks))
    return count / (loop.time() - start), (cpu_seconds(pid) - used) / count


async def load(
    url: str, pid: int, drawn: Sequence[State], numbers: Sequence[int], strokes: int
) -> tuple[Figures, float]:
    """Have the visitors with these numbers draw a stroke each second; return what they met with, and memory's growth.

    Growth is in per cent, over the last two thirds of the time: with its first strokes each session takes about a
    megabyte.
    """
    opened = asyncio.Barrier(len(numbers) + 1)
    figures = Figures()
    memory: list[float] = []

    async def watch_memory() -> None:
        while True:
            memory.append(resident_mb(pid))
            await asyncio.sleep(1)

    async with asyncio.TaskGroup() as visits:
        for place, number in enumerate(numbers):
            upcoming = [drawn[(place * len(PLACES) + count) % len(drawn)] for count in range(strokes)]
            visitor = WireVisitor(url, number)
            visits.create_task(_visit(visitor, upcoming, place / len(numbers), opened, figures))
        await opened.wait()
        watching = asyncio.create_task(watch_memory())
    watching.cancel()
    settled = memory[len(memory) // 3 :]
    before, after = statistics.mean(settled[:SETTLED_SECONDS]), statistics.mean(settled[-SETTLED_SECONDS:])
    return figures, 100 * (after / before - 1)


async def _visit(
    visitor: WireVisitor, upcoming: Sequence[State], delay: float, opened: asyncio.Barrier, figures: Figures
) -> None:
    """Draw a stroke each second, whether or not the one before is answered.

    An answer tells by its reading for which stroke it is; the strokes before that one are skipped.
    """
    loop = asyncio.get_running_loop()
    waiting: dict[str, float] = {}  # time by reading, in the order in which they were sent
    answered = asyncio.Event()

    async def receive() -> None:
        while True:
            reading = await visitor.next_reading()
            if reading not in waiting:
                continue
            figures.seconds.append(loop.time() - waiting[reading])
            while next(iter(waiting)) != reading:
                del waiting[next(iter(waiting))]
            del waiting[reading]
            if not waiting:
                answered.set()

    async with visitor:
        await opened.wait()
        try:
            start = loop.time() + delay
            receiver = asyncio.create_task(receive())
            for count, state in enumerate(upcoming):
                await asyncio.sleep(start + count - loop.time())
                answered.clear()
                waiting.pop(state.reading, None)
                waiting[state.reading] = loop.time()
                figures.strokes += 1
                await visitor.send(state.message)
            async with asyncio.timeout(PATIENCE):
                await answered.wait()
            receiver.cancel()
        except TimeoutError:
            figures.unanswered += 1
        except (Fault, OSError, WebSocketException) as error:
            figures.errors.append(repr(error))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=60, help="of each part")
    parser.add_argument("--browser-strokes", type=int, default=30, help="of the one visitor in Chromium")
    arguments = parser.parse_args()
    detector = Detector.load(device="cpu", threads=1)
    drawn = states(detector)
    pictures = [state.picture for state in drawn]
    print(f"machine: {machine()}, shared with the visitors")
    with TemporaryDirectory() as folder, run_server(ROOT, Path(folder, "log")) as (url, pid):
        browser = statistics.median(browser_seconds(url, arguments.browser_strokes)) * 1000
        memory = resident_mb(pid)
        torch = "libtorch" in Path(f"/proc/{pid}/maps").read_text()
        print(f"one visitor in Chromium: p50 {browser:.0f} ms from pen up to boxes on the screen")
        print(f"server with that visitor: {memory:.0f} MB resident, torch {'' if torch else 'not '}loaded", flush=True)
        before = detection_cpu(detector, pictures)
        rate, server = asyncio.run(saturate(url, pid, drawn, SATURATING, arguments.seconds))
        detection = (before + detection_cpu(detector, pictures)) / 2
        ratio = server / detection
        print(
            f"CPU per stroke: server {server * 1000:.1f} ms, one detection on one thread {detection * 1000:.1f} ms, "
            f"ratio {ratio:.2f}"
        )
        print(f"saturation: {rate:.0f} strokes per second", flush=True)
        half, twice = max(1, round(rate / 2)), max(2, round(rate * 2))
        quiet, _ = asyncio.run(load(url, pid, drawn, range(half), arguments.seconds))
        print(quiet.line(half), flush=True)
        overload, growth = asyncio.run(load(url, pid, drawn, range(twice), arguments.seconds))
        print(overload.line(twice))
        print(f"memory: {resident_mb(pid):.0f} MB, growth {growth:.1f} % meanwhile")
    errors = quiet.errors + overload.errors
    for error in errors[:5]:
        print(error)
    figures = {
        "browser p50 ms": browser,
        "memory MB": memory,
        "CPU ratio": ratio,
        "overload p95 ms": float(np.percentile(overload.seconds, 95)) * 1000,
        "unanswered": quiet.unanswered + overload.unanswered,
        "errors": len(errors),
        "growth %": growth,
    }
    missed = [f"{name} {figures[name]:.4g}, at most {most}" for name, most in MOST.items() if figures[name] > most]
    if torch:
        missed.append("torch is loaded")
    if missed:
        print("missed:", "; ".join(missed), file=sys.stderr)
    sys.exit(bool(missed))


if __name__ == "__main__":
    main()
