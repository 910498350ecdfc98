"""The processor that figures were taken on, and what its instruction set does for a neural network."""

import os
import platform
from collections.abc import Collection
from pathlib import Path
from typing import Final

_SETS: Final = {
    "amx_bf16": "AMX, bfloat16",
    "avx512_bf16": "AVX-512, bfloat16",
    "avx512_vnni": "AVX-512, VNNI",
    "avx_vnni": "AVX2, VNNI",
    "avx2": "AVX2",
}
"""What a processor is said to have, by Linux's names for it, the quickest first."""

_HELD: Final = "ONEDNN_MAX_CPU_ISA"
"""The variable that holds the libraries below to an older instruction set."""


def machine() -> str:
    """The processor's name and its instruction set, or the older one to which the libraries are held."""
    lines = dict(_parted(line) for line in _cpuinfo().splitlines() if ":" in line)
    name = lines.get("model name", platform.processor() or platform.machine())
    held = os.environ.get(_HELD)
    return f"{name}, held to {held}" if held else f"{name}, {instructions(lines.get('flags', '').split())}"


def instructions(flags: Collection[str]) -> str:
    """The best of a processor's instruction sets.

    >>> instructions(["avx2", "avx512f", "avx512_vnni", "avx512_bf16"]), instructions([])
    ('AVX-512, bfloat16', 'no known vector instructions')
    """
    return next((told for flag, told in _SETS.items() if flag in flags), "no known vector instructions")


def _parted(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name.strip(), value.strip()


def _cpuinfo() -> str:
    path = Path("/proc/cpuinfo")
    return path.read_text("utf-8") if path.exists() else ""
