"""Measure the page under load, on this machine alone: one visitor in Chromium, then many over the wire.

Figures mean something on an otherwise idle machine only; the visitors run beside the server, on the same cores.
"""

import argparse
import asyncio
import itertools
import re
import statistics
import sys
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
from support.visitor import Visitor, arrive
from support.wire import Fault, WireVisitor, canvas_state
from websockets import WebSocketException

from digit_detector.page.visit import MAX_PAST

# What the page must keep to on two cores, with 60 clients; memory on Linux.
MOST: Final = {"browser p50 ms": 300, "memory MB": 260, "p95 ms": 250, "errors": 0, "growth %": 5}

SHAPES_IN_ONE: Final = [name for name, lines in SHAPES.items() if len(lines) == 1]
PLACES: Final = [(20 + 130 * column, 25 + 190 * row) for row in range(2) for column in range(3)]
DRAWINGS: Final = MAX_PAST + 1  # different ones, so that a visit's history fills; each of as many strokes as places
SETTLED_SECONDS: Final = 5  # over which memory is averaged
WARM_UP: Final = DRAWINGS * len(PLACES)  # seconds, after which each visit's history is full


@dataclass
class Figures:
    """What was measured so far; seconds."""

    times: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def resident_mb(pid: int) -> float:
    """Resident memory of a process, in MB of a million bytes."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found is not None
    return int(found[1]) * 1024 / 1e6


def browser_times(url: str, count: int) -> list[float]:
    """Seconds from pen up to boxes on the screen, of `count` strokes of one visitor in Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        visitor = arrive(browser, url, "mouse")
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
          const first = () => surface.getRootNode().querySelector(".boxes .box");
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


def drawings() -> list[list[str]]:
    """What the canvas sends after each stroke of each drawing; each stroke is a digit."""
    random = Random(0)
    made = []
    for _ in range(DRAWINGS):
        shapes = random.sample(SHAPES_IN_ONE, len(PLACES))
        lines = [strokes(shape, x, y, 150)[0] for shape, (x, y) in zip(shapes, PLACES, strict=True)]
        made.append([canvas_state(lines[: count + 1]) for count in range(len(lines))])
    return made


async def keep_drawing(
    url: str, states: Sequence[str], begin: int, first: float, last: float, figures: Figures
) -> None:
    """Draw a stroke each second from `first` to `last` (of the loop's clock), clearing where a drawing is done.

    begin: index of the first state; people do not all clear in the same second.
    """
    loop = asyncio.get_running_loop()
    blank = canvas_state([])
    upcoming = itertools.count(begin)
    while loop.time() < last:
        try:
            async with WireVisitor(url) as visitor:
                for index in upcoming:
                    await asyncio.sleep(first + index - begin - loop.time())
                    if loop.time() >= last:
                        return
                    if index > begin and index % len(PLACES) == 0:
                        await visitor.draw(blank, boxes=False)
                    figures.times.append(await visitor.draw(states[index % len(states)]))
        except (Fault, OSError, TimeoutError, WebSocketException) as error:
            figures.errors.append(repr(error))
            await asyncio.sleep(1)


async def load(url: str, pid: int, clients: int, warm_up: float, seconds: float) -> tuple[Figures, float]:
    """What `clients` visitors met with in `seconds` after the warm-up, and meanwhile memory's growth in per cent."""
    loop = asyncio.get_running_loop()
    figures, made = Figures(), drawings()
    start = loop.time() + 1
    end = start + warm_up + seconds
    memory: list[float] = []
    async with asyncio.TaskGroup() as visits:
        for number in range(clients):
            states = [*itertools.chain(*made[number % DRAWINGS :], *made[: number % DRAWINGS])]
            begin, first = number % len(PLACES), start + number / clients
            visits.create_task(keep_drawing(url, states, begin, first, end, figures))
        await asyncio.sleep(start + warm_up - loop.time())
        figures.times.clear()
        while loop.time() < end:
            memory.append(resident_mb(pid))
            await asyncio.sleep(1)
    before, after = statistics.mean(memory[:SETTLED_SECONDS]), statistics.mean(memory[-SETTLED_SECONDS:])
    return figures, 100 * (after / before - 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=60)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--warm-up", type=float, default=WARM_UP, help="seconds before those that count")
    parser.add_argument("--browser-strokes", type=int, default=30, help="of the one visitor in Chromium")
    given = parser.parse_args()
    with TemporaryDirectory() as folder, run_server(ROOT, Path(folder, "log")) as (url, pid):
        browser = statistics.median(browser_times(url, given.browser_strokes)) * 1000
        memory = resident_mb(pid)
        torch = "libtorch" in Path(f"/proc/{pid}/maps").read_text()
        print(f"one visitor in Chromium: p50 {browser:.0f} ms from pen up to boxes on the screen")
        print(f"server with that visitor: {memory:.0f} MB resident, torch {'' if torch else 'not '}loaded", flush=True)
        figures, growth = asyncio.run(load(url, pid, given.clients, given.warm_up, given.seconds))
        print(f"{len(figures.times)} strokes in {given.seconds:g} s, and then {resident_mb(pid):.0f} MB")
    for error in figures.errors[:5]:
        print(error)
    p50, p95 = np.percentile(figures.times, [50, 95]) * 1000
    errors = len(figures.errors)
    found = {"browser p50 ms": browser, "memory MB": memory, "p95 ms": p95, "errors": errors, "growth %": growth}
    missed = [f"{name} {found[name]:.0f}, at most {most}" for name, most in MOST.items() if found[name] > most]
    if missed or torch:
        print("missed:", "; ".join([*missed, *(["torch is loaded"] if torch else [])]), file=sys.stderr)
    print(f"clients {given.clients} p50 {p50:.0f} ms p95 {p95:.0f} ms errors {errors} growth {growth:.1f} %")
    sys.exit(bool(missed or torch))


if __name__ == "__main__":
    main()
