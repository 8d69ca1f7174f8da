"""Detect in a folder on a Dask cluster: each task is one shard, and its lines are written as soon as it is done.

The folder must be at the same path on every machine, as on shared storage. Without --scheduler, processes of this
machine do the work.
"""

import argparse
import subprocess
import sys
from pathlib import Path

from dask.distributed import Client, LocalCluster, as_completed


def detect_shard(shard: int, shards: int, folder: str) -> str:
    """Return the JSON lines of every `shards`-th picture; those of pictures that cannot be read name the error."""
    if not Path(folder).is_dir():
        raise FileNotFoundError(f"{folder} is no folder of this machine: name shared storage")
    command = [sys.executable, "-m", "digit_detector", "detect", folder, "--format", "ndjson"]
    done = subprocess.run([*command, "--shard", f"{shard}/{shards}"], capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):  # 1: some pictures could not be read; below 0: ended by a signal
        raise RuntimeError(f"shard {shard} of {shards} ended with {done.returncode}: {done.stderr}")
    return done.stdout


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("output", type=Path, help="the ndjson file to write")
    parser.add_argument("--scheduler", help="address of the cluster, such as tcp://host:8786")
    parser.add_argument("--workers", type=int, default=2, help="processes of this machine (default: %(default)s)")
    parser.add_argument("--shards", type=int, default=16, help="tasks; several for each process balance the load")
    arguments = parser.parse_args()
    cluster = arguments.scheduler or LocalCluster(
        n_workers=arguments.workers, threads_per_worker=1, dashboard_address=None
    )
    with Client(cluster) as client, arguments.output.open("w", encoding="utf-8") as output:
        tasks = client.map(
            detect_shard, range(1, arguments.shards + 1), shards=arguments.shards, folder=str(arguments.folder)
        )
        for _, lines in as_completed(tasks, with_results=True):
            output.write(lines)


if __name__ == "__main__":
    main()
