"""Publish the page as a Docker Space on Hugging Face, and wait until it answers there.

The Space gets what the Docker build needs and nothing else; what lies there besides is deleted, and where nothing has
changed nothing is committed. Access comes from the environment: HF_OIDC_RESOURCE=spaces/OWNER/NAME in a job that is a
Trusted Publisher of the Space (https://huggingface.co/docs/hub/trusted-publishers), else HF_TOKEN.
"""

import argparse
import sys
import time
from collections import deque
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from urllib.request import urlopen

from context import build_context, copy_context
from files import unfit
from huggingface_hub import HfApi

ROOT: Final = Path(__file__).parents[1]
ALSO: Final = (Path("Dockerfile"), Path(".dockerignore"))  # what builds, beside what is built from

BUILDING: Final = ("BUILDING", "RUNNING_BUILDING", "APP_STARTING", "RUNNING_APP_STARTING")
FAILED: Final = ("NO_APP_FILE", "CONFIG_ERROR", "BUILD_ERROR", "RUNTIME_ERROR", "STOPPED", "PAUSED", "DELETING")
LOG_LINES: Final = 60


class SpaceError(Exception):
    """The Space does not run what was published."""


def upload(api: HfApi, space: str, root: Path) -> bool:
    """Make the Space's files those of a checkout; returns whether anything changed.

    Raises SpaceError where a file is unfit for it; nothing is uploaded then.
    """
    if refused := unfit(root / path for path in (*build_context(root), *ALSO)):
        raise SpaceError("\n".join(refused))
    before = api.space_info(space).sha
    with TemporaryDirectory() as folder:
        copy_context(root, Path(folder))
        for path in ALSO:
            Path(folder, path).write_bytes((root / path).read_bytes())
        commit = api.upload_folder(
            repo_id=space, repo_type="space", folder_path=folder, delete_patterns="*", commit_message="Publish"
        )
    return commit.oid != before


def wait(
    api: HfApi,
    space: str,
    *,
    changed: bool,
    start_seconds: float = 60,
    build_seconds: float = 1200,
    pause: float = 2,
) -> None:
    """Return once the Space answers at its health address.

    Args:
        changed: whether a new build is to come; until it begins, the old page goes on answering.
        start_seconds: for the build to begin.
        build_seconds: from then on.
        pause: seconds between two looks at it.

    Raises SpaceError, with the end of the logs, when it fails or time is up.
    """
    health = f"{api.space_info(space).host}/_stcore/health"
    start = time.monotonic()
    while changed and time.monotonic() < start + start_seconds and _stage(api, space) not in BUILDING:
        time.sleep(pause)
    start = time.monotonic()
    while (stage := _stage(api, space)) not in FAILED and time.monotonic() < start + build_seconds:
        if stage not in BUILDING and _healthy(health):
            return
        time.sleep(pause)
    logs = [_tail(api, space, build=build) for build in (True, False)]
    raise SpaceError(f"{space} is {stage} and does not answer at {health}\n" + "\n".join(logs))


def _stage(api: HfApi, space: str) -> str:
    return str(api.get_space_runtime(space).raw["stage"])


def _healthy(url: str) -> bool:
    try:
        with urlopen(url, timeout=10) as answer:
            return bool(answer.read() == b"ok")  # a Space that wakes up answers with a page of its own meanwhile
    except OSError:
        return False


def _tail(api: HfApi, space: str, *, build: bool) -> str:
    lines = deque(api.fetch_space_logs(space, build=build), maxlen=LOG_LINES)
    return "\n".join([f"--- {'build' if build else 'run'} log", *map(str.rstrip, lines)])


def main() -> None:
    parser = argparse.ArgumentParser(description="Publish the page as a Docker Space, and wait until it answers.")
    parser.add_argument("space", help="OWNER/NAME of a Space that exists")
    space = parser.parse_args().space
    api = HfApi()
    try:
        changed = upload(api, space, ROOT)
        print(f"{space}: {'published' if changed else 'nothing has changed'}; waiting for its answer", flush=True)
        wait(api, space, changed=changed)
    except SpaceError as error:
        sys.exit(str(error))
    print(f"{space}: answers")


if __name__ == "__main__":
    main()
