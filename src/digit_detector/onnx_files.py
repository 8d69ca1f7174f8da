"""ONNX files of torch modules: equal weights give equal bytes, and nothing in them tells about the machine."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper
from torch import Tensor, nn


def trace(
    module: nn.Module, examples: tuple[Tensor, ...], axis: str, inputs: Sequence[str], outputs: Sequence[str], name: str
) -> ModelProto:
    """Export a module whose inputs share a first axis of any length.

    Args:
        module: in evaluation mode.
        examples: one for each input, of length 2 or more: an axis of length 1 would stay 1.
        axis: name of the first axis.
        inputs, outputs: their names.
        name: of the graph and its producer.
    """
    dimension = torch.export.Dim(axis)
    program = torch.onnx.export(
        module,
        examples,
        dynamo=True,
        dynamic_shapes=tuple({0: dimension} for _ in examples),
        input_names=list(inputs),
        output_names=list(outputs),
        verbose=False,
    )
    assert program is not None
    model = program.model_proto
    # The exporter records source paths, stack traces and versions.
    graph = model.graph
    for part in (*graph.node, *graph.input, *graph.output, *graph.initializer, graph, model):
        part.ClearField("doc_string")
        part.ClearField("metadata_props")
    graph.ClearField("value_info")
    graph.name = model.producer_name = name
    model.producer_version = ""
    return model


def replace_initializers(model: ModelProto, stored: Sequence[TensorProto], nodes: Sequence[NodeProto]) -> None:
    """Store other tensors, and compute the former ones from them by nodes; ONNX Runtime does so once, at load."""
    graph = model.graph
    following = list(graph.node)
    graph.ClearField("initializer")
    graph.ClearField("node")
    graph.initializer.extend(stored)
    graph.node.extend([*nodes, *following])


def store_as(model: ModelProto, dtype: str, condition: Callable[[NDArray[Any]], bool]) -> None:
    """Store the float32 initializers that meet a condition in a smaller type."""
    stored, casts = [], []
    for initializer in model.graph.initializer:
        values = numpy_helper.to_array(initializer)
        if values.dtype == np.float32 and condition(values):
            name = f"{initializer.name}.{dtype}"
            stored.append(numpy_helper.from_array(values.astype(dtype), name))
            casts.append(helper.make_node("Cast", [name], [initializer.name], to=TensorProto.FLOAT))
        else:
            stored.append(initializer)
    replace_initializers(model, stored, casts)


def write(model: ModelProto, target: Path) -> None:
    """Check the model and write it."""
    onnx.checker.check_model(model, full_check=True)
    target.write_bytes(model.SerializeToString(deterministic=True))
