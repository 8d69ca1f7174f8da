"""The detector from a picture to detections, the same by every way in."""

import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from digit_detector import Detections, Detector
from digit_detector.errors import ImageError


@pytest.fixture(scope="module")
def detector(onnx_file: Path) -> Detector:
    return Detector.load(onnx_file, threads=1)


def same(first: Detections, second: Detections) -> bool:
    return first.to_json() == second.to_json()


def test_every_way_in_gives_the_same(
    detector: Detector, drawing: np.ndarray, drawing_png: bytes, tmp_path: Path
) -> None:
    (tmp_path / "a.png").write_bytes(drawing_png)
    expected = detector.detect(drawing)
    assert len(expected) > 0
    for source in (tmp_path / "a.png", str(tmp_path / "a.png"), drawing_png, Image.open(io.BytesIO(drawing_png))):
        assert same(detector.detect(source), expected)


def test_boxes_are_in_pixels_of_the_picture(detector: Detector, drawing: np.ndarray) -> None:
    found = detector.detect(drawing)
    assert (found.width, found.height) == (320, 240)
    assert found.boxes[:, 0::2].max() <= 320
    assert found.boxes[:, 1::2].max() <= 240
    assert found.boxes[:, 2].max() > 192  # beyond the network's own input


def test_the_default_thresholds_are_those_of_the_weights(detector: Detector, drawing: np.ndarray) -> None:
    metadata = detector.metadata
    assert same(detector.detect(drawing), detector.detect(drawing, metadata.score_threshold, metadata.iou_threshold))


def test_thresholds_need_no_new_prediction(detector: Detector, drawing: np.ndarray) -> None:
    raw = detector.predict(drawing)
    assert raw.milliseconds > 0
    for score, iou in ((0.3, 0.45), (0.5, 0.45), (0.0, 0.2), (1.0, 0.45)):
        found = raw.detections(score, iou)
        assert same(found, detector.detect(drawing, score, iou))
        assert (found.scores >= score).all()
    counts = [len(raw.detections(score)) for score in (0.3, 0.4, 0.5, 0.6, 1.0)]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > counts[-1] == 0


def test_drawing_is_read_from_its_ink(detector: Detector, drawing: np.ndarray) -> None:
    assert same(detector.predict_ink(255 - drawing).detections(), detector.detect(drawing))
    ruled = drawing.copy()
    ruled[::40] = 0
    assert detector.predict_ink(255 - ruled).letterbox.input.sum() > detector.predict(ruled).letterbox.input.sum()


@pytest.mark.parametrize("value", [-0.1, 1.5, float("nan")])
@pytest.mark.parametrize("name", ["score_threshold", "iou_threshold"])
def test_threshold_outside_0_to_1_is_refused(detector: Detector, drawing: np.ndarray, name: str, value: float) -> None:
    with pytest.raises(ValueError, match=f"{name} is .* from 0 to 1"):
        detector.detect(drawing, **{name: value})


def test_threads_may_share_a_detector(detector: Detector, drawing: np.ndarray) -> None:
    pictures = [np.roll(drawing, 5 * shift, axis=1) for shift in range(16)]
    expected = [detector.detect(picture) for picture in pictures]
    with ThreadPoolExecutor(4) as pool:
        assert all(map(same, pool.map(detector.detect, pictures), expected))


def test_a_picture_is_not_changed(detector: Detector, drawing: np.ndarray) -> None:
    before = drawing.copy()
    detector.detect(drawing)
    np.testing.assert_array_equal(drawing, before)


@pytest.mark.parametrize("shape", [(1, 1), (1, 500), (500, 1, 3), (3, 2, 4)])
@pytest.mark.parametrize("value", [0, 255])
def test_pictures_of_any_shape_are_taken(detector: Detector, shape: tuple[int, ...], value: int) -> None:
    found = detector.detect(np.full(shape, value, np.uint8))
    assert (found.height, found.width) == shape[:2]


def test_what_is_no_picture_is_refused(detector: Detector) -> None:
    with pytest.raises(ImageError):
        detector.detect(b"no picture")
