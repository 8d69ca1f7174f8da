"""Every text that the page shows comes from the catalogue, and every text in it is shown."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from digit_detector.page import PAGE
from digit_detector.show.texts import read_catalogue

FOLDER = PAGE.parent
# Functions of Streamlit whose texts people see, and the arguments that hold them.
SHOWING = {
    *("button", "caption", "download_button", "error", "expander", "header", "info"),
    *("markdown", "Page", "page_link", "segmented_control", "selectbox", "slider", "success", "tabs", "text_input"),
    *("toast", "toggle", "warning", "write"),
}
ARGUMENTS = {"label", "help", "title", "body", "options"}


def shown_literals(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or node.func.attr not in SHOWING:
            continue
        if "log" in ast.unparse(node.func.value).lower():
            continue
        arguments = node.args[:1] + [keyword.value for keyword in node.keywords if keyword.arg in ARGUMENTS]
        for argument in arguments:
            parts = argument.values if isinstance(argument, ast.JoinedStr) else [argument]
            for part in parts:
                if (
                    isinstance(part, ast.Constant)
                    and isinstance(part.value, str)
                    and re.search(r"[^\W\d_]", part.value)
                ):
                    yield f"{path.name}:{node.lineno}: {part.value}"


@pytest.mark.parametrize("path", sorted(FOLDER.rglob("*.py")), ids=lambda path: path.stem)
def test_shown_texts_come_from_the_catalogue(path: Path) -> None:
    assert list(shown_literals(path)) == []


def test_every_text_of_the_page_is_used() -> None:
    """By its key, or by a key that is put together: its parts before and after are then in the code."""
    code = "\n".join(path.read_text(encoding="utf-8") for path in FOLDER.rglob("*.py"))
    used = [re.escape(key) for key in re.findall(r'"(page\.[\w.-]+)"', code)]
    used += [re.sub(r"\\{[^}]*\\}", ".+", re.escape(key)) for key in re.findall(r'f"(page\.[^"]+)"', code)]
    pattern = re.compile(f"(?:{'|'.join(used)})(?:\\.one|\\.other)?")
    assert [key for key in read_catalogue("en") if key.startswith("page.") and not pattern.fullmatch(key)] == []
