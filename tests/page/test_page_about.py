"""What is said of visitors' pictures is what the server is told to do with them."""

import tomllib

from support.server import ROOT

from digit_detector.limits import MAX_FILE_BYTES
from digit_detector.page.about import ASKED, KEPT


def test_what_visitors_are_told_is_how_the_server_is_set_up() -> None:
    server = tomllib.loads((ROOT / ".streamlit/config.toml").read_text(encoding="utf-8"))["server"]
    assert server["maxUploadSize"] * 2**20 == MAX_FILE_BYTES
    assert server["disconnectedSessionTTL"] == 120
    for text in (KEPT, ASKED):
        assert "Two minutes after you close or reload the page" in " ".join(text.split())
