"""The documents: links, commands, options, examples and figures."""

import argparse
import json
import re
import shlex
import tomllib
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest
import yaml

from digit_detector import Detector, limits
from digit_detector.cli import main
from digit_detector.limits import MAX_SIDE
from digit_detector.metadata import ModelMetadata
from digit_detector.server.open_metrics import REGISTRY

ROOT = Path(__file__).parents[1]
NAMES = "README.md CHANGELOG.md CONTRIBUTING.md SECURITY.md models/README.md models/handwriting.md benchmark/README.md"
DOCUMENTS = [
    *(ROOT / name for name in NAMES.split()),
    ROOT / ".github/pull_request_template.md",
    *sorted((ROOT / "docs").glob("*.md")),
]
BUILT = ("web/dist",)
LINK = re.compile(r"\]\(([^)\s]+)\)")
CODE_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.DOTALL | re.MULTILINE)
FOLDERS = "benchmark|configs|deploy|docs|models|src|tests|tools|web"


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def blocks(text: str, language: str) -> list[str]:
    return [code for found, code in CODE_BLOCK.findall(text) if found == language]


def commands(text: str) -> Iterator[list[str]]:
    """Yield the words of each command of the shell blocks, and of commands with options between the lines.

    The words end where the output is redirected.
    """
    inline = re.findall(r"`(digit-detector [^`]*--[^`]*)`", CODE_BLOCK.sub("", text))
    for line in "\n".join([*blocks(text, "sh"), *inline]).replace("\\\n", " ").splitlines():
        if words := list(takewhile(lambda word: word != ">", shlex.split(line, comments=True))):
            yield words


def anchors(path: Path) -> set[str]:
    """Return the anchors that GitHub gives the headings."""
    headings = re.findall(r"^#+ (.+)$", CODE_BLOCK.sub("", path.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def detector_commands() -> list[tuple[str, list[str]]]:
    """Return every command of digit-detector in the documents, with its document."""
    found = []
    for path in DOCUMENTS:
        for words in commands(path.read_text()):
            for start in ("digit-detector", "digit_detector"):
                if start in words and words[0] != "docker":
                    found.append((name(path), words[words.index(start) + 1 :]))
    return found


@pytest.fixture(scope="module")
def bundled() -> ModelMetadata:
    return Detector.load(device="cpu").metadata


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_links(path: Path) -> None:
    for target in LINK.findall(CODE_BLOCK.sub("", path.read_text())):
        if "://" in target or target == "../../issues/new/choose":  # of the site that shows the repository
            continue
        file, _, anchor = target.partition("#")
        linked = path.parent / file if file else path
        assert linked.exists(), target
        assert not anchor or anchor in anchors(linked), target


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_named_files_exist(path: Path) -> None:
    text = path.read_text()
    for file in re.findall(rf"(?<![\w/.-])(?:{FOLDERS})/[\w./*-]*\w", text):
        assert file.startswith(BUILT) or list(ROOT.glob(file)), file


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_make_targets(path: Path) -> None:
    text = path.read_text()
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {words[1] for words in commands(text) if words[0] == "make"}
    named |= set(re.findall(r"`make ([a-z-]+)", text))
    assert named <= targets


@pytest.mark.parametrize(("document", "words"), detector_commands(), ids=lambda value: str(value)[:60])
def test_options(document: str, words: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    class Parsed(Exception):
        pass

    def parse(parser: argparse.ArgumentParser, *arguments: Any) -> argparse.Namespace:
        original(parser, *arguments)
        raise Parsed

    original = argparse.ArgumentParser.parse_args
    monkeypatch.setattr(argparse.ArgumentParser, "parse_args", parse)
    monkeypatch.chdir(ROOT)
    if words[0] in ("fit", "validate"):  # LightningCLI has its own parser
        with pytest.raises(SystemExit) as exit_:
            main([*words, "--print_config"])
        assert not exit_.value.code
    else:
        with pytest.raises(Parsed):
            main(words)


def test_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text().splitlines()) <= 120


def test_python_example(tmp_path: Path, drawing_png: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    (example,) = (code for code in blocks((ROOT / "README.md").read_text(), "python") if "Detector" in code)
    (tmp_path / "drawing.png").write_bytes(drawing_png)
    exec(example.replace("drawing.png", str(tmp_path / "drawing.png")), {})
    assert "'detections'" in capsys.readouterr().out


def test_layout_lists_every_package() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text()
    listed = re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)
    packages = {path.parent.name for path in (ROOT / "src/digit_detector").glob("*/__init__.py")}
    assert sorted(listed) == sorted(packages)


def test_default_thresholds(bundled: ModelMetadata) -> None:
    options = f"--score-threshold {bundled.score_threshold} --iou-threshold {bundled.iou_threshold}"
    assert options in (ROOT / "docs/deployment.md").read_text()


def test_request_limits() -> None:
    text = (ROOT / "docs/security.md").read_text()
    kinds = {"HTTP API": limits.API, "web sockets (open pages)": limits.PAGES}
    for name, kind in kinds.items():
        row = [name, *(f"{value:g}" for value in kind)]
        assert f"| {' | '.join(row)} |" in text
    assert f"{limits.MESSAGES_BURST} messages, then {limits.MESSAGES_PER_SECOND:g} per second" in text
    assert f"at most {limits.MAX_FILE_BYTES >> 20} MiB and {limits.MAX_PIXELS // 10**6} megapixels" in text
    assert f"{limits.UPLOAD_SECONDS} seconds for each picture sent to the API" in text
    server = tomllib.loads((ROOT / ".streamlit/config.toml").read_text())["server"]
    assert f"message to the page's server has at most {server['maxWidgetStateSize']} MB" in text
    assert f"one picture of at most {MAX_SIDE:,} x {MAX_SIDE:,} pixels" in text


def test_metrics_are_described() -> None:
    described = re.findall(r"^\| `(digit_detector_\w+)` \|", (ROOT / "docs/deployment.md").read_text(), re.MULTILINE)
    names = {f"{metric.name}_total" if metric.type == "counter" else metric.name for metric in REGISTRY.collect()}
    assert set(described) == names


def section(path: str, mark: str) -> str:
    """Return the text that a command writes between two marks."""
    found = re.search(rf"<!-- {mark} -->\n(.*?)\n?<!-- /{mark} -->", (ROOT / path).read_text(), re.DOTALL)
    assert found, mark
    return found[1]


def test_documents_have_the_figures_of_the_weights(bundled: ModelMetadata) -> None:
    metrics = bundled.metrics
    for figure in ("AP50", "AP50:95", "exact"):
        assert f"{metrics['benchmark'][figure]:.3f}" in section("README.md", "figures")
        assert f"{metrics['benchmark'][figure]:.3f}" in section("models/README.md", "benchmark").split("| all |")[1]
        assert f"{metrics[figure]:.3f}" in section("models/README.md", "validation")


def test_model_index_has_the_figures_of_the_card() -> None:
    card = (ROOT / "models/README.md").read_text()
    head = yaml.safe_load(card.split("---\n")[1])
    assert head["pipeline_tag"] == "object-detection"
    (model,) = head["model-index"]
    (result,) = model["results"]
    row = next(line for line in section("models/README.md", "benchmark").splitlines() if line.startswith("| all |"))
    figures = [cell.strip() for cell in row.split("|")[3:7]]
    assert [f"{metric['value']:.3f}" for metric in result["metrics"]] == figures


def test_training_facts_are_those_of_the_weights(bundled: ModelMetadata) -> None:
    assert json.loads((ROOT / "models/training.json").read_text()) == bundled.training


def test_card_tells_the_steps_of_the_training(bundled: ModelMetadata) -> None:
    facts = bundled.training
    told = f"They saw {facts['scenes'] / 1e6:.1f} million scenes in {len(facts['runs'])} steps"
    assert told in (ROOT / "models/README.md").read_text()


def test_card_and_weights_have_the_same_data(bundled: ModelMetadata) -> None:
    card = (ROOT / "models/README.md").read_text()
    for source, count in bundled.training["data"].items():
        assert f"| {count:,} |" in card, source
