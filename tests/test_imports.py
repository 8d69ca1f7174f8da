"""Import rules: serving without torch, Streamlit on the page alone."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import digit_detector

PACKAGE = Path(digit_detector.__file__).parent
HEAVY = ("torch", "torchvision", "lightning", "streamlit", "albumentations", "imgaug", "onnx")
TRAINING = {"torch", "torchvision", "lightning", "albumentations", "imgaug"}

# What each package may import of this project, beside itself, the classes and the errors.
ALLOWED = {
    "detect": {"limits", "metadata", "yolo"},
    "show": {"limits", "metadata", "detect"},
    "yolo": {"metadata"},
    "synth": set(),
    "data": {"limits", "drawing", "detect", "synth", "collect"},
    "train": {"metadata", "onnx_files", "drawing", "detect", "yolo", "synth", "data", "evaluate"},
    "evaluate": {"metadata", "drawing", "detect", "show", "yolo", "synth", "data"},
    "handwriting": {"onnx_files", "detect", "show", "synth", "data", "train"},
    "collect": {"limits", "drawing", "detect", "evaluate"},
    "server": {"limits", "drawing", "detect"},
    "page": {"limits", "metadata", "drawing", "collect", "detect", "handwriting", "show", "server"},
}


def test_make_runs_tools_with_what_they_import() -> None:
    """Tools that share `tests/support` need its folder."""
    root = Path(__file__).parents[1]
    lines = [line for line in (root / "Makefile").read_text().splitlines() if "tools/" in line and ".py" in line]
    assert len(lines) > 5
    for line in lines:
        tool = root / next(word for word in line.split() if word.startswith("tools/"))
        needs_tests = any(name.startswith("support.") for name in imports(tool))
        assert ("PYTHONPATH=tests" in line) >= needs_tests, line


def imports(path: Path) -> Iterator[str]:
    """The full name of every module that a file imports, also inside functions."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("package", ALLOWED)
def test_package_imports(package: str) -> None:
    for path in (PACKAGE / package).rglob("*.py"):
        own = {name.split(".")[1] for name in imports(path) if name.startswith("digit_detector.")}
        assert own <= ALLOWED[package] | {package, "classes", "errors"}, path


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_of_streamlit_and_lightning(path: Path) -> None:
    names = {name.split(".")[0] for name in imports(path)}
    package = path.relative_to(PACKAGE).parts[0]
    if package != "page":
        assert "streamlit" not in names
    if package not in ("cli", "data", "train", "evaluate", "handwriting"):
        assert not names & {"lightning", "albumentations", "imgaug", "torchvision"}


def heavy_modules_after(code: str, *arguments: object) -> set[str]:
    """Which of the heavy packages a fresh interpreter has imported after some code."""
    code += f"\nimport sys; print(*[name for name in {HEAVY} if name in sys.modules], file=sys.stderr)"
    command = [sys.executable, "-c", code, *map(str, arguments)]
    finished = subprocess.run(command, capture_output=True, text=True, check=True)
    return set(finished.stderr.split())


def test_importing_the_package_is_light() -> None:
    assert heavy_modules_after("from digit_detector import Detector, Detections") == set()


def test_writing_in_a_hand_imports_no_torch() -> None:
    code = """
from digit_detector.handwriting.references import make_reference
from digit_detector.handwriting.writer import Writer
Writer.load().learn([make_reference("7", [[(0, 0), (30, 0), (10, 50)]])]).write("42")
"""
    assert heavy_modules_after(code) == set()


def test_detecting_on_the_cpu_imports_no_torch(onnx_file: Path, tmp_path: Path, drawing_png: bytes) -> None:
    (tmp_path / "a.png").write_bytes(drawing_png)
    code = """
import sys
from digit_detector.cli import main
assert main(["detect", sys.argv[1], "--weights", sys.argv[2], "--save-dir", sys.argv[3]]) == 0
"""
    assert heavy_modules_after(code, tmp_path / "a.png", onnx_file, tmp_path / "boxes") == set()


def test_the_page_imports_nothing_of_training() -> None:
    code = """
import importlib, pkgutil
import digit_detector.page as page
for module in pkgutil.walk_packages(page.__path__, "digit_detector.page."):
    if module.name != "digit_detector.page.main":
        importlib.import_module(module.name)
"""
    assert not heavy_modules_after(code) & TRAINING
