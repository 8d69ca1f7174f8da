"""Structured logs: one JSON object per line on standard error, with neither drawings nor visitors' addresses."""

import json
import logging
from datetime import UTC, datetime


class _JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            entry["traceback"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=False)


def log_json_lines() -> None:
    """Have this package log so; the loggers of libraries stay as they are."""
    handler = logging.StreamHandler()
    handler.setFormatter(_JsonLines())
    logging.getLogger("digit_detector").handlers = [handler]
