"""What `streamlit run app.py` starts: one process that has loaded everything before the first visitor comes."""

import sys

import streamlit as st

from digit_detector.errors import StoreError
from digit_detector.page import PAGE
from digit_detector.page.serving import app_arguments

try:
    app = st.App(PAGE, **app_arguments(st.get_option("server.baseUrlPath")))
except StoreError as error:
    sys.exit(f"The page does not start: {error}")
