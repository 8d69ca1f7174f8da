"""Measure the page: transfer, time to ready, pen-up to boxes, points received, memory. Run `make web-bench`.

Run it on an idle machine.
"""

from pathlib import Path
from typing import Literal

import numpy as np
from playwright.sync_api import Browser, expect, sync_playwright
from support.chromium import FLAGS, find_chromium
from support.live_visitor import enter
from support.static_host import serve_live, serve_plainly
from support.visitor import DEVICES

from digit_detector.server.live import BUILT

VISITS = 10
DRAWINGS = 100
LONG = 500
SHAPES = ("2", "3", "5 in one", "6", "8")

WATCH = """
    globalThis.bench = { times: [], moved: 0 };
    const boxes = document.querySelector("#boxes");
    let lifted = 0;
    addEventListener("pointermove", (event) => (bench.moved += event.getCoalescedEvents().length), true);
    document.querySelector("#canvas").addEventListener("pointerup", (event) => (lifted = event.timeStamp), true);
    new MutationObserver(() => {
      if (!lifted || boxes.classList.contains("stale") || !boxes.firstChild) return;
      const start = lifted;
      lifted = 0;
      requestAnimationFrame(() => bench.times.push(performance.now() - start));
    }).observe(boxes, { attributes: true, childList: true });
"""


def main() -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        with serve_live(BUILT) as host:
            context = browser.new_context(**DEVICES["touch"])
            guest = enter(context.new_page(), host.url, "touch")
            guest.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
            code = sum(size for path, size in host.sent.items() if not path.endswith((".wasm", ".onnx")))
            print(
                f"first visit: {host.sent.total() / 1e6:.2f} MB, of which {code / 1e3:.0f} kB without model and runtime"
            )
            before = host.sent.total()
            context.new_page().goto(host.url)
            print(f"second visit: {host.sent.total() - before} bytes")
            context.close()
            measure(browser, host.url, "2 threads")
        with serve_plainly(BUILT) as url:
            measure(browser, url, "1 thread")


def measure(browser: Browser, url: str, threads: str) -> None:
    """Measure visits with cached files, then drawings, points and memory."""
    # With one thread without the service worker, which would set the headers for two.
    workers: Literal["block", "allow"] = "block" if threads == "1 thread" else "allow"
    with browser.new_context(**DEVICES["mouse"], service_workers=workers) as context:
        guest, ready = enter(context.new_page(), url), []
        for _ in range(VISITS):
            guest.page.reload()
            guest.expect_ready(threads)
            ready.append(guest.page.evaluate("performance.getEntriesByName('ready')[0].startTime"))
        show(f"{threads}: to ready", ready)
        guest.page.evaluate(WATCH)
        for index in range(DRAWINGS):
            guest.draw(SHAPES[index % len(SHAPES)])
            expect(guest.page.locator("#boxes:not(.stale) .box")).not_to_have_count(0)
            guest.press("Clear")
        show(f"{threads}: pen-up to boxes", guest.page.evaluate("bench.times"))
        guest.page.evaluate("bench.moved = 0")
        points = np.stack([np.linspace(20, 380, 500), 200 + 150 * np.sin(np.arange(500))], axis=1)
        guest.stroke(points)
        print(f"{threads}: {guest.page.evaluate('bench.moved')} of {len(points)} moves received")
        guest.press("Clear")
        sizes = []
        for index in range(LONG):
            guest.stroke(np.array([[100.0, 100], [200, 80], [150 + index % 50, 300]]))
            expect(guest.page.locator("#boxes:not(.stale)")).to_have_count(1)
            guest.press("Clear")
            if index in (LONG // 10 - 1, LONG - 1):
                sizes.append(memory(browser))
        print(f"{threads}: memory {sizes[0]:.0f} MB after {LONG // 10} drawings, {sizes[1]:.0f} MB after {LONG}")


def show(name: str, milliseconds: list[float]) -> None:
    median, p95 = np.percentile(milliseconds, [50, 95])
    print(f"{name}: p50 {median:.0f} ms, p95 {p95:.0f} ms, n = {len(milliseconds)}", flush=True)


def memory(browser: Browser) -> float:
    """Resident memory of the pages' processes with their workers, in MB."""
    processes = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
    renderers = [process["id"] for process in processes if process["type"] == "renderer"]
    statuses = [Path(f"/proc/{number}/status").read_text() for number in renderers]
    return sum(int(status.split("VmRSS:")[1].split()[0]) for status in statuses) / 1024


if __name__ == "__main__":
    main()
