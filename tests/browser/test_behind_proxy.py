"""Two replicas on one PostgreSQL, behind nginx, all with the settings of `deploy/`."""

import json
import re
import sys
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import expect
from support.page import pen_strokes
from support.postgres import Postgres
from support.replicas import Replica, run_replicas
from support.visitor import Arrive

from digit_detector import limits
from digit_detector.page.components.canvas import rasterize
from digit_detector.show.render import to_png

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="many addresses on loopback")
PASSWORD = "open sesame"  # pragma: allowlist secret
Cluster = tuple[str, list[Replica]]


@pytest.fixture(scope="module")
def settings(postgres: Postgres) -> dict[str, str]:
    return {"DIGIT_DETECTOR_STORE": postgres.create(), "DIGIT_DETECTOR_REVIEW_PASSWORD": PASSWORD}


@pytest.fixture(scope="module")
def cluster(settings: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with run_replicas(2, tmp_path_factory.mktemp("replicas"), settings) as cluster:
        yield cluster


def metric(replica: Replica, name: str) -> int:
    metrics = urlopen(f"{replica.url}/metrics").read().decode()
    return sum(int(float(value)) for value in re.findall(rf"^{name}(?:{{.*}})? (\S+)$", metrics, re.MULTILINE))


def strokes_answered(replica: Replica) -> int:
    return metric(replica, "digit_detector_stroke_seconds_count")


def requests(replica: Replica) -> int:
    """Return the number of requests so far, without the one that asks."""
    return metric(replica, "digit_detector_requests_total")


def test_visitor_stays_on_one_replica(arrive: Arrive, cluster: Cluster) -> None:
    url, replicas = cluster
    before = [requests(replica) for replica in replicas]
    visitor = arrive(url, "touch")
    visitor.draw("4", x=60, y=100, height=180)
    visitor.expect_boxes("4")
    visitor.draw("7", x=240, y=100, height=180)
    visitor.expect_reading("4 7")
    new = sorted(requests(replica) - count for replica, count in zip(replicas, before, strict=True))
    assert new[0] == 1  # the first question for its metrics
    assert new[1] > 10


def test_picture_above_a_megabyte(arrive: Arrive, cluster: Cluster) -> None:
    picture = to_png(rasterize(pen_strokes("3"))) + bytes(2_000_000)  # which decoders ignore
    visitor = arrive(f"{cluster[0]}/picture", ready="text=Choose a picture")
    files = visitor.page.locator("input[type=file]:not([capture])")
    files.set_input_files([{"name": "three.png", "mimeType": "image/png", "buffer": picture}])
    visitor.expect_reading("3")
    asked = Request(f"{cluster[0]}/api/detect", picture, {"Content-Type": "image/png"})
    assert [found["label"] for found in json.load(urlopen(asked))["detections"]] == ["3"]


def test_contribution_is_found_on_the_other_replica(arrive: Arrive, cluster: Cluster) -> None:
    url, replicas = cluster
    before = [strokes_answered(replica) for replica in replicas]
    giver = arrive(url)
    giver.unfold("Help it learn")
    giver.press("I agree")
    expect(giver.page.get_by_role("button", name="Stop contributing")).to_be_attached()
    giver.draw("3")
    giver.expect_reading("3")
    giver.press("Right")
    expect(giver.page.get_by_text("Thank you! Your drawing is kept.")).to_be_visible()
    code = giver.page.locator(".st-key-contribution strong").inner_text()
    (other,) = [replica for replica, count in zip(replicas, before, strict=True) if strokes_answered(replica) == count]
    page = giver.page
    page.goto(f"{other.url}/receipt")
    field = page.get_by_label("Code")
    field.fill(code)
    field.press("Enter")
    expect(page.get_by_alt_text("Your drawing: ")).to_have_count(1)
    page.goto(f"{other.url}/review")
    field = page.get_by_role("textbox", name="Password")
    field.fill(PASSWORD)
    field.press("Enter")
    expect(page.get_by_alt_text("A drawing with its labels: 3")).to_be_visible()


def test_rate_limit_holds_for_each_client(cluster: Cluster) -> None:
    host = cluster[0].removeprefix("http://")

    def ask(connection: HTTPConnection) -> int:
        connection.request("POST", "/api/detect", headers={"Content-Type": "text/plain"})
        answer = connection.getresponse()
        answer.read()
        return answer.status

    flooding, *others = [HTTPConnection(host, source_address=(f"127.0.0.{number}", 0)) for number in range(20, 40)]
    start, admitted = time.monotonic(), 0
    while (status := ask(flooding)) != 429:
        assert status == 415
        admitted += 1
    assert admitted <= limits.API.burst + limits.API.per_second * (time.monotonic() - start)
    assert {ask(connection) for connection in others} == {415}  # on both replicas
    for connection in (flooding, *others):
        connection.close()


def test_drawing_goes_on_when_its_replica_stops(arrive: Arrive, settings: dict[str, str], tmp_path: Path) -> None:
    with run_replicas(2, tmp_path, settings) as (url, replicas):
        visitor = arrive(url)
        visitor.draw("3", x=40, y=100, height=180)
        visitor.expect_reading("3")
        first, second = sorted(replicas, key=strokes_answered, reverse=True)
        first.stop()
        visitor.draw("7", x=220, y=100, height=180)
        visitor.expect_reading("3 7")
        assert strokes_answered(second) > 0
