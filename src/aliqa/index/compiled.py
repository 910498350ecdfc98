"""PyTorch models on OpenVINO: converted once, then loaded from a folder in a fraction of a second.

Of many batches each core runs one of its own: that takes a sixth less time than all cores at one batch, since the
intermediate results of a small batch stay in a core's cache. Who waits for a single one has it sooner from all cores.
OpenVINO makes code for each shape of a batch when it first meets it, and a change between shapes that it has met
takes as long as a short question again. So texts are padded, and there are few shapes. Short questions, which are
padded to the same length, have a compilation to themselves: with no shape left open it takes a fifth less time.
No thread is tied to a core: all processes would tie theirs to the same ones, and wait there for whatever else runs.

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
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from aliqa.index import eight_bits as eight

Ids = NDArray[np.int64]
Output = NDArray[np.float32]

_PROBE: Final = np.arange(2000, 2048, dtype=np.int64).reshape(2, 24)
_LEAST_COSINE: Final = 0.999
_LEAST_ROUNDED: Final = 0.99

_SOON, _MANY = "LATENCY", "THROUGHPUT"
"""What OpenVINO is told to compile a model for."""

_SHORT: Final = "short"
"""The compilation for one short text."""

_STEP: Final = 16
"""Lengths are multiples of it: the tiles of a processor's matrix unit have so many rows."""


_threads: int | None = None


def use_threads(count: int) -> None:
    """Let models that this process compiles from now on use so many threads instead of one a core."""
    global _threads
    _threads = count


class CompiledModel:
    """A converted model, compiled for this machine's processor when it is first used. Safe to share between threads."""

    def __init__(self, model: Any, short: int | None = None, *, eight_bits: bool = False) -> None:
        """Take a model that OpenVINO has read, and to what length one short text is padded, if some are.

        With ``eight_bits`` it computes in these where they pay.
        """
        self.short = short
        self.eight_bits = eight_bits and eight.pay()
        self._model = eight.rounded(model) if self.eight_bits else model
        self._requests = threading.local()
        self._compiling = threading.Lock()
        self._compiled: dict[str, Any] = {}

    def __call__(self, *inputs: Ids) -> Output:
        """Its first output for these inputs, in the order in which they were named; all cores are at it."""
        kind = _SHORT if inputs[0].shape == (1, self.short) else _SOON
        free, compiled = self._free(kind), self._get(kind)
        request = free.pop() if free else compiled.create_infer_request()
        _fill(request, inputs)
        request.infer(share_outputs=True)
        output: Output = request.get_output_tensor(0).data.copy()
        free.append(request)
        return output

    def each(self, batches: Iterable[tuple[Ids, ...]]) -> Iterator[Output]:
        """The first output for each batch of inputs, in order; a few run at the same time, each on a core of its own.

        An output is only good until the next one is asked for, and a thread runs one of these at a time.
        """
        free, compiled = self._free(_MANY), self._get(_MANY)
        at_once = int(compiled.get_property("OPTIMAL_NUMBER_OF_INFER_REQUESTS"))
        running: deque[Any] = deque()
        try:
            for inputs in batches:
                running.append(free.pop() if free else compiled.create_infer_request())
                _fill(running[-1], inputs)
                running[-1].start_async()
                if len(running) > at_once:
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

    def _get(self, kind: str) -> Any:
        """The model as it is compiled for this."""
        with self._compiling:
            if kind not in self._compiled:
                limit = {"INFERENCE_NUM_THREADS": _threads} if _threads else {}
                model = self._model
                if kind == _SHORT:
                    model = model.clone()
                    model.reshape({port.get_any_name(): [1, self.short] for port in model.inputs})
                hint = {"PERFORMANCE_HINT": _MANY if kind == _MANY else _SOON, "ENABLE_CPU_PINNING": False}
                options = {**hint, **limit, **eight.options(eight_bits=self.eight_bits)}
                self._compiled[kind] = openvino().Core().compile_model(model, "CPU", options)
            return self._compiled[kind]

    def _free(self, kind: str) -> list[Any]:
        """This thread's requests that wait for work."""
        if not hasattr(self._requests, "free"):
            self._requests.free = defaultdict(list)
        free: list[Any] = self._requests.free[kind]
        return free


def _fill(request: Any, inputs: Sequence[Ids]) -> None:
    """Copy the inputs into a request's own memory, which takes less time than to have it use theirs."""
    for place, values in enumerate(inputs):
        tensor = request.get_input_tensor(place)
        if tensor.shape != values.shape:
            tensor.shape = values.shape
        tensor.data[:] = values


def load(
    folder: Path,
    inputs: Sequence[str],
    original: Callable[[], Any],
    *,
    called: bool,
    short: int | None = None,
    eight_bits: bool = False,
) -> CompiledModel:
    """The model kept in a folder; if it is not there or damaged, it is converted and kept.

    Who converts it loads it from there, too: its weights are rounded when it is kept, and all processes compute alike.

    Args:
        folder: where the converted model lies; it need not be there or writable.
        inputs: the names of the inputs, all int64 (b, t); ``attention_mask`` among them.
        original: gives the PyTorch module, called with these names; only asked for when converting.
        called: whether it is first to be called, and not to run `each` of some batches; as such it is tried.
        short: the length of a text with which it is called first, if that is a short one.
        eight_bits: whether it may compute in these, where they pay.

    Raises:
        ImportError, RuntimeError: OpenVINO is missing, or its numbers differ from PyTorch's.
    """
    openvino()  # where it is missing, nothing else needs to be loaded
    probe = [np.ones_like(_PROBE) if name == "attention_mask" else _PROBE * (name == "input_ids") for name in inputs]
    read = partial(_kept, folder, probe, short, called=called, eight_bits=eight_bits)
    if kept := read():
        return kept
    model, expected = _convert(original(), inputs, probe)
    _keep(model, expected, folder)
    if kept := read():
        return kept
    converted = CompiledModel(model, short, eight_bits=eight_bits)
    if not _agrees(converted, probe, expected, called=called):
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


def batches(lengths: Sequence[int], most: int, tokens: int) -> Iterator[list[int]]:
    """The numbers of texts of these lengths in batches of like length, longest first.

    A batch has at most so many texts, and of tokens about as many as given.

    >>> list(batches([250, 9, 256, 7, 255, 241, 240], 16, 1024))
    [[2, 4, 0, 5], [6, 1, 3]]
    """
    by_length = sorted(range(len(lengths)), key=lambda i: -lengths[i])
    first = 0
    while first < len(by_length):
        size = max(1, min(most, tokens // _width(lengths[by_length[first]])))
        yield by_length[first : first + size]
        first += size


def padded(rows: Sequence[Sequence[int]], step: int = _STEP) -> Ids:
    """The numbers of texts (b, t), the longest text first, with zeros behind; t is a multiple of ``step``.

    >>> padded([[5, 6, 7], [8]], 4)
    array([[5, 6, 7, 0],
           [8, 0, 0, 0]])
    """
    made = np.zeros((len(rows), _width(len(rows[0]), step)), np.int64)
    for place, row in enumerate(rows):
        made[place, : len(row)] = row
    return made


def _width(length: int, step: int = _STEP) -> int:
    return -(-length // step) * step


def _agrees(model: CompiledModel, probe: Sequence[Ids], expected: Output, *, called: bool) -> bool:
    """Whether what a model gives for a probe is what is expected."""
    least = _LEAST_ROUNDED if model.eight_bits else _LEAST_COSINE
    if not called:
        return _agree(next(model.each([tuple(probe)])), expected, least)
    if not model.short:
        return _agree(model(*probe), expected, least)
    texts, length = probe[0].shape
    long = [np.pad(tokens, ((0, 0), (0, model.short - length))) for tokens in probe]
    made = [model(*(vectors[i : i + 1] for vectors in long))[:, :length] for i in range(texts)]
    return _agree(np.concatenate(made), expected, least)


def _agree(output: Output, expected: Output, least: float) -> bool:
    """Whether two outputs are the same but for rounding, by their cosine."""
    if output.shape != expected.shape:
        return False
    lengths = float(np.linalg.norm(output) * np.linalg.norm(expected))
    return float((output * expected).sum()) >= least * lengths > 0


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


def _kept(
    folder: Path, probe: Sequence[Ids], short: int | None, *, called: bool, eight_bits: bool
) -> CompiledModel | None:
    """The model in a folder; None if there is none that gives PyTorch's numbers."""
    try:
        expected = np.load(folder / "probe.npy", allow_pickle=False)
        kept = CompiledModel(openvino().Core().read_model(folder / "model.xml"), short, eight_bits=eight_bits)
        return kept if _agrees(kept, probe, expected, called=called) else None
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
