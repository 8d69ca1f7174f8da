"""The server's configuration fits what the page tells visitors, and what their browsers send."""

import tomllib
from typing import Any

import numpy as np
from support.server import ROOT
from support.wire import canvas_state

from digit_detector.limits import MAX_SENT_BYTES
from digit_detector.page.components.canvas import MAX_POINTS
from digit_detector.show.texts import Texts


def config(section: str) -> dict[str, Any]:
    sections = tomllib.loads((ROOT / ".streamlit/config.toml").read_text(encoding="utf-8"))
    return dict(sections[section])


def test_privacy_text_fits_settings() -> None:
    server = config("server")
    assert server["disconnectedSessionTTL"] == 120
    for kept in ("notKept", "keptIfAgreed"):
        assert "Two minutes after you close or reload the page" in Texts("en")(f"page.about.privacy.{kept}")


def test_visitors_see_no_tracebacks() -> None:
    assert config("client")["showErrorDetails"] == "none"


def test_largest_picture_fits_widget_state() -> None:
    envelope = 100_000  # the state of everything else on its page
    assert MAX_SENT_BYTES * 4 / 3 + envelope < config("server")["maxWidgetStateSize"] * 1_000_000


def test_largest_drawing_fits_widget_state() -> None:
    points = np.random.default_rng(0).uniform(0, 400, (MAX_POINTS // 100, 100, 2))  # 16 digits each, as no pen makes
    assert len(canvas_state(list(points))) < config("server")["maxWidgetStateSize"] * 1_000_000
