"""The training losses, from labels and from a better network: each a dictionary of named terms."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from digit_detector.yolo.anchors import AnchorGrid
from digit_detector.yolo.box_coder import complete_iou, iou, thicken
from digit_detector.yolo.targets import Objects, assign, ignored


@dataclass(frozen=True)
class LossSettings:
    """Weights of the terms, and the assignment of predictions."""

    box: float = 1.5
    objectness: float = 1.0
    classes: float = 3.0
    label_smoothing: float = 0.02
    """Szegedy et al. 2016, section 7: bounds the pull of the one label in a hundred that is wrong."""
    shape_threshold: float = 0.5
    """Shape IoU from which further anchors are positive."""
    anchors_per_object: int = 3
    """Anchors that are positive for an object however poorly they fit."""
    ignore_threshold: float = 0.7
    """IoU above which a prediction that is not positive is ignored (the authors' value)."""


Share = Callable[[Tensor], Tensor]
"""Takes the count of this process, and returns the count of all processes, at least 1, divided by their number."""


def alone(count: Tensor) -> Tensor:
    """Share a count among a single process."""
    return count.clamp(min=1)


def yolo_loss(
    predictions: Tensor,
    objects: Objects,
    grid: AnchorGrid,
    settings: LossSettings,
    share: Share = alone,
) -> dict[str, Tensor]:
    """Return the weighted terms `box`, `objectness` and `classes`, to be summed; finite on empty pictures.

    predictions: (N, A, 5 + classes) raw. Every term is summed and divided by `share` of the number of positives in the
    batch. Since the processes of a training average their gradients, they divide as one process with the whole batch
    would. `box` is 1 - CIoU; `objectness` is binary cross-entropy towards the thickened IoU of positives, and towards
    0 elsewhere; `classes` is binary cross-entropy (section 2.2: logistic classifiers, no softmax).
    """
    predictions = predictions.to(torch.promote_types(predictions.dtype, torch.float32))
    decoded = grid.boxes(predictions)
    positives = assign(objects, grid, settings.shape_threshold, settings.anchors_per_object)
    count = share(predictions.new_tensor(len(positives.target)))
    at = (positives.image, positives.prediction)

    found, truth = decoded[at], objects.boxes[positives.target]
    wanted = torch.zeros_like(predictions[..., 4])
    wanted[at] = iou(thicken(found.detach()), thicken(truth)).clamp(0, 1)
    weight = (~ignored(decoded.detach(), objects, settings.ignore_threshold)).float()
    weight[at] = 1.0
    objectness = binary_cross_entropy_with_logits(predictions[..., 4], wanted, weight, reduction="sum")

    logits = predictions[..., 5:][at]
    smooth = settings.label_smoothing
    labels = torch.full_like(logits, smooth / logits.shape[1])
    labels.scatter_(1, objects.labels[positives.target][:, None], 1 - smooth + smooth / logits.shape[1])
    classes = binary_cross_entropy_with_logits(logits, labels, reduction="sum")

    return {
        "box": settings.box * (1 - complete_iou(found, truth)).sum() / count,
        "objectness": settings.objectness * objectness / count,
        "classes": settings.classes * classes / count,
    }


def distillation_loss(
    predictions: Tensor, taught: Tensor, grid: AnchorGrid, settings: LossSettings, share: Share = alone
) -> dict[str, Tensor]:
    """Return the weighted terms `box`, `objectness` and `classes` of the distance from a teacher.

    Objectness-scaled distillation (Mehta & Ozturk 2018, "Object detection at 200 frames per second"): the teacher's
    boxes and classes are weighted by its objectness, so background only teaches that it is background. The terms match
    those of `yolo_loss` in scale: the teacher's objectness, summed over the batch, takes the place of the number of
    positives.

    predictions, taught: raw predictions (N, A, 5 + classes) of the student and of the teacher.
    """
    single = torch.promote_types(predictions.dtype, torch.float32)
    predictions, taught = predictions.to(single), taught.to(single)
    belief = taught[..., 4].sigmoid()
    count = share(belief.sum())

    complete = complete_iou(grid.boxes(predictions), grid.boxes(taught))
    objectness = binary_cross_entropy_with_logits(predictions[..., 4], belief, reduction="sum")
    classes = binary_cross_entropy_with_logits(predictions[..., 5:], taught[..., 5:].sigmoid(), reduction="none")

    return {
        "box": settings.box * (belief * (1 - complete)).sum() / count,
        "objectness": settings.objectness * objectness / count,
        "classes": settings.classes * (belief * classes.sum(dim=-1)).sum() / count,
    }


def read_right(predictions: Tensor, objects: Objects, grid: AnchorGrid, settings: LossSettings) -> Tensor:
    """Mark the pictures that a network reads right: (N,) bool.

    It is sure of an object where its objectness is at least 1/2. There it finds each object, with its class, and it is
    sure of nothing where no object is.

    predictions: (N, A, 5 + classes) raw.
    """
    predictions = predictions.to(torch.promote_types(predictions.dtype, torch.float32))
    sure = predictions[..., 4] >= 0
    positives = assign(objects, grid, settings.shape_threshold, settings.anchors_per_object)
    at = (positives.image, positives.prediction)
    agrees = sure[at] & (predictions[..., 5:][at].argmax(dim=-1) == objects.labels[positives.target])
    missed = torch.ones_like(objects.labels, dtype=torch.bool)
    missed[positives.target[agrees]] = False
    right = ~(sure & ~ignored(grid.boxes(predictions), objects, 0.5)).any(dim=1)
    right[objects.image[missed]] = False
    return right
