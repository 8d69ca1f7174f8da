"""What `streamlit run app.py` starts: one process that has loaded the detector before the first visitor comes."""

import gc
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import streamlit as st

from digit_detector.errors import DigitDetectorError
from digit_detector.page import PAGE
from digit_detector.page.model import load


@asynccontextmanager
async def loaded(_: st.App) -> AsyncIterator[dict[str, Any] | None]:
    try:
        load("auto")
    except DigitDetectorError as error:
        # The page says the same to its visitors; once mended, it works without a restart.
        logging.getLogger("digit_detector").error("%s", error)
    # Streamlit collects garbage after every run of the page; what is loaded by now need not be looked at again.
    gc.collect()
    gc.freeze()
    yield None


app = st.App(PAGE, lifespan=loaded)
