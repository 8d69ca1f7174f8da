"""Firefox as distributions ship it, driven by WebDriver BiDi: Playwright's own build cannot be installed everywhere."""

import itertools
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any, Final

from websockets.sync.client import ClientConnection, connect

from support.strokes import Stroke

WAIT: Final = 120.0
"""Seconds after which a command, or what it waits for, counts as failed."""


class Firefox:
    """One tab."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._ids = itertools.count()
        self._call("session.new", capabilities={})
        self._context = self._call("browsingContext.getTree")["contexts"][0]["context"]

    def open(self, url: str) -> None:
        """Load a page."""
        self._call("browsingContext.navigate", context=self._context, url=url, wait="complete")

    def evaluate(self, expression: str) -> Any:
        """Return the string, number or boolean that the expression, or its promise, has as its value."""
        answer = self._call(
            "script.evaluate", expression=expression, target={"context": self._context}, awaitPromise=True
        )
        if answer["type"] == "exception":
            raise RuntimeError(answer["exceptionDetails"]["text"])
        return answer["result"].get("value")

    def wait_for(self, condition: str) -> None:
        """Wait until an expression is true; it is evaluated at each change of the page."""
        self.evaluate(
            f"""new Promise((done) => {{
                  const check = () => ({condition}) && done(true);
                  new MutationObserver(check).observe(document, {{
                    attributes: true, characterData: true, childList: true, subtree: true }});
                  check();
                }})"""
        )

    def stroke(self, on_screen: Stroke) -> None:
        """Lead the mouse, pressed, through these points."""
        moves = [{"type": "pointerMove", "x": round(x), "y": round(y)} for x, y in on_screen.tolist()]
        press, release = ({"type": kind, "button": 0} for kind in ("pointerDown", "pointerUp"))
        mouse = {"type": "pointer", "id": "mouse", "actions": [moves[0], press, *moves[1:], release]}
        self._call("input.performActions", context=self._context, actions=[mouse])

    def _call(self, method: str, **parameters: Any) -> Any:
        number = next(self._ids)
        self._socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:  # events come between the answers
            message = json.loads(self._socket.recv(timeout=WAIT))
            if message.get("id") == number:
                if message["type"] == "error":
                    raise RuntimeError(f"{method}: {message['message']}")
                return message["result"]


@contextmanager
def firefox(profile: Path) -> Iterator[Firefox]:
    """Start Firefox, which `make test` installs, with a fresh profile."""
    program = shutil.which("firefox") or shutil.which("firefox-esr")
    assert program, "no Firefox on this machine: install one"
    command = [program, "--headless", "--remote-debugging-port", "0", "--profile", str(profile), "--no-remote"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        try:
            address = next(match[0] for line in process.stderr if (match := re.search(r"ws://[\d.:]+", line)))
            Thread(target=process.stderr.read).start()  # Firefox would wait for a reader once the pipe is full
            with connect(f"{address}/session", max_size=None, open_timeout=None) as socket:
                yield Firefox(socket)
        finally:
            process.terminate()
