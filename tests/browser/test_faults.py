"""What the page says when its weights are missing or damaged, and when detection fails."""

from pathlib import Path
from shutil import copy, copytree, ignore_patterns
from urllib.parse import urlsplit

import numpy as np
import onnx
import pytest
from playwright.sync_api import expect
from support.server import ROOT, serve
from support.visitor import Arrive

SOURCE = ROOT / "models/digit-detector.onnx"
WEIGHTS = "src/digit_detector/models/digit-detector.onnx"  # of a checkout that shadows the installed package


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what serves, without weights."""
    copytree(ROOT / "src", tmp_path / "src", ignore=ignore_patterns("__pycache__"))
    copytree(ROOT / ".streamlit", tmp_path / ".streamlit")
    copy(ROOT / "app.py", tmp_path)
    (tmp_path / WEIGHTS).parent.mkdir()
    copy(ROOT / "models/__init__.py", (tmp_path / WEIGHTS).parent)
    return tmp_path


def test_missing_or_damaged_weights(arrive: Arrive, checkout: Path) -> None:
    with serve(checkout, checkout / "log") as url:
        visitor = arrive(url, ready=".stAlert")
        alert = visitor.page.get_by_role("alert")
        expect(alert).to_contain_text("digit-detector.onnx are missing: install the package again")

        (checkout / WEIGHTS).write_bytes(SOURCE.read_bytes()[:100_000])
        visitor.page.reload()
        expect(alert).to_contain_text("is damaged or not an ONNX file")
        expect(alert).to_contain_text("download it again")
        assert "Traceback" not in visitor.page.inner_text("body")

        copy(SOURCE, checkout / WEIGHTS)
        visitor.page.reload()
        visitor.draw("3")
        visitor.expect_reading("3")


def test_failed_detection_has_an_id(arrive: Arrive, checkout: Path) -> None:
    spoil(SOURCE, checkout / WEIGHTS)
    with serve(checkout, checkout / "log") as url:
        visitor = arrive(url)
        visitor.draw("3")
        alert = visitor.page.get_by_role("alert")
        expect(alert).to_contain_text("something went wrong; if it happens again, report error ")
        name = alert.inner_text().split()[-1]
        assert visitor.ink().any()
        visitor.press("Undo")
        expect(alert).to_have_count(0)
        assert not visitor.ink().any()
        visitor.page.close()  # before its server, whose log is read
    log = (checkout / "log").read_text()
    assert log.count(f"error {name}") == 1
    assert log.count("Traceback") == 1


def test_drawing_is_answered_after_a_restart(arrive: Arrive, tmp_path: Path) -> None:
    with serve(ROOT, tmp_path / "log") as url:
        visitor = arrive(url)
        visitor.draw("3", x=60, y=100, height=180)
        visitor.expect_reading("3")
    visitor.draw("7", x=220, y=100, height=180)
    with serve(ROOT, tmp_path / "restarted", urlsplit(url).port or 0):
        visitor.expect_reading("3 7")


def spoil(source: Path, target: Path) -> None:
    """Weights whose boxes are surely there and no numbers: what is left of some damage that no reader notices."""
    model = onnx.load(source)
    output = model.graph.output[0].name
    for node in model.graph.node:
        node.output[:] = ["sound" if name == output else name for name in node.output]
    spoilt = np.zeros((1, 1, 17), np.float32)
    spoilt[..., 0], spoilt[..., 4:] = np.nan, 99
    model.graph.initializer.append(onnx.numpy_helper.from_array(spoilt, "spoilt"))
    model.graph.node.append(onnx.helper.make_node("Add", ["sound", "spoilt"], [output]))
    onnx.save(model, target)
