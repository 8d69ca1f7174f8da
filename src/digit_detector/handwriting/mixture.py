"""Fit a mixture of Gaussians, which knows the forms of a digit and how likely a drawn one is."""

from typing import Final

import torch
from torch import Tensor

_ROUNDS: Final = 60
_REGULARISATION: Final = 0.05
"""Added to the variances, so that a component of few points stays broad."""


def fit_mixture(points: Tensor, components: int) -> tuple[Tensor, Tensor, Tensor]:
    """Fit by expectation maximisation (Dempster et al. 1977), begun at far points (k-means++ without chance).

    Args:
        points: (n, d).
        components: k.

    Returns:
        centres (k, d), whiteners (k, d, d) and log weights (k,): the log density of a component at x, weighted, is
        log weight - |(x - centre) @ whitener|^2 / 2.
    """
    count, dimensions = points.shape
    chosen = [points.square().sum(1).argmin()]
    while len(chosen) < components:
        chosen.append(torch.cdist(points, points[torch.stack(chosen)]).amin(1).argsort()[-count // 50])
    responsibilities = torch.nn.functional.one_hot(
        torch.cdist(points, points[torch.stack(chosen)]).argmin(1), components
    ).to(points.dtype)
    for _ in range(_ROUNDS):
        weights = responsibilities.sum(0) + 1e-6
        centres = responsibilities.T @ points / weights[:, None]
        offsets = points - centres[:, None]
        covariances = (responsibilities.T[..., None] * offsets).mT @ offsets / weights[:, None, None]
        covariances += _REGULARISATION * torch.eye(dimensions, dtype=points.dtype)
        whiteners = torch.linalg.cholesky(torch.linalg.inv(covariances))
        log_weights = (weights / count).log() + whiteners.diagonal(dim1=1, dim2=2).log().sum(1)
        joint = log_weights - 0.5 * (offsets @ whiteners).square().sum(-1).T
        responsibilities = joint.softmax(1)
    return centres, whiteners, log_weights
