"""Logs as a program reads them."""

import json
import logging

import pytest

from digit_detector.server.app import log_json_lines


def test_each_record_is_one_json_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    logger = logging.getLogger("digit_detector")
    monkeypatch.setattr(logger, "handlers", [])
    log_json_lines()
    log_json_lines()
    logger.warning("%d drawings wait\nfor the store", 3)
    try:
        raise RuntimeError("the sky fell")
    except RuntimeError:
        logging.getLogger("digit_detector.page").exception("error %s", "1f")
    warning, error = map(json.loads, capsys.readouterr().err.splitlines())
    assert warning["message"] == "3 drawings wait\nfor the store"
    assert (warning["level"], warning["logger"]) == ("warning", "digit_detector")
    assert (error["level"], error["logger"], error["message"]) == ("error", "digit_detector.page", "error 1f")
    assert error["traceback"].endswith("RuntimeError: the sky fell")
