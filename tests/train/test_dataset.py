"""What the network is trained on: scenes, augmented, prepared as in serving, with boxes from the moved ink."""

from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from digit_detector.classes import CLASSES
from digit_detector.cli import main as digit_detector
from digit_detector.detect.letterbox import preprocess
from digit_detector.synth.canvases import SceneMix
from digit_detector.synth.generator import SceneGenerator
from digit_detector.synth.scene import Placed, Scene, boxes_of, draw
from digit_detector.synth.splits import Split
from digit_detector.synth.strokes import Sketch
from digit_detector.train import augment
from digit_detector.train.dataset import MAX_WAITING, EchoingDataLoader, EpochSampler, SceneData, SceneDataset, collate


@pytest.fixture(scope="module")
def generator(sketches: list[Sketch]) -> SceneGenerator:
    return SceneGenerator(sketches)


def scenes(generator: SceneGenerator, *, augmented: bool, count: int = 40) -> SceneDataset:
    return SceneDataset(generator, seed=5, count=count, input_size=192, augmented=augmented)


def test_plain_samples_are_what_serving_sees(generator: SceneGenerator) -> None:
    dataset = scenes(generator, augmented=False)
    for index in range(10):
        letterbox = preprocess(draw(generator.scene(5, index)), 192)
        assert np.array_equal(dataset[index].input, letterbox.input[0])


def test_samples_depend_on_their_index_alone(generator: SceneGenerator) -> None:
    first, second = scenes(generator, augmented=True), scenes(generator, augmented=True, count=5)
    for index in range(30, 40):
        assert np.array_equal(first[index].input, second[index].input)
        assert np.array_equal(first[index].boxes, second[index].boxes)


def test_epochs_have_new_scenes_shared_by_processes(generator: SceneGenerator) -> None:
    dataset = scenes(generator, augmented=True, count=8)
    samplers = [EpochSampler(dataset, processes=2, rank=rank) for rank in (0, 1)]
    epochs = []
    for epoch in (0, 1, 2):
        for sampler in samplers:
            sampler.set_epoch(epoch)
        epochs.append([list(sampler) for sampler in samplers])
    assert epochs[0] == [[0, 2, 4, 6], [1, 3, 5, 7]]
    assert sorted(index for epoch in epochs for rank in epoch for index in rank) == list(range(24))


def test_boxes_hold_the_ink_after_augmentation(sketches: list[Sketch], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(augment, "shadow", lambda image, rng: image)  # which darkens paper
    canvases = SceneMix(numbers=0, windows=0, print=0)  # whose marks lie beside the boxes
    dataset = scenes(SceneGenerator(sketches, canvases), augmented=True, count=150)
    inside, all_ink = 0.0, 0.0
    for index in range(len(dataset)):
        sample = dataset[index]
        if not len(sample.labels) or dataset.generator.scene(5, index).lines:
            continue
        mask = np.zeros((192, 192), bool)
        for x0, y0, x1, y1 in sample.boxes:
            mask[max(0, int(y0) - 2) : int(y1) + 3, max(0, int(x0) - 2) : int(x1) + 3] = True
        inside += float(sample.input[0][mask].sum())
        all_ink += float(sample.input[0].sum())
    assert inside / all_ink > 0.97  # specks lie outside


def test_turned_ink_has_tight_boxes() -> None:
    """The box of a turned stroke is that of its ink, not that of its turned box."""
    diagonal = Placed(np.array([[150, 150], [250, 250]], np.float32), (2,), 3.0, 1)
    scene = Scene(400, 400, (diagonal,))
    moved = augment.geometric(scene, np.random.default_rng(3), probability=1.0)
    assert not np.array_equal(moved.objects[0].points, diagonal.points)
    rows, columns = np.nonzero(draw(moved) < 128)
    pixels = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
    assert boxes_of(moved)[0] == pytest.approx(pixels, abs=2)


def test_geometry_keeps_the_scene_given_as_it_was() -> None:
    scene = Scene(400, 400, (Placed(np.array([[150, 150], [250, 250]], np.float32), (2,), 3.0, 1),))
    before = scene.objects[0].points.copy()
    augment.geometric(scene, np.random.default_rng(0), probability=1.0)
    assert np.array_equal(scene.objects[0].points, before)


def test_ink_never_leaves_the_canvas_by_much() -> None:
    corner = Placed(np.array([[2, 2], [60, 60]], np.float32), (2,), 3.0, 1)
    for seed in range(40):
        scene = augment.geometric(Scene(400, 400, (corner,)), np.random.default_rng(seed), probability=1.0)
        points = scene.objects[0].points
        assert points.min() >= -12.1
        assert points.max() <= 412.1


def test_every_object_stays_in_sight(generator: SceneGenerator) -> None:
    for index in range(60):
        boxes = boxes_of(augment.geometric(generator.scene(6, index), np.random.default_rng(index), probability=1.0))
        assert (boxes[:, 2:] > boxes[:, :2]).all()


def test_photometry_changes_the_look_not_the_shape() -> None:
    image = np.full((120, 90), 255, np.uint8)
    image[30:80, 40:50] = 0
    changed = [augment.photometric(image, np.random.default_rng(seed), probability=1.0) for seed in range(20)]
    assert all(other.shape == image.shape and other.dtype == np.uint8 for other in changed)
    assert any((other[0, 0] < 128) for other in changed)  # dark paper
    assert any(not np.array_equal(other, image) for other in changed)


def test_pencil_keeps_paper_and_shape() -> None:
    stroke = np.array([[50, 40], [50, 150]], np.float32)
    scene = Scene(100, 200, (Placed(stroke, (2,), 12.0, 1),))
    image = draw(scene)
    for seed in range(20):
        drawn = augment.pencil(image, scene, np.random.default_rng(seed), probability=1.0)
        assert not np.array_equal(drawn, image)
        assert (drawn[image == 255] == 255).all()
        dark_rows = (drawn[45:145] < 200).any(axis=1)
        assert dark_rows.mean() > 0.4  # the stroke is still one of its length


def test_shadow_is_a_band_across_the_picture_and_sometimes_the_edge_of_a_desk() -> None:
    image = np.full((90, 120), 255, np.uint8)
    desks, thin, tilted = [], 0, 0
    for seed in range(100):
        shaded = augment.shadow(image, np.random.default_rng(seed), probability=1.0).astype(int)
        assert shaded.min() < 250
        changes = [np.abs(np.diff(shaded, axis=axis)).mean() for axis in (0, 1)]
        assert min(changes) < 0.4 * max(changes)  # the band lies or stands
        tilted += min(changes) > 0
        thin += 0 < (shaded < 250).mean() < 0.05
        if changes[0] > changes[1]:
            shaded = shaded.T
        first, last = (float(np.median(shaded[:, side])) for side in (slice(3), slice(-3, None)))
        if abs(first - last) > 20 and (np.abs(shaded - min(first, last)) < 4).mean() > 0.05:
            desks.append(first < last)
    assert thin > 5
    assert tilted > 80
    assert {True, False} == set(desks)  # at either side


def rastered(scene: Scene, seeds: int = 40) -> list[tuple[NDArray[np.uint8], NDArray[np.float32]]]:
    image, boxes = draw(scene), boxes_of(scene)
    return [augment.raster(image, boxes, scene, np.random.default_rng(seed), probability=1.0) for seed in range(seeds)]


def test_a_coarse_raster_keeps_its_boxes_around_the_ink() -> None:
    scene = Scene(400, 300, (Placed(np.array([[60, 50], [300, 240]], np.float32), (2,), 24.0, 1),))
    pictures = rastered(scene)
    for image, boxes in pictures:
        rows, columns = np.nonzero(image < 128)
        cell = 24.0 * 0.8 * image.shape[1] / 400
        assert boxes[0] == pytest.approx([columns.min(), rows.min(), columns.max() + 1, rows.max() + 1], abs=cell)
    assert {image.shape == (300, 400) for image, _ in pictures} == {True, False}
    assert min(image.shape[1] for image, _ in pictures) < 40
    assert any((np.repeat(image[:, ::2], 2, axis=1) == image).mean() > 0.95 for image, _ in pictures)  # pixels in sight


@pytest.mark.parametrize("objects", [(), (Placed(np.array([[50, 50], [90, 60]], np.float32), (2,), 2.0, 1),)])
def test_what_a_coarse_raster_would_lose_stays_as_it_was(objects: tuple[Placed, ...]) -> None:
    scene = Scene(400, 400, objects)
    assert all(np.array_equal(image, draw(scene)) for image, _ in rastered(scene, seeds=5))


def test_collate_lays_objects_end_to_end(generator: SceneGenerator) -> None:
    dataset = scenes(generator, augmented=False)
    samples = [dataset[index] for index in range(6)]
    images, objects = collate(samples)
    assert images.shape == (6, 1, 192, 192)
    for index, sample in enumerate(samples):
        own = objects.image == index
        assert torch.equal(objects.boxes[own], torch.from_numpy(sample.boxes))
        assert torch.equal(objects.labels[own], torch.from_numpy(sample.labels))


def test_a_batch_of_blank_canvases(generator: SceneGenerator) -> None:
    dataset = scenes(generator, augmented=False, count=400)
    blank = next(sample for sample in dataset if not len(sample.labels))
    _, objects = collate([blank, blank])
    assert objects.boxes.shape == (0, 4)


def test_training_and_validation_come_from_different_hands(root: Path) -> None:
    data = SceneData(data_root=str(root), epoch_scenes=8, validation_scenes=4, batch_size=4, workers=0)
    images, objects = next(iter(data.train_dataloader()))
    assert images.shape == (4, 1, 192, 192)
    assert objects.labels.dtype == torch.int64
    assert len(list(data.val_dataloader())) == 1
    splits: tuple[Split, ...] = ("train", "validation")
    hands = [
        {
            (sketch.source, sketch.writer)
            for label in range(len(CLASSES))
            for seed in range(50)
            for sketch in (data.generator(split).sampler.sample(np.random.default_rng(seed), label),)
        }
        for split in splits
    ]
    assert all(hands)
    assert not hands[0] & hands[1]


@pytest.mark.parametrize(
    "command", [["sheet", "sheet.png", "--columns", "3", "--rows", "2"], ["anchors", "--scenes", "60"]]
)
def test_data_commands(
    root: Path, tmp_path: Path, command: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert digit_detector(["data", *command, "--data-root", str(root)]) == 0
    printed = capsys.readouterr().out
    assert "read: " in printed
    if command[0] == "sheet":
        assert (tmp_path / "sheet.png").stat().st_size > 1000
    else:
        assert printed.count("    - [[") == 3


def test_sheet_without_columns(root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sheet = ["data", "sheet", str(tmp_path / "sheet.png"), "--columns", "0", "--data-root", str(root)]
    assert digit_detector(sheet) == 1
    assert "--columns is 0" in capsys.readouterr().err


def loader(count: int, echoes: int, seed: int = 0) -> EchoingDataLoader:
    return EchoingDataLoader(range(count), batch_size=None, echoes=echoes, seed=seed)


@pytest.mark.parametrize("echoes", [0, 1, 2])
def test_each_batch_is_repeated(echoes: int) -> None:
    count = 5 * MAX_WAITING
    batches = list(loader(count, echoes))
    assert len(batches) == len(loader(count, echoes)) == count * (1 + echoes)
    assert set(Counter(batches).values()) == {1 + echoes}
    assert list(dict.fromkeys(batches)) == list(range(count))
    assert sum(first == second for first, second in pairwise(batches)) < len(batches) / 20


def test_few_batches_are_repeated_at_the_end() -> None:
    batches = list(loader(3, 1))
    assert batches[:3] == [0, 1, 2]
    assert sorted(batches[3:]) == [0, 1, 2]


def test_seed_decides_the_order() -> None:
    assert list(loader(50, 1, seed=3)) == list(loader(50, 1, seed=3))
    assert list(loader(50, 1, seed=3)) != list(loader(50, 1, seed=4))
