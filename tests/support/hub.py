"""A server on loopback that answers as the Hugging Face Hub's documented API does, with one repository."""

import json
from base64 import b64decode
from hashlib import sha1, sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

REPOSITORY = "owner/name"


class Hub(ThreadingHTTPServer):
    """The repository's files, and a Space's stages and health: each answer takes the next one, and the last one stays.

    Attributes:
        branches: names of revisions, besides the newest commit.
        blob_names: the checksums that the Hub gives, by file, where they differ from the content's.
    """

    def __init__(self, kind: str) -> None:
        """kind: of the repository: `models`, `datasets` or `spaces`."""
        super().__init__(("127.0.0.1", 0), Answers)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.api = f"/api/{kind}/{REPOSITORY}"
        self.downloads = f"/{REPOSITORY}/resolve/" if kind == "models" else f"/{kind}/{REPOSITORY}/resolve/"
        self.files: dict[str, bytes] = {}
        self.commits = 0
        self.branches = {"main"}
        self.blob_names: dict[str, str] = {}
        self.stages = ["RUNNING"]
        self.health: list[bytes] = [b"ok"]

    @property
    def commit(self) -> str:
        return f"{self.commits:040}"

    def blob(self, name: str) -> str | None:
        """Git's name for a file's content."""
        content = self.files.get(name)
        return None if content is None else sha1(b"blob %d\0%b" % (len(content), content)).hexdigest()


class Answers(BaseHTTPRequestHandler):
    server: Hub

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        hub = self.server
        path = unquote(self.path.split("?")[0])
        if path.startswith(hub.downloads):
            self.download(*path.removeprefix(hub.downloads).split("/", 1))
            return
        match path.removeprefix(hub.api):
            case "" | "/revision/main":
                self.answer({"_id": "1", "id": REPOSITORY, "sha": hub.commit, "host": hub.url, "tags": []})
            case "/tree/main":
                self.answer([{"type": "file", "path": name, "size": 1, "oid": "0" * 40} for name in hub.files])
            case "/runtime":
                stage = hub.stages.pop(0) if len(hub.stages) > 1 else hub.stages[0]
                self.answer({"stage": stage, "hardware": {}})
            case "/logs/build":
                self.answer_bytes(b'data: {"data": "no such package\\n"}\n\n', "text/event-stream")
            case "/logs/run":
                self.answer_bytes(b"", "text/event-stream")
            case "/_stcore/health":
                self.answer_bytes(hub.health.pop(0) if len(hub.health) > 1 else hub.health[0], "text/plain")
            case _:
                self.refuse("RepoNotFound")

    def do_POST(self) -> None:
        hub = self.server
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if self.path == "/api/repos/create":
            self.answer({"url": f"{hub.url}/{REPOSITORY}"})  # which is there
            return
        if self.path == "/api/validate-yaml":
            self.answer({"errors": [], "warnings": []})
            return
        if self.path.endswith("/tag/main"):
            hub.branches.add(json.loads(body)["tag"])
            self.answer({})
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
        self.answer({"success": True, "commitOid": hub.commit, "commitUrl": f"{hub.url}/{REPOSITORY}/commit/1"})

    def download(self, revision: str, name: str) -> None:
        hub = self.server
        if revision not in (*hub.branches, hub.commit):
            self.refuse("RevisionNotFound")
        elif name not in hub.files:
            self.refuse("EntryNotFound")
        else:
            checksum = hub.blob_names.get(name, sha256(hub.files[name]).hexdigest())
            self.answer_bytes(hub.files[name], "application/octet-stream", ETag=f'"{checksum}"')

    def answer(self, content: object) -> None:
        self.answer_bytes(json.dumps(content).encode(), "application/json")

    def answer_bytes(self, content: bytes, kind: str, **headers: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("X-Repo-Commit", self.server.commit)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def refuse(self, code: str) -> None:
        self.send_response(404)
        self.send_header("X-Error-Code", code)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass
