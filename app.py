"""What `streamlit run app.py` starts: one process that has loaded everything before the first visitor comes."""

import ctypes
import gc
import logging
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from typing import Any, Final

import streamlit as st
from starlette.middleware import Middleware

from digit_detector.errors import DigitDetectorError, StoreError
from digit_detector.limits import PAUSE_SECONDS, RUN_SECONDS
from digit_detector.page import PAGE
from digit_detector.page.giving import collector
from digit_detector.page.messages import ends_run, stroke_key
from digit_detector.server.app import middleware, routes
from digit_detector.server.model import load
from digit_detector.server.newest_first import NewestFirst

# What the first visitor would wait for: Streamlit's widgets import pandas, and the canvas needs a running Streamlit.
IMPORTED_BY_THE_PAGE: Final = ("pandas", "streamlit_drawable_canvas", "digit_detector.page.draw")

M_ARENA_MAX: Final = -8  # of glibc's malloc.h

try:
    COLLECTOR: Final = collector()
except StoreError as error:
    sys.exit(f"The page does not start: {error}")


@asynccontextmanager
async def prepare(_: st.App) -> AsyncIterator[dict[str, Any] | None]:
    """Load and warm what all visitors share."""
    for name in IMPORTED_BY_THE_PAGE:
        import_module(name)
    try:
        load("auto")
    except DigitDetectorError as error:
        # The page says the same to its visitors, and once it is fixed works without a restart.
        logging.getLogger("digit_detector").error("%s", error)
    if COLLECTOR is not None:
        COLLECTOR.start()
    # What was loaded stays, and no collection of garbage need walk it.
    gc.collect()
    gc.freeze()
    if sys.platform == "linux" and hasattr(libc := ctypes.CDLL(None), "malloc_trim"):
        libc.malloc_trim(0)  # glibc else keeps what loading alone has needed, some 30 MB
        libc.mallopt(M_ARENA_MAX, 2)  # each stroke runs in a thread of its own, and would leave a heap behind
    yield None
    if COLLECTOR is not None:
        COLLECTOR.close()


# As Streamlit's own routes move with `--server.baseUrlPath`.
BASE_PATH: Final = "/" + path if (path := str(st.get_option("server.baseUrlPath")).strip("/")) else ""

NEWEST_FIRST: Final = Middleware(
    NewestFirst,
    runs=(os.cpu_count() or 1) + 1,
    key=stroke_key,
    ends_run=ends_run,
    run_seconds=RUN_SECONDS,
    pause_seconds=PAUSE_SECONDS,
)

app = st.App(PAGE, lifespan=prepare, routes=routes(BASE_PATH), middleware=[*middleware(), NEWEST_FIRST])
