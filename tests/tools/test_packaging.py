"""What leaves the repository: the wheel with its weights, the Docker build's files, the Space's card, a release."""

import json
import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path
from shutil import copy, copytree, ignore_patterns
from zipfile import ZipFile

import pytest
import yaml
from context import build_context, passes
from files import MAX_BYTES, POINTER, unfit
from packaging.requirements import Requirement
from release import notes

from digit_detector.errors import DISTRIBUTION

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def build(folder: Path, date: float, umask: int = 0o022) -> Path:
    """Build wheel and sdist from a copy of this checkout whose files bear a date; returns the folder they are in."""
    folder.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE", "NOTICE"):
        copy(ROOT / name, folder)
    for name in ("src", "models", ".streamlit"):
        copytree(ROOT / name, folder / name, ignore=ignore_patterns("__pycache__", "*.egg-info"))
    for path in folder.rglob("*"):
        os.utime(path, (date, date))
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = os.environ | {"SOURCE_DATE_EPOCH": "1700000000", "PATH": programs}
    command = [sys.executable, ROOT / "tools/build_dist.py", "--no-build-isolation", "--offline"]
    subprocess.run(command, cwd=folder, env=environment, umask=umask, check=True)
    return folder / "dist"


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("build") / "first", 1.6e9)


@pytest.fixture(scope="module")
def unpacked(dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the content of the wheel that is built from this checkout."""
    target = tmp_path_factory.mktemp("wheel")
    with ZipFile(next(dist.glob("*.whl"))) as wheel:
        wheel.extractall(target)
    return target


@pytest.mark.slow
def test_builds_are_reproducible(dist: Path, tmp_path: Path) -> None:
    again = build(tmp_path / "again", 1.5e9, umask=0o077)
    names = sorted(path.name for path in dist.iterdir() if not path.name.startswith("."))
    assert [Path(name).suffix for name in names] == [".whl", ".gz"]
    assert all((dist / name).read_bytes() == (again / name).read_bytes() for name in names)


def test_wheel_contents(unpacked: Path) -> None:
    package = unpacked / "digit_detector"
    for name in ("digit-detector.onnx", "digit-detector.safetensors"):
        assert (package / "models" / name).read_bytes() == (ROOT / "models" / name).read_bytes()
    for name in ("README.md", "plots/confusion.png", "plots/precision-recall.png"):  # which the page shows
        assert (package / "models" / name).read_bytes() == (ROOT / "models" / name).read_bytes()
    for path in (ROOT / "src/digit_detector").rglob("*"):
        if path.suffix in (".py", ".css", ".js", ".json", ".txt", ".typed") and "egg-info" not in str(path):
            assert (unpacked / path.relative_to(ROOT / "src")).is_file()
    assert {path.name for path in unpacked.glob("*.dist-info/licenses/*")} == {"LICENSE", "NOTICE"}


def test_every_package_is_listed() -> None:
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]
    folders = {path.parent for path in (ROOT / "src").rglob("__init__.py")}
    names = {".".join(folder.relative_to(ROOT / "src").parts) for folder in folders}
    assert sorted(names | {"digit_detector.models", "digit_detector.page.streamlit"}) == listed


def test_the_wheel_detects_outside_the_repository(unpacked: Path, tmp_path: Path, drawing_png: bytes) -> None:
    (tmp_path / "drawing.png").write_bytes(drawing_png)
    finished = subprocess.run(
        [sys.executable, "-m", "digit_detector", "detect", "drawing.png"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(unpacked)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert (json.loads(finished.stdout)[0]["width"], finished.stderr) == (320, "")


def test_the_version_stands_in_one_place() -> None:
    assert version(DISTRIBUTION) == PROJECT["version"]


def test_name_of_the_distribution() -> None:
    assert PROJECT["name"] == DISTRIBUTION
    required = {name for extra in PROJECT["optional-dependencies"].values() for name in extra if "digit" in name}
    assert all(name.startswith(f"{DISTRIBUTION}[") for name in required)


@pytest.mark.parametrize("name", ["serve.txt", "dev.txt"])
def test_the_lock_files_pin_what_serves_within_its_ranges(name: str) -> None:
    lines = (ROOT / "requirements" / name).read_text().splitlines()
    pins = [Requirement(line.rstrip(" \\")) for line in lines if line[:1].isalpha()]
    pinned: dict[str, set[str]] = {}
    for pin in pins:
        (exact,) = pin.specifier
        assert exact.operator == "=="
        pinned.setdefault(pin.name, set()).add(exact.version)
    extras = PROJECT["optional-dependencies"]
    for wanted in map(Requirement, [*PROJECT["dependencies"], *extras["api"], *extras["page"]]):
        if wanted.name == PROJECT["name"]:
            continue
        assert pinned[wanted.name]
        assert all(wanted.specifier.contains(found) for found in pinned[wanted.name])
    assert not any("torch" in pin.name for pin in pins) or name == "dev.txt"


def test_the_lock_files_name_no_host() -> None:
    for path in (ROOT / "requirements").iterdir():
        assert "://" not in path.read_text()


def test_the_image_gets_what_serves_and_nothing_else() -> None:
    given = {path.as_posix() for path in build_context(ROOT)}
    assert {"app.py", "models/digit-detector.onnx", "requirements/serve.txt", ".streamlit/config.toml"} <= given
    assert {"src/digit_detector/page/main.py", "models/README.md", "models/plots/confusion.png"} <= given
    built = {name for name in given if name.startswith("web/")}  # what /live is built from, and not the build itself
    assert {"web/package-lock.json", "web/index.html", "web/src/sw.ts", "web/public/manifest.webmanifest"} <= built
    assert not {name.split("/")[1] for name in built} & {"dist", "node_modules", "specification.json", "tests"}
    assert {name.split("/")[0] for name in given} == {
        *(".streamlit", "LICENSE", "NOTICE", "README.md", "app.py", "models"),
        *("pyproject.toml", "requirements", "src", "web"),
    }


@pytest.mark.parametrize(
    ("rules", "passing", "kept_out"),
    [
        (["# note", "", "*.md"], ["docs/a.md", "a.py", "note"], ["a.md"]),
        (["**/*.md"], ["a.py"], ["a.md", "docs/deep/a.md"]),
        (["docs"], ["docs.py", "src/docs"], ["docs", "docs/a", "docs/deep/a"]),
        (["*", "!src", "**/__pycache__"], ["src/a.py", "src/deep/a.py"], ["a.py", "src/__pycache__/a.pyc"]),
        (["*", "!models/a.onnx"], ["models/a.onnx"], ["models/b.onnx", "models"]),
        (["data/**/x?"], ["data/x", "data/a/xyz"], ["data/xy", "data/a/b/xy"]),
    ],
)
def test_dockerignore(rules: list[str], passing: list[str], kept_out: list[str]) -> None:
    assert [name for name in (*passing, *kept_out) if passes(name, rules)] == passing


def test_image_has_what_the_web_page_imports() -> None:
    copied = re.findall(r"^COPY --from=serving /app/(\S+)", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    sources = (ROOT / "web/src").rglob("*.ts")
    imported = {
        (path.parent / name).resolve().relative_to(ROOT)
        for path in sources
        for name in re.findall(r'from "(\.\.?/[^"?]+)', path.read_text())
    }
    outside = {path for path in imported if path.parts[0] != "web"}
    context = build_context(ROOT)
    assert {path.parts[0] for path in outside} == {"models", "src"}
    for path in outside:
        assert any(path.is_relative_to(folder) for folder in copied), path
        assert path in context, path


def test_large_files_and_pointers_are_refused(tmp_path: Path) -> None:
    fit, large, pointer = (tmp_path / name for name in ("fit", "large", "pointer"))
    fit.write_bytes(bytes(MAX_BYTES))
    large.write_bytes(bytes(MAX_BYTES + 1))
    pointer.write_bytes(POINTER + b"v1\noid sha256:0\nsize 8000000\n")
    assert [line.split()[0] for line in unfit([fit, large, pointer])] == [str(large), str(pointer)]


def test_the_readme_is_a_card_for_the_space() -> None:
    head = (ROOT / "README.md").read_text().split("---\n")[1]
    card = yaml.safe_load(head)
    # https://huggingface.co/docs/hub/spaces-config-reference
    assert (card["sdk"], card["license"]) == ("docker", "mit")
    assert card["title"]
    assert not card["emoji"].isascii()
    colours = {"red", "yellow", "green", "blue", "indigo", "purple", "pink", "gray"}
    assert {card["colorFrom"], card["colorTo"]} <= colours
    assert len(card["short_description"]) <= 60
    dockerfile = (ROOT / "Dockerfile").read_text()
    assert f"EXPOSE {card['app_port']}\n" in dockerfile
    assert f"STREAMLIT_SERVER_PORT={card['app_port']}\n" in dockerfile


def test_release_notes_are_the_versions_section() -> None:
    changelog = "# Changelog\n\n## [Unreleased]\n\n- c\n\n## [1.10.0] - 2026-02-01\n\n- b\n\n## [1.1.0]\n\n- a\n"
    assert notes(changelog, "1.10.0") == "- b\n"
    assert notes(changelog, "1.1.0") == "- a\n"
    with pytest.raises(SystemExit, match=r"no section \[1\.2\.0\]"):
        notes(changelog, "1.2.0")
