"""Training data: scenes drawn, augmented, and preprocessed exactly as in serving."""

import random
from collections.abc import Iterator
from dataclasses import KW_ONLY, dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

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
from digit_detector.metadata import INPUT_SIZE
from digit_detector.synth.canvases import SceneMix
from digit_detector.synth.generator import SceneGenerator
from digit_detector.synth.scene import Scene, boxes_of, draw
from digit_detector.synth.sources.public_sets import SCENES_OF, Reader, data_root
from digit_detector.synth.splits import Split
from digit_detector.train import augment
from digit_detector.train.collected import CollectedDrawings, CollectedSource, load
from digit_detector.train.hard_examples import read_hard_examples
from digit_detector.yolo.targets import Objects

MAX_WAITING: Final = 64
"""Echoes that wait, among which the next one is chosen, so that a batch returns some time later."""


class Sample(NamedTuple):
    """One picture as the network sees it, and what is on it."""

    input: NDArray[np.float32]
    """(1, S, S), ink in [0, 1]."""
    boxes: NDArray[np.float32]
    """(n, 4) xyxy in pixels of the input."""
    labels: NDArray[np.int64]
    """(n,) class indices."""


_Annotated = tuple[NDArray[np.uint8], NDArray[np.float32], NDArray[np.int64]]
"""A picture (H, W) with its objects' boxes (n, 4) in pixels and class indices (n,)."""


@dataclass(eq=False)
class SceneDataset(Dataset[Sample]):
    """Scenes of a seed by their index, some of them replaced by contributed drawings if there are any.

    The generator is None where contributed drawings replace all of them.
    Every sample is a function of the seed and its index. `len` is the number of scenes in an epoch; larger indices are
    valid and give further scenes.
    """

    generator: SceneGenerator | None
    _: KW_ONLY
    seed: int
    count: int
    input_size: int
    augmented: bool
    collected: CollectedDrawings | None = None

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, index: int) -> Sample:
        rng = np.random.default_rng((self.seed, index, 1))
        drawing = self.collected.pick(np.random.default_rng((self.seed, index, 2))) if self.collected else None
        if isinstance(drawing, Drawing):
            image, boxes, labels = self._picture(drawing, rng)
        else:
            source = drawing.scene(rng) if drawing else None
            if source is None:
                assert self.generator is not None
                source = self.generator.scene(self.seed, index)
            image, boxes, labels = self._scene(source, rng)
        letterbox = preprocess(image, self.input_size)
        return Sample(letterbox.input[0], letterbox.to_input(boxes), labels)

    def _scene(self, scene: Scene, rng: np.random.Generator) -> _Annotated:
        if self.augmented:
            scene = augment.geometric(scene, rng)
        image, boxes = draw(scene), boxes_of(scene)
        if self.augmented:
            image = augment.pencil(image, scene, rng)
            image = augment.shadow(image, rng)
            image = augment.photometric(image, rng)
            image, boxes = augment.raster(image, boxes, scene, rng)
        return image, boxes, np.array([placed.label for placed in scene.objects], np.int64)

    def _picture(self, drawing: Drawing, rng: np.random.Generator) -> _Annotated:
        image, boxes, labels = load(drawing)
        if self.augmented:
            image, boxes = augment.picture(image, boxes, rng)
            image = augment.photometric(image, rng)
        return image, boxes, labels


def collate(samples: list[Sample]) -> tuple[Tensor, Objects]:
    """Stack samples into a batch: pictures (N, 1, S, S) and the objects on them."""
    images = torch.from_numpy(np.stack([sample.input for sample in samples]))
    counts = torch.tensor([len(sample.labels) for sample in samples])
    return images, Objects(
        image=torch.arange(len(samples)).repeat_interleave(counts),
        boxes=torch.from_numpy(np.concatenate([sample.boxes for sample in samples])),
        labels=torch.from_numpy(np.concatenate([sample.labels for sample in samples])),
    )


class EpochSampler(DistributedSampler[int]):
    """Sample the next scenes in each epoch, shared out in order over the processes of a training.

    Lightning calls `set_epoch` at the start of each epoch, and after a resume.
    """

    def __init__(self, dataset: SceneDataset, processes: int, rank: int) -> None:
        super().__init__(dataset, processes, rank, shuffle=False)
        self.scenes = len(dataset)

    def __iter__(self) -> Iterator[int]:
        return (self.epoch * self.scenes + index for index in super().__iter__())


class EchoingDataLoader(DataLoader[Sample]):
    """Yield each batch when it is ready, and `echoes` more times between later ones.

    Data echoing (Choi et al. 2019) helps where making a batch takes longer than learning from it.
    """

    def __init__(self, *args: Any, echoes: int = 0, seed: int = 0, **kwargs: Any) -> None:
        """Take DataLoader's arguments, and how often each batch is repeated, in an order that the seed decides."""
        super().__init__(*args, **kwargs)
        self.echoes = echoes
        self._random = random.Random(seed)

    def __len__(self) -> int:
        return super().__len__() * (1 + self.echoes)

    def __iter__(self) -> Iterator[Any]:  # type: ignore[override]  # DataLoader promises its private iterator
        waiting: list[Any] = []
        for batch in super().__iter__():
            yield batch
            waiting += [batch] * self.echoes
            while len(waiting) > MAX_WAITING:
                yield waiting.pop(self._random.randrange(len(waiting)))
        while waiting:
            yield waiting.pop(self._random.randrange(len(waiting)))


@dataclass(eq=False)
class SceneData(lightning.LightningDataModule):
    """Training scenes from training writers, and validation scenes from writers that training never sees.

    Args:
        data_root: folder of the public sets; by default the environment variable DIGIT_DETECTOR_DATA.
        sources: names of the sources to read.
        mix: how often each kind of scene occurs.
        collected: contributed drawings that replace some scenes, split by session; where their fractions sum to 1, no
            public sets are needed.
        epoch_scenes: scenes per epoch; each epoch has new ones.
        validation_scenes: scenes, the same each time.
        batch_size: scenes per step and device.
        workers: processes that make scenes.
        echoes: how often each batch is repeated, for a GPU that waits for scenes; up to 64 batches stay in memory.
        input_size: side of the network's input in pixels.
        seed: of the training scenes.
        hard_examples: file of `digit-detector data hard-examples`; training shows these drawings more often.
    """

    data_root: str | None = None
    sources: tuple[str, ...] = SCENES_OF
    mix: SceneMix = field(default_factory=SceneMix)
    collected: tuple[CollectedSource, ...] = ()
    epoch_scenes: int = 16_384
    validation_scenes: int = 1_000
    batch_size: int = 32
    workers: int = 1
    echoes: int = 0
    input_size: int = INPUT_SIZE
    seed: int = 1
    hard_examples: str | None = None

    def __post_init__(self) -> None:
        super().__init__()
        if self.echoes < 0:
            raise DataError(f"echoes is {self.echoes}: give 0, or how often each batch is repeated")
        self._generators: dict[Split, SceneGenerator] = {}

    def setup(self, stage: str) -> None:
        """Raise DataError if the network has another input size."""
        network = getattr(getattr(self.trainer, "lightning_module", None), "metadata", None)
        if network is not None and network.input_size != self.input_size:
            sizes = f"data.input_size is {self.input_size}, model.input_size {network.input_size}"
            raise DataError(f"{sizes}: make them equal")

    def generator(self, split: Split) -> SceneGenerator:
        """Return the scene generator of one split; its sources are read once."""
        if split not in self._generators:
            sketches = Reader(data_root(self.data_root), split).read(tuple(self.sources))
            hard: frozenset[str] = frozenset()
            if self.hard_examples and split == "train":
                hard = read_hard_examples(Path(self.hard_examples))
                if hard.isdisjoint(sketch.key for sketch in sketches):
                    names = ", ".join(self.sources)
                    raise DataError(f"{self.hard_examples} lists no drawing of {names}: make it from these sources")
            self._generators[split] = SceneGenerator(sketches, self.mix, hard)
        return self._generators[split]

    def train_dataloader(self) -> DataLoader[Sample]:
        """Return the training scenes; the sampler continues with new ones in each epoch."""
        dataset = self._dataset("train", self.seed, self.epoch_scenes, augmented=True)
        processes, rank = (self.trainer.world_size, self.trainer.global_rank) if self.trainer else (1, 0)
        return EchoingDataLoader(
            dataset,
            sampler=EpochSampler(dataset, processes, rank),
            drop_last=True,
            pin_memory=torch.cuda.is_available(),
            persistent_workers=self.workers > 0,
            echoes=self.echoes,
            seed=self.seed,
            **self._loading(),
        )

    def val_dataloader(self) -> DataLoader[Sample]:
        """Return the validation scenes."""
        return DataLoader(self._dataset("validation", 0, self.validation_scenes, augmented=False), **self._loading())

    def _dataset(self, split: Split, seed: int, count: int, *, augmented: bool) -> SceneDataset:
        collected = CollectedDrawings(tuple(self.collected), split)
        return SceneDataset(
            None if collected.replace_all else self.generator(split),
            seed=seed,
            count=count,
            input_size=self.input_size,
            augmented=augmented,
            collected=collected,
        )

    def _loading(self) -> dict[str, Any]:
        return {
            "batch_size": self.batch_size,
            "num_workers": self.workers,
            "collate_fn": collate,
            "worker_init_fn": _use_one_thread,
            "prefetch_factor": max(2, 8 // self.workers) if self.workers else None,
        }


def _use_one_thread(worker: int) -> None:
    """Leave the cores to the network's arithmetic."""
    cv2.setNumThreads(1)
    torch.set_num_threads(1)
