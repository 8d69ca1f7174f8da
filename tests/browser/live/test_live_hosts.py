"""Hosts: transfer, headers and threads, offline use, and damaged or missing files."""

import re
from pathlib import Path
from shutil import copytree

import pytest
from playwright.sync_api import expect
from support.live_visitor import Enter, Guest
from support.live_visitor import enter as enter_on
from support.static_host import serve_by_nginx, serve_live, serve_plainly
from support.visitor import NewPage

MAX_TRANSFER = 15_000_000
MAX_CODE = 150_000
SHELLS = "caches.keys().then((names) => names.filter((name) => name.startsWith('digit-detector-shell')).length)"


def wait_until_cached(guest: Guest) -> None:
    """Wait until the service worker can work offline."""
    guest.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    assert guest.page.evaluate(SHELLS) == 1


def change_version(build: Path) -> None:
    """Make another version of a build."""
    files = build / "files.js"
    files.write_text(re.sub(r'"version":"\w+"', '"version":"0123456789abcdef"', files.read_text()))


def test_first_and_second_visit(new_page: NewPage, built: Path) -> None:
    page = new_page("touch")
    requested: set[str] = set()
    page.context.on("request", lambda request: requested.add(request.url))
    with serve_live(built) as host:
        guest = enter_on(page, host.url, "touch")
        guest.expect_ready("2 threads")
        wait_until_cached(guest)
        first = host.sent.copy()
        assert first.total() <= MAX_TRANSFER
        code = {path: size for path, size in first.items() if not path.endswith((".wasm", ".onnx"))}
        assert sum(code.values()) <= MAX_CODE
        page.close()
        again = enter_on(page.context.new_page(), host.url, "touch")
        again.draw("3")
        again.expect_reading("3")
        assert host.sent == first
        assert len(requested) > 5
        assert all(url.startswith((host.url, "blob:")) for url in requested)


def test_no_requests_to_other_hosts(new_page: NewPage, plain: str) -> None:
    """Even an injected script could not send a drawing away."""
    page = new_page()
    page.goto(plain)
    error = page.evaluate("fetch('http://127.0.0.2:9/', { mode: 'no-cors' }).then(() => '', (error) => error.name)")
    assert error == "TypeError"
    policy = page.locator('meta[http-equiv="Content-Security-Policy"]').get_attribute("content")
    assert policy is not None
    assert "default-src 'none'" in policy
    assert "connect-src 'self'" in policy


def test_plain_server_without_shared_memory(new_page: NewPage, plain: str) -> None:
    page = new_page("touch", service_workers="block")
    page.add_init_script("delete globalThis.SharedArrayBuffer")
    guest = enter_on(page, plain, "touch")
    guest.expect_ready("1 thread")
    guest.draw("6")
    guest.expect_reading("6")


def test_second_visit_offline_with_two_threads(enter: Enter, built: Path) -> None:
    with serve_plainly(built) as url:
        guest = enter(url, service_workers="allow")
        guest.expect_ready("1 thread")
        wait_until_cached(guest)
    # The server has stopped.
    guest.page.reload()
    guest.expect_ready("2 threads")
    guest.draw("5 in one")
    guest.expect_reading("5")


@pytest.mark.parametrize("other", ["preview", "digits/preview"])
def test_two_pages_of_one_host_work_offline(enter: Enter, built: Path, tmp_path: Path, other: str) -> None:
    for name in ("digits", other):
        copytree(built, tmp_path / name)
    change_version(tmp_path / other)
    with serve_plainly(tmp_path) as url:
        guest = enter(f"{url}{other}/", service_workers="allow")
        wait_until_cached(guest)
        guest.page.goto(f"{url}digits/")
        guest.expect_ready()
        guest.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    # The server has stopped.
    for name in ("digits", other):
        guest.page.goto(f"{url}{name}/")
        guest.expect_ready("2 threads")
    guest.page.goto(f"{url}digits/licences.txt")
    expect(guest.page.get_by_text("This page includes ONNX Runtime Web")).to_be_visible()


def test_half_uploaded_version_is_not_kept(enter: Enter, built: Path, tmp_path: Path) -> None:
    folder = tmp_path / "page"
    copytree(built, folder)
    with serve_plainly(folder) as url:
        guest = enter(url, service_workers="allow")
        wait_until_cached(guest)
        files = folder / "files.js"
        (script,) = (folder / "assets").glob("index-*.js")
        script.with_name("index-newer.js").write_bytes(script.read_bytes())
        files.write_text(files.read_text().replace(script.name, "index-newer.js"))
        change_version(folder)
        state = guest.page.evaluate(
            """navigator.serviceWorker.getRegistration().then((registration) => new Promise((done) => {
              registration.addEventListener("updatefound", () => {
                const worker = registration.installing;
                worker.addEventListener("statechange", () => done(worker.state));
              });
              void registration.update();
            }))"""
        )
        assert state == "redundant"
        guest.page.reload()
        guest.expect_ready("2 threads")


def test_new_version_reaches_returning_visitors(enter: Enter, built: Path, tmp_path: Path) -> None:
    folder = tmp_path / "page"
    copytree(built, folder)
    # This server sends no Cache-Control, so browsers guess how long to keep a file.
    with serve_plainly(folder) as url:
        guest = enter(url, service_workers="allow")
        wait_until_cached(guest)
        page = folder / "index.html"
        page.write_text(page.read_text().replace("<main>", '<main data-release="2">'))
        change_version(folder)
        guest.page.reload()
        expect(guest.page.get_by_text("There is a new version.")).to_be_visible()
        expect(guest.page.locator("main[data-release]")).to_have_count(0)
        guest.press("Reload")
        expect(guest.page.locator("main[data-release]")).to_have_count(1)
        expect(guest.page.get_by_text("There is a new version.")).to_be_hidden()


def test_nginx_without_configuration_for_the_page(enter: Enter, built: Path, tmp_path: Path) -> None:
    with serve_by_nginx(built, tmp_path) as url:
        guest = enter(url)
        guest.draw("4")
        guest.expect_reading("4")


def test_help_for_pages_that_cannot_load_their_files(new_page: NewPage, built: Path, plain: str) -> None:
    page = new_page()
    page.goto((built / "index.html").as_uri())
    expect(page.get_by_text("python3 -m http.server")).to_be_visible()
    page.route("**/folder/live", lambda route: route.fulfill(path=built / "index.html"))
    page.goto(f"{plain}folder/live")
    expect(page.get_by_text("does not end with a slash, add one")).to_be_visible()
    page.goto(plain)
    expect(page.get_by_role("heading", name="Draw digits")).to_be_visible()
    expect(page.get_by_text("could not load its files")).to_be_hidden()


@pytest.mark.parametrize(
    ("name", "message"),
    [("digit-detector-*.onnx", "the model file is damaged, even after fetching it again"), ("ort-*.wasm", "")],
)
def test_damaged_file_reported_and_retried(
    name: str, message: str, new_page: NewPage, built: Path, tmp_path: Path
) -> None:
    copytree(built, tmp_path / "page")
    (model,) = (tmp_path / "page/assets").glob(name)
    content = model.read_bytes()
    model.write_bytes(content[:-1000] + bytes([content[-1000] ^ 255]) + content[-999:-1])
    with serve_plainly(tmp_path / "page") as url:
        page = new_page("touch")
        page.goto(url)
        expect(page.get_by_role("alert")).to_contain_text(message or "failed")
        guest = Guest(page, page.context.new_cdp_session(page))
        guest.draw("8")  # drawing works without a detector
        assert guest.ink().any()
        model.write_bytes(content)
        guest.press("Try again")
        guest.expect_reading("8")
        expect(page.get_by_role("alert")).to_be_hidden()


def test_missing_file_reported(new_page: NewPage, built: Path, tmp_path: Path) -> None:
    copytree(built, tmp_path / "page")
    for wasm in (tmp_path / "page/assets").glob("*.wasm"):
        wasm.unlink()
    with serve_plainly(tmp_path / "page") as url:
        page = new_page()
        page.goto(url)
        expect(page.get_by_role("alert")).to_contain_text("The detector failed: the server answered 404 for")


def test_installable(new_page: NewPage, plain: str) -> None:
    page = new_page(service_workers="block")
    page.goto(plain)
    session = page.context.new_cdp_session(page)
    manifest = session.send("Page.getAppManifest")
    assert manifest["errors"] == []
    errors = session.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert {error["errorId"] for error in errors} <= {"in-incognito"}  # as are all contexts in these tests
