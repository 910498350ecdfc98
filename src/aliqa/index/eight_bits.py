"""Models in eight bits, for processors that multiply those fast (VNNI), but have no bfloat16, as in many laptops.

Weights are rounded to a scale for each row (symmetric, -127 to 127). Activations are left to OpenVINO, which rounds
them as they come, a scale for each few numbers, so nothing needs to be calibrated on texts.
"""

import os
from collections.abc import Collection
from pathlib import Path
from typing import Any, Final

import numpy as np

_HELD: Final = "ONEDNN_MAX_CPU_ISA"
"""The variable that holds OpenVINO's kernels to an older instruction set; OpenVINO itself does not look at it."""

CPUINFO: Final = Path("/proc/cpuinfo")
"""Where Linux tells of the processor; what lacks it is taken to have nothing special."""

_GROUP: Final = 32
"""How many activations share a scale."""


def pay() -> bool:
    """Whether eight bits are quicker here: about twice as quick with VNNI; without it not, beside bfloat16 hardly."""
    return _has("VNNI") and not _has("BF16", "AMX")


def options(*, eight_bits: bool) -> dict[str, Any]:
    """What OpenVINO is told of the processor, and of a `rounded` model, when it compiles."""
    held = {"INFERENCE_PRECISION_HINT": "f32"} if os.environ.get(_HELD) and not _has("BF16", "AMX") else {}
    return {**held, "DYNAMIC_QUANTIZATION_GROUP_SIZE": _GROUP} if eight_bits else held


def rounded(model: Any) -> Any:
    """A copy of an OpenVINO model whose matrices are kept in eight bits."""
    from openvino import opset15

    copy = model.clone()
    for product in copy.get_ordered_ops():
        matrix = _matrix(product)
        if matrix is not None:
            scale = np.maximum(np.abs(matrix).max(axis=1, keepdims=True), np.float32(1e-12)) / 127
            whole = opset15.constant(np.rint(matrix / scale).astype(np.int8))
            made = opset15.multiply(opset15.convert(whole, "f32"), opset15.constant(scale))
            product.input(1).replace_source_output(made.output(0))
    return copy


def _matrix(product: Any) -> Any:
    """The weights (out, in) that a node multiplies by; None if it is no such node."""
    if product.get_type_name() != "MatMul" or not product.get_attributes()["transpose_b"]:
        return None
    weights = product.input_value(1).get_node()
    if weights.get_type_name() == "Convert":
        weights = weights.input_value(0).get_node()
    return weights.get_data().astype(np.float32) if weights.get_type_name() == "Constant" else None


def _has(*parts: str) -> bool:
    """Whether the processor, or the one that its libraries are held to, has an instruction set of such a name."""
    held = os.environ.get(_HELD)
    sets = [held] if held else _flags()
    return any(part in one.upper() for part in parts for one in sets)


def _flags() -> Collection[str]:
    """What Linux says that the processor has; nothing elsewhere."""
    if not CPUINFO.exists():
        return ()
    lines = (line.partition(":") for line in CPUINFO.read_text("utf-8").splitlines())
    return next((flags.split() for name, _, flags in lines if name.strip() == "flags"), ())
