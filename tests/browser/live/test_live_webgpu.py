"""A browser with WebGPU, emulated on the CPU: it is tried, it agrees, and the CPU itself stays, being faster."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserType, expect
from support.chromium import FLAGS, find_chromium
from support.live_visitor import DEVICES, enter
from support.static_host import Host

pytestmark = pytest.mark.browser

EMULATED = (
    "--enable-unsafe-webgpu",
    "--use-webgpu-adapter=swiftshader",
    "--enable-features=Vulkan",
    "--use-vulkan=swiftshader",
)


@pytest.fixture
def with_webgpu(browser: Browser) -> Iterator[Browser]:
    kind: BrowserType = browser.browser_type
    flags = [flag for flag in FLAGS if flag != "--disable-gpu"]
    launched = kind.launch(executable_path=find_chromium(), args=[*flags, *EMULATED])
    yield launched
    launched.close()


def test_webgpu_is_tried_while_the_cpu_serves(with_webgpu: Browser, host: Host) -> None:
    context = with_webgpu.new_context(**DEVICES["mouse"], service_workers="block")
    guest = enter(context, host.url, "mouse")
    expect(guest.status).to_have_text("Ready, 2 threads, WebGPU is slower")
    guest.draw("3")
    guest.expect_reading("3")
