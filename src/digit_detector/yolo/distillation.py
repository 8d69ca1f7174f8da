"""Distillation: what a network learns from the answers of a better one, beside what it learns from the labels."""

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from digit_detector.yolo.anchors import AnchorGrid
from digit_detector.yolo.box_coder import complete_iou
from digit_detector.yolo.loss import Average, LossSettings, alone


def distillation_loss(
    predictions: Tensor, taught: Tensor, grid: AnchorGrid, settings: LossSettings, average: Average = alone
) -> dict[str, Tensor]:
    """Weighted terms `box`, `objectness` and `classes` of the distance from a teacher's raw predictions (N, A, 5 + C).

    Objectness-scaled distillation (Mehta & Ozturk 2018, "Object detection at 200 frames per second"): a
    teacher's boxes and classes count as much as it believes in an object there, so that its background teaches
    nothing but that. The terms are those of `yolo_loss`, and as large: its positives are here the teacher's belief,
    summed over the batch (at least 1), which `average` averages over the processes of a training.
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
