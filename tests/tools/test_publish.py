"""Publishing to a Space, against a server on loopback that answers as the Hub's documented API does."""

import json
import os
import shlex
import sys
from base64 import b64decode
from collections.abc import Iterator
from hashlib import sha1
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from subprocess import run
from threading import Thread

import pytest
import yaml
from files import MAX_BYTES
from huggingface_hub import HfApi
from publish import SpaceError, upload, wait

ROOT = Path(__file__).parents[2]
SPACE = "owner/name"


class Hub(ThreadingHTTPServer):
    """One Space, its files, and the stages that its next answers report; the last one stays."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.files: dict[str, bytes] = {}
        self.commits = 0
        self.stages = ["RUNNING"]
        self.health: list[bytes] = [b"ok"]

    def blob(self, name: str) -> str | None:
        """Git's name for a file's content."""
        content = self.files.get(name)
        return None if content is None else sha1(b"blob %d\0%b" % (len(content), content)).hexdigest()


class Answers(BaseHTTPRequestHandler):
    server: Hub

    def do_GET(self) -> None:
        hub = self.server
        match self.path.split("?")[0].removeprefix(f"/api/spaces/{SPACE}"):
            case "" | "/revision/main":
                self.answer({"_id": "1", "id": SPACE, "sha": f"{hub.commits:040}", "host": hub.url, "tags": []})
            case "/tree/main":
                self.answer([{"type": "file", "path": name, "size": 1, "oid": "0" * 40} for name in hub.files])
            case "/runtime":
                stage = hub.stages.pop(0) if len(hub.stages) > 1 else hub.stages[0]
                self.answer({"stage": stage, "hardware": {}})
            case "/logs/build":
                self.answer_text(b'data: {"data": "no such package\\n"}\n\n', "text/event-stream")
            case "/logs/run":
                self.answer_text(b"", "text/event-stream")
            case "/_stcore/health":
                self.answer_text(hub.health.pop(0) if len(hub.health) > 1 else hub.health[0], "text/plain")
            case _:
                self.send_error(404)

    def do_POST(self) -> None:
        hub = self.server
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if self.path == "/api/repos/create":
            self.answer({"url": f"{hub.url}/spaces/{SPACE}"})  # which is there
            return
        if self.path.endswith("/preupload/main"):
            names = [entry["path"] for entry in json.loads(body)["files"]]
            facts = {"uploadMode": "regular", "shouldIgnore": False}
            self.answer({"files": [{"path": name, "oid": hub.blob(name), **facts} for name in names]})
            return
        for operation in map(json.loads, body.splitlines()):
            value = operation["value"]
            if operation["key"] == "file":
                hub.files[value["path"]] = b64decode(value["content"])
            elif operation["key"] == "deletedFile":
                del hub.files[value["path"]]
        hub.commits += 1
        self.answer({"success": True, "commitOid": f"{hub.commits:040}", "commitUrl": f"{hub.url}/{SPACE}/commit/1"})

    def answer(self, content: object) -> None:
        self.answer_text(json.dumps(content).encode(), "application/json")

    def answer_text(self, content: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def hub() -> Iterator[Hub]:
    with Hub() as hub:
        Thread(target=hub.serve_forever, daemon=True).start()
        yield hub
        hub.shutdown()


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
    assert upload(api, SPACE, checkout)
    assert set(hub.files) == {".gitattributes", ".dockerignore", "Dockerfile", "app.py", "models/a.onnx"}
    assert hub.files["models/a.onnx"] == b"weights"
    assert hub.files["app.py"] == b""


def test_publishing_the_same_again_commits_nothing(hub: Hub, api: HfApi, checkout: Path) -> None:
    assert upload(api, SPACE, checkout)
    assert not upload(api, SPACE, checkout)
    assert hub.commits == 1


def test_unfit_weights_are_not_published(hub: Hub, api: HfApi, checkout: Path) -> None:
    (checkout / "models/a.onnx").write_bytes(bytes(MAX_BYTES + 1))
    with pytest.raises(SpaceError, match=r"a\.onnx has 10,000,001 bytes"):
        upload(api, SPACE, checkout)
    assert hub.commits == 0


def test_the_static_space_gets_the_built_page_by_the_workflows_own_command(hub: Hub, tmp_path: Path) -> None:
    """Of files that are small enough: larger ones go another way, to the Hub's storage."""
    jobs = yaml.safe_load((ROOT / ".github/workflows/deploy.yml").read_text())["jobs"]
    (command,) = (step["run"] for step in jobs["web"]["steps"] if step.get("run", "").startswith("hf upload"))
    (tmp_path / "web/dist/assets").mkdir(parents=True)
    (tmp_path / "web/dist/index.html").write_text("page")
    (tmp_path / "web/dist/assets/main-0f.js").write_text("script")
    hub.files = {"assets/main-1e.js": b"of the last build"}
    words = shlex.split(command.replace("$HF_WEB_SPACE", SPACE))
    environment = os.environ | {"HF_ENDPOINT": hub.url, "HF_TOKEN": "hf_test", "HF_HUB_DISABLE_UPDATE_CHECK": "1"}
    run([Path(sys.executable).with_name(words[0]), *words[1:]], cwd=tmp_path, env=environment, check=True)
    assert hub.files == {"index.html": b"page", "assets/main-0f.js": b"script"}


def test_waits_for_the_new_build_and_for_its_answer(hub: Hub, api: HfApi) -> None:
    hub.stages = ["RUNNING", "BUILDING", "BUILDING", "APP_STARTING", "RUNNING"]
    hub.health = [b"<html>waking up</html>", b"ok"]
    wait(api, SPACE, changed=True, pause=0)
    assert (hub.stages, hub.health) == (["RUNNING"], [b"ok"])


def test_a_failed_build_is_loud_with_the_end_of_its_log(hub: Hub, api: HfApi) -> None:
    hub.stages = ["RUNNING", "BUILDING", "BUILD_ERROR"]
    with pytest.raises(SpaceError, match=r"is BUILD_ERROR(?s:.*)build log\nno such package"):
        wait(api, SPACE, changed=True, pause=0)


def test_a_space_that_never_answers_is_loud(hub: Hub, api: HfApi) -> None:
    hub.health = [b"not yet"]
    with pytest.raises(SpaceError, match="is RUNNING and does not answer at http://127"):
        wait(api, SPACE, changed=False, build_seconds=0.2, pause=0)
