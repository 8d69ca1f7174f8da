"""Confirmed drawings on this machine's disk, as long as the store cannot take them."""

import hashlib
import json
import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import uuid4

from digit_detector.drawing import Drawing, from_json, to_json
from digit_detector.errors import StoreError

_SUFFIX: Final = ".drawing"
_UNFINISHED: Final = ".part"
_ABANDONED_SECONDS: Final = 3600

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Waiting:
    """A drawing in the outbox, with the hash of its receipt."""

    record: Drawing
    receipt: str


class Outbox:
    """A folder with a file for each drawing; several processes may share it.

    Every method raises StoreError where the folder cannot be used; then nothing has changed.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, waiting: Waiting) -> None:
        """Write a drawing down for good: once this returns, neither a crash nor a loss of power takes it away."""
        facts = {"receipt": waiting.receipt, "record": to_json(waiting.record)}
        content = json.dumps(facts).encode() + b"\n" + waiting.record.read()
        target = self._file(waiting.record.id)
        unfinished = target.with_suffix(f".{uuid4().hex}{_UNFINISHED}")
        with self._said():
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                with unfinished.open("xb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
                unfinished.replace(target)
            except BaseException:
                unfinished.unlink(missing_ok=True)
                raise
            self._write_down_names()

    def waiting(self) -> Iterator[Waiting]:
        """All drawings here, in no order; each is read when it is asked for.

        A file that cannot be read is logged and stays where it is, and keeps none of the others waiting.
        """
        with self._said():
            paths = list(self._folder.glob(f"*{_SUFFIX}"))
        for path in paths:
            try:
                head, _, image = path.read_bytes().partition(b"\n")
                facts = json.loads(head)
                waiting = Waiting(from_json(facts["record"], image), facts["receipt"])
            except FileNotFoundError:
                continue  # another process has delivered it
            except (OSError, ValueError, KeyError, TypeError) as error:
                _log.error("%s cannot be read as a drawing (%s): look at it, then remove it", path, error)
                continue
            yield waiting

    def remove(self, name: str) -> None:
        """Remove the drawing of this id, if it is here."""
        with self._said():
            self._file(name).unlink(missing_ok=True)

    def tidy(self) -> None:
        """Remove what a process that was killed has left unfinished: no one was told that it is kept."""
        with self._said():
            for path in self._folder.glob(f"*{_UNFINISHED}"):
                if time.time() - path.stat().st_mtime > _ABANDONED_SECONDS:
                    path.unlink(missing_ok=True)

    def _file(self, name: str) -> Path:
        return self._folder / (hashlib.sha256(name.encode()).hexdigest()[:32] + _SUFFIX)

    def _write_down_names(self) -> None:
        if os.name == "nt":  # which opens no folder, and writes names down by itself
            return
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    @contextmanager
    def _said(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise StoreError(f"the outbox {self._folder} cannot be used ({error.strerror or error})") from error
