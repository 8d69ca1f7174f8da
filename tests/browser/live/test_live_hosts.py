"""Whatever serves the folder: what is transferred, with and without headers, a network, or whole files."""

from pathlib import Path
from shutil import copytree

import pytest
from playwright.sync_api import Browser, expect
from support.live_visitor import DEVICES, Guest, enter
from support.static_host import Host, serve_live, serve_plainly

pytestmark = pytest.mark.browser

MOST_TRANSFERRED = 15_000_000
MOST_OF_OWN_CODE = 150_000
KEPT = "caches.keys().then((names) => names.filter((name) => name.startsWith('digit-detector-shell')).length)"


def wait_until_kept(guest: Guest) -> None:
    """Until the service worker has all it needs to do without a network."""
    guest.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    assert guest.page.evaluate(KEPT) == 1


def test_the_first_visit_transfers_little_and_the_second_nothing(browser: Browser, built: Path) -> None:
    context = browser.new_context(**DEVICES["touch"])
    with serve_live(built) as host:
        guest = enter(context, host.url, "touch")
        wait_until_kept(guest)
        first = host.sent.copy()
        assert first.total() <= MOST_TRANSFERRED
        own = {path: size for path, size in first.items() if not path.endswith((".wasm", ".onnx"))}
        assert sum(own.values()) <= MOST_OF_OWN_CODE
        guest.page.close()
        again = enter(context, host.url, "touch")
        again.draw("3")
        again.expect_reading("3")
        assert host.sent == first
    context.close()


def test_no_other_host_is_asked_for_anything(browser: Browser, host: Host) -> None:
    context = browser.new_context(**DEVICES["mouse"])
    asked: set[str] = set()
    context.on("request", lambda request: asked.add(request.url))
    guest = enter(context, host.url, "mouse")
    guest.draw("3")
    guest.expect_reading("3")
    wait_until_kept(guest)
    assert len(asked) > 5
    assert all(url.startswith((host.url, "blob:")) for url in asked)
    # Nor could it be: not even a script that has come in could send a drawing away.
    refused = guest.page.evaluate(
        "fetch('http://127.0.0.2:9/', { mode: 'no-cors' }).then(() => '', (error) => error.name)"
    )
    assert refused == "TypeError"
    policy = guest.page.locator('meta[http-equiv="Content-Security-Policy"]').get_attribute("content")
    assert "default-src 'none'" in policy
    assert "connect-src 'self'" in policy
    context.close()


def test_with_the_headers_there_are_two_threads(browser: Browser, host: Host) -> None:
    context = browser.new_context(**DEVICES["mouse"], service_workers="block")
    guest = enter(context, host.url, "mouse")
    guest.expect_ready("2 threads")
    guest.draw("4")
    guest.expect_reading("4")
    context.close()


def test_plain_server_without_shared_memory(browser: Browser, plain: str) -> None:
    context = browser.new_context(**DEVICES["touch"], service_workers="block")
    context.add_init_script("delete globalThis.SharedArrayBuffer")
    guest = enter(context, plain, "touch")
    guest.expect_ready("one thread")
    guest.draw("6")
    guest.expect_reading("6")
    context.close()


def test_from_a_plain_server_the_second_visit_has_two_threads_and_needs_no_network(
    browser: Browser, built: Path
) -> None:
    context = browser.new_context(**DEVICES["mouse"])
    with serve_plainly(built) as url:
        guest = enter(context, url, "mouse")
        guest.expect_ready("one thread")
        wait_until_kept(guest)
    # The server is gone.
    guest.page.reload()
    guest.expect_ready("2 threads")
    guest.draw("5 in one")
    guest.expect_reading("5")
    context.close()


def test_a_damaged_model_is_named_and_once_mended_the_page_goes_on(
    browser: Browser, built: Path, tmp_path: Path
) -> None:
    copytree(built, tmp_path / "page")
    (model,) = (tmp_path / "page/assets").glob("*.onnx")
    content = model.read_bytes()
    model.write_bytes(content[:4_000_000] + bytes([content[4_000_000] ^ 255]) + content[4_000_001:])
    context = browser.new_context(**DEVICES["touch"])
    with serve_plainly(tmp_path / "page") as url:
        page = context.new_page()
        page.goto(url)
        expect(page.get_by_role("alert")).to_contain_text("the model's file is damaged, also when fetched again")
        guest = Guest(page, context.new_cdp_session(page))
        guest.draw("8")  # which works without a detector
        assert guest.ink().any()
        model.write_bytes(content)
        guest.press("Try again")
        guest.expect_reading("8")
        expect(page.get_by_role("alert")).to_be_hidden()
    context.close()


def test_a_missing_file_is_named(browser: Browser, built: Path, tmp_path: Path) -> None:
    copytree(built, tmp_path / "page")
    for wasm in (tmp_path / "page/assets").glob("*.wasm"):
        wasm.unlink()
    context = browser.new_context(**DEVICES["mouse"])
    with serve_plainly(tmp_path / "page") as url:
        page = context.new_page()
        page.goto(url)
        expect(page.get_by_role("alert")).to_contain_text("The detector does not run: the host answers 404 for")
    context.close()


def test_the_page_can_be_installed(browser: Browser, plain: str) -> None:
    context = browser.new_context(**DEVICES["mouse"], service_workers="block")
    page = context.new_page()
    page.goto(plain)
    session = context.new_cdp_session(page)
    manifest = session.send("Page.getAppManifest")
    assert manifest["errors"] == []
    hindrances = session.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert {one["errorId"] for one in hindrances} <= {"in-incognito"}  # as every context of these tests is
    context.close()
