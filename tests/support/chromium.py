"""Which browser the tests drive; run as a program, it prints the path."""

import os
import shutil
import sys
from pathlib import Path
from typing import Final

from playwright.sync_api import sync_playwright

NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

FLAGS: Final = (
    "--no-sandbox",  # Chromium refuses to run as root, as containers do, with one
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",  # a camera that shows a moving picture
)


def find_chromium() -> str:
    """The path of a Chromium: the one that $CHROMIUM names, the system's, or Playwright's own."""
    if "CHROMIUM" in os.environ:
        return os.environ["CHROMIUM"]
    if found := next(filter(None, map(shutil.which, NAMES)), None):
        return found
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    if Path(own).exists():
        return own
    raise FileNotFoundError(
        "no Chromium: `apt-get install chromium` or `playwright install chromium`, or name one in $CHROMIUM"
    )


if __name__ == "__main__":
    try:
        print(find_chromium())
    except FileNotFoundError as error:
        sys.exit(str(error))
