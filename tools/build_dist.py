"""Build dist/*.whl and dist/*.tar.gz; the same commit gives the same bytes.

The wheel follows SOURCE_DATE_EPOCH by itself. The sdist of setuptools keeps the checkout's dates and owner, and has a
few tests without their helpers, so it is packed again. Without SOURCE_DATE_EPOCH, the date of the commit is used.
"""

import gzip
import os
import subprocess
import sys
import tarfile
from io import BytesIO
from pathlib import Path

DIST = Path("dist")


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
    command = ["uv", "build", "--quiet", "--python", sys.executable, "--out-dir", str(DIST), *options]
    subprocess.run(command, check=True, env=os.environ | {"SOURCE_DATE_EPOCH": epoch})
    for sdist in DIST.glob("*.tar.gz"):
        pack_again(sdist, int(epoch))


if __name__ == "__main__":
    main(sys.argv[1:])
