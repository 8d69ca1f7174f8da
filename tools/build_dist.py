"""Build dist/*.whl and dist/*.tar.gz; the same commit gives the same bytes.

The sdist of setuptools keeps the checkout's dates, owner and modes, and has a few tests without their helpers, so it is
packed again; the wheel is built from it. setuptools has the version of the lock, since the wheel names it. Without
SOURCE_DATE_EPOCH, the date of the commit is used.
"""

import gzip
import os
import subprocess
import sys
import tarfile
from io import BytesIO
from pathlib import Path

DIST = Path("dist")
LOCK = Path(__file__).parents[1] / "requirements/dev.txt"


def pack_again(sdist: Path, epoch: int) -> None:
    """Rewrite a `.tar.gz` with sorted files, the date `epoch` (seconds since 1970), no owner and no tests."""
    with tarfile.open(sdist) as archive:
        members = [(member, archive.extractfile(member)) for member in archive if "/tests/" not in member.name]
        contents = [(member, source.read()) for member, source in members if source is not None]
    with (
        sdist.open("wb") as file,
        gzip.GzipFile("", "wb", fileobj=file, mtime=epoch) as compressed,
        tarfile.open(fileobj=compressed, mode="w", format=tarfile.PAX_FORMAT) as packed,
    ):
        for member, content in sorted(contents, key=lambda pair: pair[0].name):
            clean = tarfile.TarInfo(member.name)
            clean.size, clean.mtime, clean.mode = len(content), epoch, 0o644
            packed.addfile(clean, BytesIO(content))


def main(options: list[str]) -> None:
    commit_date = ["git", "log", "-1", "--format=%ct"]
    epoch = os.environ.get("SOURCE_DATE_EPOCH") or subprocess.check_output(commit_date, text=True).strip()
    environment = os.environ | {"SOURCE_DATE_EPOCH": epoch}
    command = ["uv", "build", "--quiet", "--python", sys.executable, "--build-constraints", str(LOCK), *options]
    os.umask(0o022)  # of the files unpacked for the wheel, which keeps their modes
    subprocess.run([*command, "--sdist", "--out-dir", str(DIST)], check=True, env=environment)
    (sdist,) = DIST.glob("*.tar.gz")
    pack_again(sdist, int(epoch))
    subprocess.run([*command, "--wheel", "--out-dir", str(DIST), str(sdist)], check=True, env=environment)


if __name__ == "__main__":
    main(sys.argv[1:])
