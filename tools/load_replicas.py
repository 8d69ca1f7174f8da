"""Measure how many visitors one and two replicas of the page serve behind nginx, on this machine alone.

Each replica has one core for itself, as if it had a machine of its own; nginx and the simulated visitors may use all
cores. They compete with the replicas unless the machine has at least four cores. Each replica has the same number of
visitors, give or take one: by nginx's hash alone, two replicas divide 58 visitors as 32 and 26 on average.
"""

import argparse
import asyncio
import os
import re
import sys
from collections.abc import Sequence
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from urllib.request import urlopen

import numpy as np
from load import SATURATING, Figures, State, load, machine, saturate, states
from support.replicas import Replica, run_replicas
from support.wire import source_address

from digit_detector.detect.detector import Detector

TOLERANCE: Final = 0.06
"""Of the number of visitors, as a fraction of the strokes per second at saturation."""


def p95(figures: Figures) -> float:
    """Return the ms within which 95 % of all strokes were answered; infinity if fewer were answered at all."""
    missing = [np.inf] * (figures.strokes - len(figures.seconds))
    return float(np.percentile([*figures.seconds, *missing], 95, method="higher")) * 1000


def pin(replica: Replica, core: int) -> None:
    """Have every thread of a replica run on one core."""
    for thread in Path(f"/proc/{replica.pid}/task").iterdir():
        os.sched_setaffinity(int(thread.name), {core})


def api_requests(replica: Replica) -> float:
    """Return how many requests a replica's API has answered."""
    metrics = urlopen(f"{replica.url}/metrics").read().decode()
    counts = re.findall(r'^digit_detector_requests_total{route="api".*} (\S+)$', metrics, re.MULTILINE)
    return sum(map(float, counts))


def divide(url: str, replicas: Sequence[Replica], count: int) -> list[int]:
    """Return the numbers of `count` visitors whom the proxy sends to the replicas in turn."""
    found: list[list[int]] = [[] for _ in replicas]
    number = 0
    while min(map(len, found)) * len(replicas) < count:
        before = [api_requests(replica) for replica in replicas]
        connection = HTTPConnection(url.removeprefix("http://"), source_address=(source_address(number), 0))
        connection.request("GET", "/api/health")
        connection.getresponse().read()
        connection.close()
        (reached,) = [place for place, old in enumerate(before) if api_requests(replicas[place]) > old]
        found[reached].append(number)
        number += 1
    return [number for turn in zip(*found, strict=False) for number in turn][:count]


def most_visitors(url: str, replicas: Sequence[Replica], drawn: list[State], seconds: int, limit: float) -> int:
    """Return the number of visitors with a stroke per second whose p95 is at most `limit` ms, by bisection."""
    pid = replicas[0].pid
    rate, _ = asyncio.run(saturate(url, pid, drawn, SATURATING, seconds))
    low, high = 0, round(rate) + 1
    numbers = divide(url, replicas, high)
    while high - low > max(1, TOLERANCE * rate):
        middle = (low + high) // 2
        figures, _ = asyncio.run(load(url, pid, drawn, numbers[:middle], seconds))
        within = p95(figures) <= limit and not figures.unanswered and not figures.errors
        print(f"  {middle} visitors: p95 {p95(figures):.0f} ms, {len(figures.errors)} errors", flush=True)
        low, high = (middle, high) if within else (low, middle)
    return low


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=20, help="of each part; there are about ten")
    parser.add_argument("--p95", type=float, default=200, help="ms within which 95 %% of the strokes are answered")
    arguments = parser.parse_args()
    drawn = states(Detector.load(device="cpu", threads=1))
    print(f"machine: {machine()}, shared with nginx and the visitors")
    visitors = []
    for count in (1, 2):
        with TemporaryDirectory() as folder, run_replicas(count, Path(folder), {}) as (url, replicas):
            for core, replica in enumerate(replicas):
                pin(replica, core % (os.cpu_count() or 1))
            visitors.append(most_visitors(url, replicas, drawn, arguments.seconds, arguments.p95))
        print(f"{count} replicas: {visitors[-1]} visitors with p95 at most {arguments.p95:.0f} ms", flush=True)
    if not all(visitors):
        sys.exit("no visitor is served within this p95: the machine is too slow, or busy with something else")
    print(f"ratio: {visitors[1] / visitors[0]:.2f}")


if __name__ == "__main__":
    main()
