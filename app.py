"""What `streamlit run app.py` starts: one process that has loaded everything before the first visitor comes."""

import gc
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from typing import Any, Final

import streamlit as st

from digit_detector.errors import DigitDetectorError
from digit_detector.page import PAGE
from digit_detector.page.api import API
from digit_detector.page.model import load

# What the first visitor would wait for: Streamlit's widgets import pandas, and the canvas needs a running Streamlit.
IMPORTED_BY_THE_PAGE: Final = ("pandas", "streamlit_drawable_canvas", "digit_detector.page.canvas")


@asynccontextmanager
async def prepare(_: st.App) -> AsyncIterator[dict[str, Any] | None]:
    """Load and warm what all visitors share."""
    for name in IMPORTED_BY_THE_PAGE:
        import_module(name)
    try:
        load("auto")
    except DigitDetectorError as error:
        # The page says the same to its visitors, and once it is mended works without a restart.
        logging.getLogger("digit_detector").error("%s", error)
    # Streamlit collects garbage after every run of the page, and need not look at all this each time.
    gc.collect()
    gc.freeze()
    yield None


app = st.App(PAGE, lifespan=prepare, routes=[API])
