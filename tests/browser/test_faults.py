"""What the page says when its weights are not there."""

from pathlib import Path
from shutil import copy, copytree, ignore_patterns

import pytest
from playwright.sync_api import Browser, expect
from server import ROOT, serve
from visitor import arrive

pytestmark = pytest.mark.browser


def test_missing_weights_are_named_with_the_remedy_and_once_mended_the_page_works(
    browser: Browser, tmp_path: Path
) -> None:
    copytree(ROOT / "src", tmp_path / "src", ignore=ignore_patterns("__pycache__"))
    copytree(ROOT / ".streamlit", tmp_path / ".streamlit")
    copy(ROOT / "app.py", tmp_path)
    with serve(tmp_path, tmp_path / "log") as url:
        visitor = arrive(browser, url, "mouse")
        expect(visitor.page.get_by_role("alert")).to_contain_text("weights digit-detector.onnx are missing: install")
        assert "Traceback" not in visitor.page.inner_text("body")

        (tmp_path / "models").mkdir()
        copy(ROOT / "models" / "digit-detector.onnx", tmp_path / "models")
        visitor.page.reload()
        visitor.draw("3")
        visitor.expect_reading("3")
        visitor.page.context.close()
