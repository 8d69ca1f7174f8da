"""Check that an output can be written before the long work that makes it."""

from pathlib import Path

from digit_detector.errors import DataError


def prepare_output(path: Path) -> None:
    """Create the folder of an output file, and check that the file can be written; an existing file stays as it is.

    Raises DataError if it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        existed = path.exists()
        path.open("ab").close()
        if not existed:
            path.unlink()
    except OSError as error:
        raise DataError(f"{path} cannot be written ({error.strerror}): name another output") from error
