"""Keep confirmed drawings on the local disk while the store is down."""

import hashlib
import json
import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import uuid4

from digit_detector.drawing import Drawing, from_json, to_json
from digit_detector.errors import StoreError

_SUFFIX: Final = ".drawing"
_PARTIAL: Final = ".part"
_ABANDONED_SECONDS: Final = 3600

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class PendingDrawing:
    """Hold a drawing of the outbox, and the hash of its receipt."""

    drawing: Drawing
    receipt: str


class Outbox:
    """Manage a folder with a file per drawing, which several processes may share.

    Every method raises StoreError if the folder cannot be used; nothing has changed then.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, pending: PendingDrawing) -> None:
        """Write a drawing durably: after this returns, it survives a crash or power failure."""
        # The key "record" is part of the file format.
        header = {"receipt": pending.receipt, "record": to_json(pending.drawing)}
        content = json.dumps(header).encode() + b"\n" + pending.drawing.read()
        target = self._file(pending.drawing.id)
        partial = target.with_suffix(f".{uuid4().hex}{_PARTIAL}")
        with self._convert_errors():
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            existed = target.exists()
            try:
                with partial.open("xb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
                partial.replace(target)
            except BaseException:
                partial.unlink(missing_ok=True)
                raise
            try:
                self._sync_folder()
            except BaseException:
                if not existed:  # otherwise an earlier call has confirmed it
                    target.unlink(missing_ok=True)
                raise

    def count(self) -> int:
        """Return the number of drawings."""
        with self._convert_errors():
            return sum(1 for _ in self._folder.glob(f"*{_SUFFIX}"))

    def pending(self) -> Iterator[PendingDrawing]:
        """Yield all drawings in any order, each read on demand.

        A file that cannot be read is logged and kept, and does not block the others.
        """
        with self._convert_errors():
            paths = list(self._folder.glob(f"*{_SUFFIX}"))
        for path in paths:
            try:
                head, _, image = path.read_bytes().partition(b"\n")
                header = json.loads(head)
                pending = PendingDrawing(from_json(header["record"], image), header["receipt"])
            except FileNotFoundError:
                continue  # another process has delivered it
            except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
                _log.error("%s cannot be read as a drawing (%s): inspect it, then delete it", path, error)
                continue
            yield pending

    def remove(self, drawing_id: str) -> None:
        """Remove the drawing with this ID, if present."""
        with self._convert_errors():
            self._file(drawing_id).unlink(missing_ok=True)

    def remove_partial_files(self) -> None:
        """Remove old partial files of killed processes, which nobody was told are stored."""
        with self._convert_errors():
            for path in self._folder.glob(f"*{_PARTIAL}"):
                with suppress(FileNotFoundError):  # another thread or process has completed it
                    if time.time() - path.stat().st_mtime > _ABANDONED_SECONDS:
                        path.unlink()

    def _file(self, drawing_id: str) -> Path:
        return self._folder / (hashlib.sha256(drawing_id.encode()).hexdigest()[:32] + _SUFFIX)

    def _sync_folder(self) -> None:
        if os.name == "nt":  # Windows cannot open folders, and syncs names itself
            return
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    @contextmanager
    def _convert_errors(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise StoreError(f"the outbox {self._folder} cannot be used ({error.strerror or error})") from error
