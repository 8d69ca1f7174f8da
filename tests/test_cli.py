"""The command line: each command names what it lacks in one line, before the long work."""

import importlib.metadata
import subprocess
import sys
from pathlib import Path

import pytest

from digit_detector.cli import main
from digit_detector.data.output import prepare_output


def test_version() -> None:
    command = [sys.executable, "-m", "digit_detector", "--version"]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == importlib.metadata.version("digit-detector")


def test_commands_name_their_extra() -> None:
    extras = {
        "data fetch": "data,torch",
        "serve": "page",
        "serve --api-only": "api",
        **dict.fromkeys(("data sheet scenes.png", "fit", "validate", "export"), "train"),
    }
    absent = ["torch", "lightning", "onnx", "unlzw3", "streamlit", "uvicorn"]
    code = f"import sys; sys.modules.update(dict.fromkeys({absent}));"
    code += f"from digit_detector.cli import main; print([main(command.split()) for command in {list(extras)}])"
    finished = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert finished.stdout == f"{[1] * len(extras)}\n"
    for extra, error in zip(extras.values(), finished.stderr.splitlines(), strict=True):
        assert f"pip install 'digit-detector[{extra}]'" in error


@pytest.mark.parametrize("port", ["99999", "-1", "http"])
def test_port_that_is_none(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["serve", "--port", port])
    assert f"'{port}' is no port: give a number from 0 to 65535" in capsys.readouterr().err


@pytest.mark.parametrize(
    "command",
    [
        "evaluate missing --output OUTPUT",
        "export SOURCE --output OUTPUT",
        "average missing.safetensors missing.safetensors OUTPUT",
        "data sheet OUTPUT --data-root missing",
        "data label-issues OUTPUT --data-root missing",
        "data hard-examples OUTPUT --data-root missing",
    ],
)
def test_unwritable_output(
    tmp_path: Path, safetensors_file: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    """Its error comes before the long work: most commands have not even read their inputs."""
    output = tmp_path / "file" / "output.safetensors"
    output.parent.write_text("no folder")
    paths = {"SOURCE": str(safetensors_file), "OUTPUT": str(output)}
    assert main([paths.get(word, word) for word in command.split()]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"digit-detector: {output}")
    assert "cannot be written" in err
    assert "name another output" in err
    assert err.count("\n") == 1


def test_prepare_output_changes_no_file(tmp_path: Path) -> None:
    prepare_output(tmp_path / "new" / "a.json")
    assert not any((tmp_path / "new").iterdir())
    (tmp_path / "new" / "a.json").write_text("before")
    prepare_output(tmp_path / "new" / "a.json")
    assert (tmp_path / "new" / "a.json").read_text() == "before"


def test_anchors_of_too_few_scenes(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data", "anchors", "--scenes", "3", "--data-root", str(root)]) == 1
    err = capsys.readouterr().err
    assert err.startswith("digit-detector: --scenes is 3: ")
    assert err.count("\n") == 1
