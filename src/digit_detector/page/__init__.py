"""The Streamlit page, and the only package that imports Streamlit."""

from pathlib import Path
from typing import Final

PAGE: Final = Path(__file__).with_name("main.py")
