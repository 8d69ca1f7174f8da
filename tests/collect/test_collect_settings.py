"""Where drawings are kept: nowhere unless a setting says so."""

from pathlib import Path

import pytest

from digit_detector.collect.settings import Settings
from digit_detector.errors import StoreError


@pytest.mark.parametrize(
    ("environment", "settings"),
    [
        ({}, None),
        ({"DIGIT_DETECTOR_STORE": " "}, None),
        ({"DIGIT_DETECTOR_STORE": "a/b.db"}, Settings("a/b.db", Path("a/b.db-outbox"))),
        ({"DIGIT_DETECTOR_STORE": "sqlite:////a/b.db"}, Settings("sqlite:////a/b.db", Path("/a/b.db-outbox"))),
        (
            {"DIGIT_DETECTOR_STORE": "postgresql://host/x", "DIGIT_DETECTOR_OUTBOX": "/disk"},
            Settings("postgresql://host/x", Path("/disk")),
        ),
    ],
)
def test_one_setting_is_enough_for_sqlite(environment: dict[str, str], settings: Settings | None) -> None:
    assert Settings.of(environment) == settings


def test_a_server_needs_an_outbox_on_this_machine() -> None:
    with pytest.raises(StoreError, match="DIGIT_DETECTOR_OUTBOX is missing"):
        Settings.of({"DIGIT_DETECTOR_STORE": "postgres://host/x"})
