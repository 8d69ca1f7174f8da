"""Scenes as batches: drawn, augmented, and prepared exactly as the detector prepares what it serves."""

from pathlib import Path
from typing import Any, NamedTuple

import cv2
import lightning
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, DistributedSampler

from digit_detector.detect.letterbox import preprocess
from digit_detector.drawing import Drawing
from digit_detector.errors import DataError
from digit_detector.synth.rasterize import boxes_of, draw
from digit_detector.synth.scene import Scene, SceneGenerator, SceneMix
from digit_detector.synth.sources.public_sets import TRAINED_ON, Reader, data_root
from digit_detector.synth.splits import Split
from digit_detector.train.augment import (
    GeometricAugmentation,
    PaperAugmentation,
    PhotometricAugmentation,
    PictureAugmentation,
    RasterAugmentation,
)
from digit_detector.train.collected import Pictures, PictureSource, load
from digit_detector.train.echo import Echoing, Loader
from digit_detector.train.hard_examples import read_hard
from digit_detector.yolo.targets import Objects


class Sample(NamedTuple):
    """One picture as the network sees it, and what is on it."""

    input: NDArray[np.float32]
    """(1, S, S), ink in [0, 1]."""
    boxes: NDArray[np.float32]
    """(n, 4) xyxy in pixels of the input."""
    labels: NDArray[np.int64]
    """(n,) class indices."""


_Annotated = tuple[NDArray[np.uint8], NDArray[np.float32], NDArray[np.int64]]
"""A picture (H, W), and its objects' boxes (n, 4) in its pixels and class indices (n,)."""


class SceneDataset(Dataset[Sample]):
    """Scenes `first` to `first + count` of a seed, with kept drawings in the place of some of them, if there are any.

    Every sample is a function of the seed and its index.
    """

    def __init__(
        self,
        generator: SceneGenerator,
        *,
        seed: int,
        first: int,
        count: int,
        input_size: int,
        augmented: bool,
        pictures: Pictures | None = None,
    ) -> None:
        self.generator = generator
        self.pictures = pictures
        self.seed = seed
        self.first = first
        self.count = count
        self.input_size = input_size
        self.geometric = GeometricAugmentation() if augmented else None
        self.paper = PaperAugmentation() if augmented else None
        self.photometric = PhotometricAugmentation() if augmented else None
        self.coarse = RasterAugmentation() if augmented else None
        self.moving = PictureAugmentation() if augmented else None

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, position: int) -> Sample:
        index = self.first + position
        rng = np.random.default_rng((self.seed, index, 1))
        given = self.pictures.pick(np.random.default_rng((self.seed, index, 2))) if self.pictures else None
        if isinstance(given, Drawing):
            image, boxes, labels = self._picture(given, rng)
        else:
            scene = given.scene(rng) if given else self.generator.scene(self.seed, index)
            image, boxes, labels = self._scene(scene, rng)
        prepared = preprocess(image, self.input_size)
        return Sample(prepared.input[0], prepared.to_input(boxes), labels)

    def _scene(self, scene: Scene, rng: np.random.Generator) -> _Annotated:
        if self.geometric:
            scene = self.geometric(scene, rng)
        image, boxes = draw(scene), boxes_of(scene)
        if self.paper:
            image = self.paper(image, rng)
        image = self._photographed(image, rng)
        if self.coarse:
            image, boxes = self.coarse(image, boxes, scene, rng)
        return image, boxes, np.array([placed.label for placed in scene.objects], np.int64)

    def _picture(self, record: Drawing, rng: np.random.Generator) -> _Annotated:
        image, boxes, labels = load(record)
        if self.moving:
            image, boxes = self.moving(image, boxes, rng)
        return self._photographed(image, rng), boxes, labels

    def _photographed(self, image: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
        return self.photometric(image, rng) if self.photometric else image


def collate(samples: list[Sample]) -> tuple[Tensor, Objects]:
    """A batch: pictures (N, 1, S, S) and the objects on them."""
    images = torch.from_numpy(np.stack([sample.input for sample in samples]))
    counts = torch.tensor([len(sample.labels) for sample in samples])
    return images, Objects(
        image=torch.arange(len(samples)).repeat_interleave(counts),
        boxes=torch.from_numpy(np.concatenate([sample.boxes for sample in samples])),
        labels=torch.from_numpy(np.concatenate([sample.labels for sample in samples])),
    )


class SceneData(lightning.LightningDataModule):
    """Scenes for training, from training's writers, and for validation, from writers that training never sees."""

    def __init__(
        self,
        data_root: str | None = None,
        sources: tuple[str, ...] = TRAINED_ON,
        mix: SceneMix | None = None,
        pictures: tuple[PictureSource, ...] = (),
        epoch_scenes: int = 16_384,
        validation_scenes: int = 1_000,
        batch_size: int = 32,
        workers: int = 1,
        echoes: int = 0,
        input_size: int = 192,
        seed: int = 1,
        hard: str | None = None,
    ) -> None:
        """Args:
        data_root: folder of the public sets; by default the environment variable DIGIT_DETECTOR_DATA.
        sources: names of the sources to read.
        mix: how often the kinds of scenes occur.
        pictures: ready pictures with boxes that stand in the place of some scenes, split by session.
        epoch_scenes: scenes an epoch; no scene occurs in two of them.
        validation_scenes: scenes, the same each time.
        batch_size: scenes a step and device.
        workers: processes that make scenes.
        echoes: how often each batch comes again, where a GPU waits for scenes; up to 64 batches are held in memory.
        input_size: side of the network's input in pixels.
        seed: of the training scenes.
        hard: file of `digit-detector data hard-examples`; training shows the drawings that it names more often.
        """
        super().__init__()
        if echoes < 0:
            raise DataError(f"echoes is {echoes}: give 0, or how often each batch is to come again")
        self.given_root = data_root
        self.sources = tuple(sources)
        self.mix = mix or SceneMix()
        self.picture_sources = tuple(pictures)
        self.epoch_scenes = epoch_scenes
        self.validation_scenes = validation_scenes
        self.batch_size = batch_size
        self.workers = workers
        self.echoes = echoes
        self.input_size = input_size
        self.seed = seed
        self.hard = Path(hard) if hard else None
        self._generators: dict[Split, SceneGenerator] = {}
        self._pictures: dict[Split, Pictures] = {}

    def generator(self, split: Split) -> SceneGenerator:
        """The scene generator of one split, read once."""
        if split not in self._generators:
            drawings = Reader(Path(data_root(self.given_root)), split).read(self.sources)
            hard: frozenset[str] = frozenset()
            if self.hard and split == "train":
                hard = read_hard(self.hard)
                if hard.isdisjoint(one.key for one in drawings):
                    raise DataError(f"{self.hard} names no drawing of {', '.join(self.sources)}: make it of these")
            self._generators[split] = SceneGenerator(drawings, self.mix, hard)
        return self._generators[split]

    def pictures(self, split: Split) -> Pictures:
        """The ready pictures of one split, listed once."""
        if split not in self._pictures:
            self._pictures[split] = Pictures(self.picture_sources, split)
        return self._pictures[split]

    def train_dataloader(self) -> Loader[tuple[Tensor, Objects]]:
        """The scenes of the current epoch: index continues where the epoch before ended, also after a resume."""
        epoch = self.trainer.current_epoch if self.trainer else 0
        first = epoch * self.epoch_scenes
        loader = self._loader("train", self.seed, first, self.epoch_scenes, augmented=True)
        return Echoing(loader, self.echoes, self.seed + epoch) if self.echoes else loader

    def val_dataloader(self) -> DataLoader[Sample]:
        """The validation scenes."""
        return self._loader("validation", 0, 0, self.validation_scenes, augmented=False)

    def _loader(self, split: Split, seed: int, first: int, count: int, *, augmented: bool) -> DataLoader[Sample]:
        dataset = SceneDataset(
            self.generator(split),
            seed=seed,
            first=first,
            count=count,
            input_size=self.input_size,
            augmented=augmented,
            pictures=self.pictures(split),
        )
        # Lightning's own sampler would shuffle: so the processes of a training share the batches that one would have.
        processes = self.trainer.world_size if self.trainer and augmented else 1
        return DataLoader(
            dataset,
            sampler=DistributedSampler(dataset, shuffle=False) if processes > 1 else None,
            batch_size=self.batch_size,
            num_workers=self.workers,
            collate_fn=collate,
            worker_init_fn=_one_thread,
            drop_last=augmented,
            prefetch_factor=max(2, 8 // self.workers) if self.workers else None,
            pin_memory=augmented and torch.cuda.is_available(),
        )


def _one_thread(worker: int) -> Any:
    """The cores belong to the network's arithmetic."""
    cv2.setNumThreads(1)
    torch.set_num_threads(1)
