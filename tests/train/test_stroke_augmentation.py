"""Stroke augmentation: each object keeps its own strokes; ambiguous drawings stay pictures."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from support.drawings import picture
from support.strokes import strokes

from digit_detector.classes import CLASSES
from digit_detector.data.formats import WRITERS
from digit_detector.drawing import Annotation, Drawing, Stroke
from digit_detector.synth.scene import boxes_of, draw
from digit_detector.train.collected import CollectedDrawings, CollectedSource, StrokeAugmentation
from digit_detector.train.dataset import SceneData, SceneDataset

PEN = 12.0


def written(*digits: tuple[str, float]) -> Drawing:
    """Digits at these x of a canvas, 150 px high, on a picture that shows none of them."""
    pens, annotations = [], []
    for digit, x in digits:
        lines = strokes(digit, x, 120, 150)
        pens += [Stroke(tuple(map(tuple, line.tolist())), PEN) for line in lines]
        points = np.concatenate(lines)
        box = (*(points.min(0) - PEN / 2).tolist(), *(points.max(0) + PEN / 2).tolist())
        annotations.append(Annotation(digit, box))
    return Drawing("d", picture(400, 400), 400, 400, tuple(annotations), "s1", "page", strokes=tuple(pens))


ROW = written(("4", 20), ("7", 150), ("2", 270))


def test_strokes_get_another_pen_place_and_size() -> None:
    drawing = StrokeAugmentation.from_drawing(ROW)
    assert drawing is not None
    pens, places, sizes = [], [], []
    for seed in range(30):
        scene = drawing.scene(np.random.default_rng(seed))
        assert [CLASSES[placed.label] for placed in scene.objects] == ["4", "7", "2"]
        boxes = boxes_of(scene)
        assert (np.diff(boxes[:, 0]) > 0).all()  # in their order
        pens.append(scene.objects[1].pen)
        places.append(boxes[1, :2])
        sizes.append(boxes[1, 3] - boxes[1, 1])
        ink = draw(scene) < 128
        rows, columns = np.nonzero(ink)
        extent = (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
        assert extent == pytest.approx([*boxes[:, :2].min(0), *boxes[:, 2:].max(0)], abs=2.5)
    assert max(pens) > 3 * min(pens)
    assert np.ptp(places, axis=0).min() > 30
    assert max(sizes) > 1.3 * min(sizes)
    assert max(sizes) < 200


@pytest.mark.parametrize(
    "doubtful",
    [
        pytest.param(written(("4", 20), ("7", 30)), id="boxes that overlap"),
        pytest.param(replace(ROW, annotations=ROW.annotations[:2]), id="strokes of no object"),
        pytest.param(replace(ROW, strokes=ROW.strokes[:2] if ROW.strokes else None), id="objects without strokes"),
        pytest.param(replace(ROW, annotations=()), id="no object"),
        pytest.param(replace(ROW, strokes=None), id="strokes not known"),
        pytest.param(
            replace(ROW, strokes=tuple(replace(one, colour=f"#{at}00000") for at, one in enumerate(ROW.strokes or ()))),
            id="an ink that may be an eraser's",
        ),
    ],
)
def test_in_doubt_a_drawing_is_not_drawn_anew(doubtful: Drawing) -> None:
    assert StrokeAugmentation.from_drawing(doubtful) is None


def test_only_training_scenes_are_augmented(root: Path, tmp_path: Path) -> None:
    WRITERS["ndjson"](tmp_path, [replace(ROW, id=str(number), session=str(number)) for number in range(30)])
    data = SceneData(data_root=str(root), collected=(CollectedSource(str(tmp_path), "ndjson", 1.0),), workers=0)
    samples = SceneDataset(
        data.generator("train"),
        seed=3,
        count=20,
        input_size=192,
        augmented=True,
        collected=CollectedDrawings(data.collected, "train"),
    )
    for index in range(20):
        assert [CLASSES[label] for label in samples[index].labels] == ["4", "7", "2"]
        assert samples[index].input.max() > 0.5  # where the picture is white
    assert isinstance(CollectedDrawings(data.collected, "validation").pick(np.random.default_rng(0)), Drawing)
    assert isinstance(CollectedDrawings(data.collected, "train").pick(np.random.default_rng(0)), StrokeAugmentation)
