"""Publishing to a Space, against a server on loopback that answers as the Hub's documented API does."""

import os
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path
from subprocess import run

import pytest
import yaml
from files import MAX_BYTES
from huggingface_hub import HfApi
from publish import SpaceError, upload, wait
from support.hub import REPOSITORY, Hub
from support.serving import serving

ROOT = Path(__file__).parents[2]


@pytest.fixture
def hub() -> Iterator[Hub]:
    with serving(Hub("spaces")) as hub:
        yield hub


@pytest.fixture
def api(hub: Hub) -> HfApi:
    return HfApi(endpoint=hub.url, token="hf_test")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    files = {".dockerignore": "*\n!app.py\n!models/a.onnx\n", "Dockerfile": "FROM x\n", "app.py": "", "notes.md": "-"}
    for name, text in {**files, "models/a.onnx": "weights", "models/b.safetensors": "more"}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    run(["git", "init", "--quiet", tmp_path], check=True)
    return tmp_path


def test_the_space_gets_what_builds_it_and_loses_the_rest(hub: Hub, api: HfApi, checkout: Path) -> None:
    hub.files = {".gitattributes": b"", "old.py": b"", "app.py": b"old"}
    assert upload(api, REPOSITORY, checkout)
    assert set(hub.files) == {".gitattributes", ".dockerignore", "Dockerfile", "app.py", "models/a.onnx"}
    assert hub.files["models/a.onnx"] == b"weights"
    assert hub.files["app.py"] == b""


def test_publishing_the_same_again_commits_nothing(hub: Hub, api: HfApi, checkout: Path) -> None:
    assert upload(api, REPOSITORY, checkout)
    assert not upload(api, REPOSITORY, checkout)
    assert hub.commits == 1


def test_unfit_weights_are_not_published(hub: Hub, api: HfApi, checkout: Path) -> None:
    (checkout / "models/a.onnx").write_bytes(bytes(MAX_BYTES + 1))
    with pytest.raises(SpaceError, match=r"a\.onnx has 10,000,001 bytes"):
        upload(api, REPOSITORY, checkout)
    assert hub.commits == 0


def test_workflow_publishes_the_static_space(hub: Hub, tmp_path: Path) -> None:
    """Of files that are small enough: larger ones go another way, to the Hub's storage."""
    jobs = yaml.safe_load((ROOT / ".github/workflows/deploy.yml").read_text())["jobs"]
    (command,) = (step["run"] for step in jobs["web"]["steps"] if step.get("run", "").startswith("hf upload"))
    (tmp_path / "web/dist/assets").mkdir(parents=True)
    (tmp_path / "web/dist/index.html").write_text("page")
    (tmp_path / "web/dist/assets/main-0f.js").write_text("script")
    hub.files = {"assets/main-1e.js": b"of the last build"}
    words = shlex.split(command.replace("$HF_WEB_SPACE", REPOSITORY))
    environment = os.environ | {"HF_ENDPOINT": hub.url, "HF_TOKEN": "hf_test", "HF_HUB_DISABLE_UPDATE_CHECK": "1"}
    run([Path(sys.executable).with_name(words[0]), *words[1:]], cwd=tmp_path, env=environment, check=True)
    assert hub.files == {"index.html": b"page", "assets/main-0f.js": b"script"}


def test_waits_for_the_new_build_and_for_its_answer(hub: Hub, api: HfApi) -> None:
    hub.stages = ["RUNNING", "BUILDING", "BUILDING", "APP_STARTING", "RUNNING"]
    hub.health = [b"<html>waking up</html>", b"ok"]
    wait(api, REPOSITORY, changed=True, pause=0)
    assert (hub.stages, hub.health) == (["RUNNING"], [b"ok"])


def test_a_failed_build_is_loud_with_the_end_of_its_log(hub: Hub, api: HfApi) -> None:
    hub.stages = ["RUNNING", "BUILDING", "BUILD_ERROR"]
    with pytest.raises(SpaceError, match=r"is BUILD_ERROR(?s:.*)build log\nno such package"):
        wait(api, REPOSITORY, changed=True, pause=0)


def test_a_space_that_never_answers_is_loud(hub: Hub, api: HfApi) -> None:
    hub.health = [b"not yet"]
    with pytest.raises(SpaceError, match="is RUNNING and does not answer at http://127"):
        wait(api, REPOSITORY, changed=False, build_seconds=0.2, pause=0)
