"""Distillation: the distance of a network's predictions from those of a better one."""

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from digit_detector.yolo.anchors import AnchorGrid
from digit_detector.yolo.box_coder import complete_iou
from digit_detector.yolo.loss import Average, LossSettings, alone


def distillation_loss(
    predictions: Tensor, taught: Tensor, grid: AnchorGrid, settings: LossSettings, average: Average = alone
) -> dict[str, Tensor]:
    """Return the weighted terms `box`, `objectness` and `classes` of the distance from a teacher.

    Objectness-scaled distillation (Mehta & Ozturk 2018, "Object detection at 200 frames per second"): the teacher's
    boxes and classes are weighted by its objectness, so background only teaches that it is background. The terms match
    those of `yolo_loss` in scale: the teacher's objectness, summed over the batch (at least 1) and averaged over the
    processes by `average`, takes the place of the number of positives.

    predictions, taught: raw predictions (N, A, 5 + classes) of the student and of the teacher.
    """
    single = torch.promote_types(predictions.dtype, torch.float32)
    predictions, taught = predictions.to(single), taught.to(single)
    belief = taught[..., 4].sigmoid()
    count = average(belief.sum()).clamp(min=1)

    _, complete = complete_iou(grid.boxes(predictions), grid.boxes(taught))
    objectness = binary_cross_entropy_with_logits(predictions[..., 4], belief, reduction="sum")
    classes = binary_cross_entropy_with_logits(predictions[..., 5:], taught[..., 5:].sigmoid(), reduction="none")

    return {
        "box": settings.box * (belief * (1 - complete)).sum() / count,
        "objectness": settings.objectness * objectness / count,
        "classes": settings.classes * (belief * classes.sum(dim=-1)).sum() / count,
    }
