"""Ready pictures with boxes among training's scenes: in their share, split by session, boxes on their ink."""

from pathlib import Path

import numpy as np
import pytest
from support.training import CONFIGS, compose

from digit_detector.classes import CLASSES
from digit_detector.data.convert import main as convert
from digit_detector.data.formats import WRITERS, read_folder
from digit_detector.drawing import Annotation, Drawing
from digit_detector.errors import DataError
from digit_detector.show.render import to_png
from digit_detector.synth.splits import SPLITS
from digit_detector.train.collected import CollectedDrawings, CollectedSource, load
from digit_detector.train.dataset import SceneData, SceneDataset


def bars(number: int) -> Drawing:
    """White bars on dark paper, 300 x 200, of two classes; each drawing of a session has another height."""
    image = np.full((200, 300, 3), (10, 40, 60), np.uint8)
    boxes = [(30.0, 40.0, 60.0, 100.0 + number), (200.0, 80.0, 260.0, 110.0)]
    for x0, y0, x1, y1 in np.array(boxes, int):
        image[y0:y1, x0:x1] = 240
    labels = (str(number % 10), "other")
    annotations = tuple(Annotation(label, box) for label, box in zip(labels, boxes, strict=True))
    session, reviewed = f"s{number // 2}", number % 3 == 0
    return Drawing(f"d{number}", to_png(image), 300, 200, annotations, session, "page", reviewed=reviewed)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("drawings")
    WRITERS["ndjson"](folder, [bars(number) for number in range(60)])
    return folder


def dataset(root: Path, *sources: CollectedSource, augmented: bool = False) -> SceneDataset:
    data = SceneData(data_root=str(root), collected=sources, workers=0)
    return SceneDataset(
        data.generator("train"),
        seed=3,
        count=200,
        input_size=192,
        augmented=augmented,
        collected=CollectedDrawings(data.collected, "train"),
    )


def test_no_session_is_on_two_sides(folder: Path) -> None:
    source = CollectedSource(str(folder), "ndjson", 1.0)
    rng = np.random.default_rng(0)
    drawn = []
    for split in SPLITS:
        pictures = CollectedDrawings((source,), split)
        drawn.append({record.session for record in (pictures.pick(rng) for _ in range(400)) if record})
    assert all(drawn)
    assert sum(len(sessions) for sessions in drawn) == len(set.union(*drawn)) == 30


def test_pictures_stand_in_their_share(root: Path, folder: Path) -> None:
    sources = (
        CollectedSource(str(folder), "ndjson", 0.2),
        CollectedSource(str(folder), "ndjson", 0.4, only_reviewed=True),
    )
    pictures = CollectedDrawings(sources, "train")
    picked = [pictures.pick(np.random.default_rng(seed)) for seed in range(1000)]
    assert sum(record is not None for record in picked) / 1000 == pytest.approx(0.6, abs=0.05)
    reviewed = sum(record is not None and record.reviewed for record in picked)
    assert reviewed / 1000 == pytest.approx(0.4 + 0.2 / 3, abs=0.05)

    plain, mixed = dataset(root), dataset(root, sources[0])
    for index in range(30):  # the scenes beside the pictures stay as they were
        is_scene = mixed.collected.pick(np.random.default_rng((mixed.seed, index, 2))) is None
        assert np.array_equal(plain[index].input, mixed[index].input) == is_scene


def test_own_drawings_alone_need_no_public_sets(folder: Path, tmp_path: Path) -> None:
    sources = tuple(CollectedSource(str(folder), "ndjson", fraction) for fraction in (0.7, 0.2, 0.1))
    data = SceneData(str(tmp_path), collected=sources, workers=0, batch_size=4)
    for loader in (data.train_dataloader(), data.val_dataloader()):
        images, objects = next(iter(loader))
        assert images.shape == (4, 1, 192, 192)
        assert len(objects.labels) == 8


def test_samples_are_functions_of_their_index(root: Path, folder: Path) -> None:
    source = CollectedSource(str(folder), "ndjson", 0.7)
    first, second = dataset(root, source, augmented=True), dataset(root, source, augmented=True)
    for index in range(20):
        assert np.array_equal(first[index].input, second[index].input)
        assert np.array_equal(first[index].boxes, second[index].boxes)


@pytest.mark.parametrize("augmented", [False, True])
def test_boxes_lie_on_the_ink(root: Path, folder: Path, augmented: bool) -> None:
    samples = dataset(root, CollectedSource(str(folder), "ndjson", 1.0), augmented=augmented)
    moved = set()
    for index in range(40):
        sample = samples[index]
        assert [CLASSES[label] for label in sample.labels][1] == "other"
        for x0, y0, x1, y1 in sample.boxes:
            around = sample.input[0][max(0, round(y0) - 5) : round(y1) + 5, max(0, round(x0) - 5) : round(x1) + 5]
            rows, columns = np.nonzero(around > 0.5)
            corner = np.array([max(0, round(x0) - 5), max(0, round(y0) - 5)] * 2)
            ink = np.array([columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]) + corner
            assert ink == pytest.approx([x0, y0, x1, y1], abs=2)
        moved.add(tuple(np.round(sample.boxes[1], 2)))
    assert len(moved) == 1 if not augmented else len(moved) > 5


def test_formats_and_store_give_same_pictures(folder: Path, tmp_path: Path) -> None:
    def listed(path: Path, name: str) -> set[tuple[str, bytes]]:
        pictures = CollectedDrawings((CollectedSource(str(path), name, 1.0),), "train")
        picked = (pictures.pick(np.random.default_rng(seed)) for seed in range(1500))
        records = {record.id: record for record in picked if record}
        return {(id, load(record)[0].tobytes()) for id, record in records.items()}

    expected = listed(folder, "ndjson")
    assert len(expected) > 30
    for name in ("coco", "yolo", "voc"):
        convert(["--from", "ndjson", "--to", name, str(folder), str(tmp_path / name)])
        assert listed(tmp_path / name, name) == expected
    convert(["--from", "ndjson", "--to", "store", "--store", str(tmp_path / "store.sqlite"), str(folder)])
    assert listed(tmp_path / "store.sqlite", "store") == expected


def test_a_picture_comes_as_black_ink_on_white(folder: Path) -> None:
    (record,) = (record for record in read_folder("ndjson", folder) if record.id == "d0")
    image, boxes, labels = load(record)
    assert (image.shape, image.dtype) == ((200, 300), np.uint8)
    assert image[0, 0] == 255
    assert image[50, 40] < 60
    assert boxes.tolist() == [[30, 40, 60, 100], [200, 80, 260, 110]]
    assert labels.tolist() == [0, 10]


def test_what_does_not_fit_is_named(folder: Path, tmp_path: Path) -> None:
    path = str(folder)
    for fractions in ((0.7, 0.7), (0.0,), (-0.5,), (1.5,)):
        with pytest.raises(DataError, match="expected fractions above 0 that sum to at most 1"):
            CollectedDrawings(tuple(CollectedSource(path, "ndjson", fraction) for fraction in fractions), "train")
    with pytest.raises(DataError, match="kitti is no format: give one of auto, coco, yolo"):
        CollectedDrawings((CollectedSource(path, "kitti", 0.5),), "train")
    with pytest.raises(DataError, match="no such folder"):
        CollectedDrawings((CollectedSource(str(tmp_path / "gone"), "coco", 0.5),), "train")
    (tmp_path / "drawings.ndjson").write_text("")
    with pytest.raises(DataError, match=r"no drawings in the training split \(read as ndjson\)"):
        CollectedDrawings((CollectedSource(str(tmp_path), "ndjson", 0.5),), "train")
    (record,) = (record for record in read_folder("ndjson", folder) if record.id == "d0")
    assert isinstance(record.image, Path)
    turned = Drawing("x", record.image, 200, 300, (), "s", "page")
    with pytest.raises(DataError, match="x of page: width and height are 200 x 300, but the picture is 300 x 200"):
        load(turned)


def test_the_configuration_names_them(root: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGIT_DETECTOR_DATA", str(root))
    pictures = f"[{{path: {folder}, format: ndjson, fraction: 0.25}}]"
    train = str(CONFIGS / "train.yaml")
    cli = compose("--config", train, "--data.collected", pictures, "--trainer.logger", "false")
    assert cli.datamodule.collected == (CollectedSource(str(folder), "ndjson", 0.25),)
