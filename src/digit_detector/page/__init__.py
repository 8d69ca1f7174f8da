"""The Streamlit page: thin, and the only room that knows Streamlit."""

from pathlib import Path
from typing import Final

PAGE: Final = Path(__file__).with_name("main.py")
