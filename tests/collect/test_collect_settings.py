"""Test where the environment lets drawings be stored."""

from pathlib import Path

import pytest

from digit_detector.collect.collector import Settings
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
def test_settings_from_environment(environment: dict[str, str], settings: Settings | None) -> None:
    assert Settings.from_environment(environment) == settings


def test_postgresql_requires_outbox() -> None:
    with pytest.raises(StoreError, match="DIGIT_DETECTOR_OUTBOX is missing"):
        Settings.from_environment({"DIGIT_DETECTOR_STORE": "postgres://host/x"})
