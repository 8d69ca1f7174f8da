"""imgaug on NumPy 2: imgaug 0.4.0, its last release, reads `np.sctypes` on import, which NumPy 2 no longer has."""

import numpy as np

if not hasattr(np, "sctypes"):
    np.sctypes = {  # type: ignore[attr-defined]  # noqa: NPY201
        "int": [np.int8, np.int16, np.int32, np.int64],
        "uint": [np.uint8, np.uint16, np.uint32, np.uint64],
        "float": [np.float16, np.float32, np.float64],
        "complex": [np.complex64, np.complex128],
        "others": [bool, object, bytes, str, np.void],
    }

import imgaug
from imgaug import augmenters

__all__ = ["augmenters", "imgaug"]
