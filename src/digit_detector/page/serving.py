"""The page's server, as `streamlit run app.py` and `digit-detector serve` start it."""

import logging
import os
import tomllib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import streamlit as st
from starlette.middleware import Middleware

from digit_detector.errors import DigitDetectorError
from digit_detector.limits import PAUSE_SECONDS, RUN_SECONDS
from digit_detector.page import PAGE
from digit_detector.page.contribute.contribution import collector
from digit_detector.page.messages import ends_run, stroke_key
from digit_detector.server.app import log_json_lines, middleware, routes, settle_memory
from digit_detector.server.model import load
from digit_detector.server.newest_first import NewestFirst

# What the first visitor would wait for: Streamlit's widgets import pandas, and components need a running Streamlit.
_IMPORTED_BY_THE_PAGE: Final = ("pandas", "digit_detector.page.views.draw")

# In the wheel, and in a checkout, where `streamlit run app.py` reads the same file.
_SETTINGS: Final = (Path(__file__).parent / "streamlit/config.toml", PAGE.parents[3] / ".streamlit/config.toml")


def app_arguments(base_path: str) -> dict[str, Any]:
    """Return the arguments of `st.App` besides the page, for a path such as `digits` that all addresses begin with.

    Raises:
        StoreError: unfit settings of the store.
    """
    kept = collector()
    newest_first = Middleware(
        NewestFirst,
        runs=(os.cpu_count() or 1) + 1,
        key=stroke_key,
        ends_run=ends_run,
        run_seconds=RUN_SECONDS,
        pause_seconds=PAUSE_SECONDS,
    )
    return {
        "lifespan": _lifespan,
        "routes": routes(base_path, kept.count_waiting if kept else lambda: 0),
        "middleware": [*middleware(), newest_first],
    }


def run(host: str, port: int, base_path: str) -> None:
    """Serve the page until the process is asked to end; raise StoreError for unfit settings of the store."""
    address = {"server.address": host, "server.port": port, "server.baseUrlPath": base_path}
    settings = next(path for path in _SETTINGS if path.is_file())
    options = _flatten(tomllib.loads(settings.read_text(encoding="utf-8")))
    st.App(PAGE, **app_arguments(base_path)).run(config=options | address)


@asynccontextmanager
async def _lifespan(_: st.App) -> AsyncIterator[dict[str, Any] | None]:
    """Load and warm what all visitors share, before the first one comes."""
    log_json_lines()
    for name in _IMPORTED_BY_THE_PAGE:
        import_module(name)
    try:
        load("auto")
    except DigitDetectorError as error:
        # The page shows the same to its visitors, and works without a restart once it is fixed.
        logging.getLogger("digit_detector").error("%s", error)
    kept = collector()
    if kept is not None:
        kept.start()
    settle_memory()
    yield None
    if kept is not None:
        kept.close()


def _flatten(table: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """Return a TOML table's values by dotted name, such as `server.port`."""
    flat: dict[str, Any] = {}
    for name, value in table.items():
        flat |= _flatten(value, f"{prefix}{name}.") if isinstance(value, dict) else {f"{prefix}{name}": value}
    return flat
