from pathlib import Path

import numpy as np
import pytest

from aliqa.index import eight_bits
from aliqa.index.compiled import openvino


@pytest.mark.parametrize(
    ("held", "pays"),
    [("AVX2", False), ("AVX2_VNNI", True), ("AVX512_CORE_VNNI", True), ("AVX512_CORE_BF16", False)],
)
def test_eight_bits_pay_with_vnni_and_without_bfloat16(monkeypatch: pytest.MonkeyPatch, held: str, pays: bool) -> None:
    monkeypatch.setenv("ONEDNN_MAX_CPU_ISA", held)
    assert eight_bits.pay() is pays


@pytest.mark.parametrize(
    ("flags", "pays"),
    [("sse2 avx2", False), ("avx2 avx_vnni", True), ("avx2 avx512_vnni avx512_bf16", False), (None, False)],
)
def test_a_processor_is_known_by_its_flags(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, flags: str | None, pays: bool
) -> None:
    path = tmp_path / "cpuinfo"
    if flags:
        path.write_text(f"processor\t: 0\nflags\t\t: {flags}\nbugs\t\t:\n")
    monkeypatch.delenv("ONEDNN_MAX_CPU_ISA", raising=False)
    monkeypatch.setattr(eight_bits, "CPUINFO", path)
    assert eight_bits.pay() is pays


def test_a_rounded_model_multiplies_as_before_but_for_rounding() -> None:
    library = openvino()
    from openvino import opset15

    rng = np.random.default_rng(3)
    weights = rng.normal(size=(24, 32)).astype(np.float32)
    weights[5] = 0
    given = opset15.parameter([-1, 32], np.float32)
    product = opset15.matmul(given, opset15.constant(weights), transpose_a=False, transpose_b=True)
    model = library.Model([product], [given])
    rounded = eight_bits.rounded(model)
    kinds = {str(one.get_element_type()) for one in rounded.get_ordered_ops() if one.get_type_name() == "Constant"}
    assert any("i8" in kind or "int8" in kind for kind in kinds)
    values = rng.normal(size=(7, 32)).astype(np.float32)
    one, other = (library.Core().compile_model(each, "CPU")(values)[0] for each in (model, rounded))
    assert np.abs(one - other).max() < 0.05 * np.abs(one).max()
    assert not other[:, 5].any()
