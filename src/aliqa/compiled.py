"""PyTorch models on OpenVINO: converted once, then loaded from a folder in a fraction of a second.

Each core runs a batch of its own: that takes a sixth less time than all cores at one batch, since the
intermediate results of a small batch stay in a core's cache.

What the original gives for a probe is kept beside the converted model and compared at each load, so
that a damaged or foreign file is noticed. OpenVINO's own usage reports are switched off.
"""

import hashlib
import logging
import os
import sys
import tempfile
import threading
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int64]
Output = NDArray[np.float32]

_PROBE: Final = np.arange(2000, 2048, dtype=np.int64).reshape(2, 24)
_LEAST_COSINE: Final = 0.999


_threads: int | None = None


def use_threads(count: int) -> None:
    """Let models that this process compiles from now on use so many threads instead of one a core."""
    global _threads
    _threads = count


class CompiledModel:
    """A converted model, ready to run. Safe to share between threads."""

    def __init__(self, model: Any) -> None:
        """Compile it for this machine's processor."""
        ov = openvino()
        limit = {"INFERENCE_NUM_THREADS": _threads} if _threads else {}
        self._compiled = ov.Core().compile_model(model, "CPU", {"PERFORMANCE_HINT": "THROUGHPUT", **limit})
        self.at_once: Final = int(self._compiled.get_property("OPTIMAL_NUMBER_OF_INFER_REQUESTS"))
        """How many batches run at the same time, each on a core of its own."""
        self._requests = threading.local()

    def __call__(self, *inputs: Ids) -> Output:
        """Its first output for these inputs, in the order in which they were named."""
        return next(self.each([inputs])).copy()

    def each(self, batches: Iterable[tuple[Ids, ...]]) -> Iterator[Output]:
        """The first output for each batch of inputs, in order; a few run at the same time.

        An output is only good until the next one is asked for, and a thread runs one of these at a time.
        """
        free = self._free()
        running: deque[Any] = deque()
        try:
            for inputs in batches:
                running.append(free.pop() if free else self._compiled.create_infer_request())
                running[-1].start_async(list(inputs))
                if len(running) > self.at_once:
                    yield self._output(running[0])
                    free.append(running.popleft())
            while running:
                yield self._output(running[0])
                free.append(running.popleft())
        finally:
            for request in running:
                request.wait()
            free.extend(running)

    def _output(self, request: Any) -> Output:
        request.wait()
        output: Output = request.get_output_tensor(0).data
        return output

    def _free(self) -> list[Any]:
        """This thread's requests that wait for work."""
        if not hasattr(self._requests, "free"):
            self._requests.free = []
        free: list[Any] = self._requests.free
        return free


def load(folder: Path, inputs: Sequence[str], original: Callable[[], Any]) -> CompiledModel:
    """The model kept in a folder; if it is not there or damaged, it is converted and kept.

    Who converts it loads it from there, too: its weights are rounded when it is kept, and all processes compute alike.

    Args:
        folder: where the converted model lies; it need not be there or writable.
        inputs: the names of the inputs, all int64 (b, t); ``attention_mask`` among them.
        original: gives the PyTorch module, called with these names; only asked for when converting.

    Raises:
        ImportError, RuntimeError: OpenVINO is missing, or its numbers differ from PyTorch's.
    """
    openvino()  # where it is missing, nothing else needs to be loaded
    probe = [np.ones_like(_PROBE) if name == "attention_mask" else _PROBE * (name == "input_ids") for name in inputs]
    if kept := _kept(folder, probe):
        return kept
    model, expected = _convert(original(), inputs, probe)
    _keep(model, expected, folder)
    if kept := _kept(folder, probe):
        return kept
    converted = CompiledModel(model)
    if not _agree(converted(*probe), expected):
        raise RuntimeError("OpenVINO's numbers differ from PyTorch's")
    return converted


def openvino() -> Any:
    """The library, its usage reports replaced by the stub that it brings for that purpose."""
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    import openvino

    return openvino


def weights_sha256(module: Any) -> str:
    """The hash of a PyTorch module's weights by their names."""
    digest = hashlib.sha256()
    for name, tensor in sorted(module.state_dict().items()):
        digest.update(name.encode())
        digest.update(tensor.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()


def _agree(output: Output, expected: Output) -> bool:
    """Whether two outputs are the same but for rounding."""
    if output.shape != expected.shape:
        return False
    lengths = float(np.linalg.norm(output) * np.linalg.norm(expected))
    return float((output * expected).sum()) >= _LEAST_COSINE * lengths > 0


def _convert(module: Any, inputs: Sequence[str], probe: Sequence[Ids]) -> tuple[Any, Output]:
    """The module as an OpenVINO model of any batch and length, and its own output for the probe."""
    import torch

    example = dict(zip(inputs, map(torch.from_numpy, probe), strict=True))
    with warnings.catch_warnings(), torch.inference_mode():
        warnings.simplefilter("ignore")
        expected = module(**example).float().numpy()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return openvino().convert_model(module, example_input=example), expected


def _kept(folder: Path, probe: Sequence[Ids]) -> CompiledModel | None:
    """The model in a folder; None if there is none that gives PyTorch's numbers."""
    try:
        expected = np.load(folder / "probe.npy", allow_pickle=False)
        kept = CompiledModel(openvino().Core().read_model(folder / "model.xml"))
        return kept if _agree(kept(*probe), expected) else None
    except (OSError, ValueError, RuntimeError):
        return None


def _keep(model: Any, probe: Output, folder: Path) -> None:
    """Put the converted model into its folder file by file; a folder that cannot be written is done without."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".converting-") as workshop:
            openvino().save_model(model, Path(workshop, "model.xml"), compress_to_fp16=True)
            np.save(Path(workshop, "probe.npy"), probe)
            for name in ("model.bin", "probe.npy", "model.xml"):
                folder.mkdir(exist_ok=True)
                os.replace(Path(workshop, name), folder / name)
    except OSError:
        logging.getLogger(__name__).info("the converted model cannot be kept in %s", folder, exc_info=True)
