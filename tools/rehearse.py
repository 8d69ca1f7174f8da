"""Play the Dockerfile's steps through without Docker, then draw on the page that it starts, in a real browser.

The steps run in their order, in fresh directories that stand for the stages, with the files that `.dockerignore` lets
through, and as an unprivileged user. From the `USER` line on nothing there may be written, as in the image, and at the
end it must be as it was. What it cannot show: that the base images have what the steps need, and that the port is open.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from socket import socket
from tempfile import TemporaryDirectory
from typing import Final

from context import build_context, copy_context
from stage import Stage

ROOT: Final = Path(__file__).parents[1]
# A number, its boxes, and an empty canvas again, by mouse and by touch, and a digit on /live, which is ready with two
# threads where the headers let it: the rest is tested on the checkout's own page.
DRAWING: Final = (
    *("tests/browser/test_drawing.py", "tests/browser/live/test_live_beside.py"),
    *("-k", "number or box or clear or test_live_beside"),
)


def instructions(dockerfile: str) -> Iterator[tuple[str, str]]:
    """The lines of a Dockerfile, each as instruction and rest, without comments and with broken lines joined."""
    lines = "\n".join(line for line in dockerfile.splitlines() if not line.startswith("#"))
    for line in lines.replace("\\\n", " ").splitlines():
        if line.strip():
            instruction, words = line.split(maxsplit=1)
            yield instruction, words


def _state(folder: Path) -> dict[Path, tuple[int, int]]:
    stats = ((path, path.lstat()) for path in folder.rglob("*"))
    return {path.relative_to(folder): (stat.st_mtime_ns, stat.st_size) for path, stat in stats}


def _free_port() -> int:
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def build(context: Path, place: Path, stages: dict[str, Stage]) -> Stage:
    """Play the whole Dockerfile; each stage stands in `stages` as soon as it is begun. Returns the last one."""
    for instruction, words in instructions((ROOT / "Dockerfile").read_text()):
        start = time.monotonic()
        if instruction == "FROM":
            base, _, name = words.partition(" AS ")
            # A stage that goes on from another takes its directory over: none here branches.
            stage = stages[base] if base in stages else Stage(base, context, place / (name or "image"))
            stages[name or "image"] = stage
        else:
            stage.play(instruction, words, stages)
        print(f"{time.monotonic() - start:5.1f} s  {instruction} {' '.join(words.split())[:90]}", flush=True)
    return stage


def main() -> None:
    with TemporaryDirectory(prefix="rehearsal-") as place:
        Path(place).chmod(0o755)
        context = Path(place, "context")
        copy_context(ROOT, context)
        print(f"context: {len(build_context(ROOT))} files")
        stages: dict[str, Stage] = {}
        try:
            image = build(context, Path(place), stages)
            print("version:", image.run("digit-detector", "--version").stdout.strip())
            before = _state(image.image)
            port = _free_port()
            with image.started(port) as seconds:
                print(f"healthy after {seconds:.1f} s; drawing", flush=True)
                environment = os.environ | {"PAGE_URL": f"http://127.0.0.1:{port}"}
                subprocess.run([sys.executable, "-m", "pytest", "-q", *DRAWING], cwd=ROOT, env=environment, check=True)
            if changed := {path for path, _ in before.items() ^ _state(image.image).items()}:
                sys.exit(f"the running page wrote {', '.join(map(str, sorted(changed)))}")
        finally:
            for stage in stages.values():
                stage.release()


if __name__ == "__main__":
    main()
