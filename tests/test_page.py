"""The page's script, run as Streamlit runs it, without a browser."""

import subprocess
import sys

SCRIPT = """
import sys
from streamlit.testing.v1 import AppTest
from digit_detector.page import PAGE

test = AppTest.from_file(str(PAGE))
test.session_state["device"] = "cpu"
test.run(timeout=60)
assert not test.exception, test.exception
print([name for name in ("torch", "torchvision", "lightning", "albumentations", "imgaug") if name in sys.modules])
"""


def test_the_page_needs_nothing_that_trains() -> None:
    run = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False)
    assert run.stdout.splitlines()[-1:] == ["[]"], run.stderr
