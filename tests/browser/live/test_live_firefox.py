"""/live in Firefox."""

import json
from pathlib import Path

from support.firefox import firefox
from support.static_host import serve_live
from support.strokes import strokes
from support.visitor import SIDE

BOXES = "document.querySelectorAll('#boxes:not(.stale) .box').length"


def test_draw_fix_and_undo_in_firefox(built: Path, tmp_path: Path) -> None:
    with serve_live(built) as host, firefox(tmp_path) as browser:
        browser.open(host.url)
        browser.wait_for("document.querySelector('#status').textContent === 'Ready, 1 thread'")
        frame = json.loads(
            browser.evaluate("JSON.stringify(document.querySelector('#canvas').getBoundingClientRect())")
        )
        for shape, x in (("4", 30), ("7 crossed", 220)):
            for stroke in strokes(shape, x, 100, 160):
                browser.stroke(stroke[::3] * frame["width"] / SIDE + (frame["x"], frame["y"]))
        browser.wait_for(f"{BOXES} === 2 && document.querySelector('#reading').textContent === '4 7'")
        browser.evaluate("document.querySelector('#objects button').click()")
        browser.evaluate("document.querySelector('#fix .classes button:nth-child(10)').click()")
        browser.wait_for("document.querySelector('#reading').textContent === '9 7'")
        browser.evaluate("document.querySelector('#undo').click()")
        browser.wait_for("document.querySelector('#reading').textContent === '4 7'")
