from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.doubles import HashingEmbedder

from aliqa.foundations.settings import ChunkingSettings, EmbeddingSettings
from aliqa.foundations.types import Article, ArticleMeta
from aliqa.index.chunking import Chunker, Chunks, count_tokens, embedding_input, passage_context

EMBEDDER = HashingEmbedder(EmbeddingSettings())
SMALL = Chunker(ChunkingSettings(tokens=30, overlap=10), EMBEDDER)
TEXTS = st.lists(
    st.sampled_from(
        [
            "Sales grew by $4.67 billion.",
            "U.S. exports fell!",
            "## A heading",
            "\n\n",
            "\r\n",
            "\u2028",
            "云计算增长。",
            "😀",
            "نمت المبيعات؟",
            "- a point",
            "word " * 60,
            "x" * 400,
            " ",
            "Mr. Wu said so; nobody agreed, not even he",
        ]
    ),
    max_size=30,
).map(" ".join)


def chunked(text: str, chunker: Chunker = SMALL) -> tuple[Article, Chunks]:
    article = Article(ArticleMeta("a.txt", "0" * 64, "A title"), text)
    return article, chunker.chunk(article)


@given(TEXTS | st.text(max_size=600))
@example("")
@example("word " * 5000)
@example("漢" * 3000)
@settings(deadline=None)
def test_passages_cover_all_that_is_not_blank_and_fit_their_readers(text: str) -> None:
    article, chunks = chunked(text)
    covered: set[int] = set()
    for passage in chunks.passages:
        covered.update(range(*passage.span))
        first, last = chunks.sentences[passage.sentences.start], chunks.sentences[passage.sentences.end - 1]
        assert (passage.span.start, passage.span.end) == (first.span.start, last.span.end)
        each = embedding_input(article, chunks, passage)
        assert all(
            span.cut(each.text) == one.span.cut(text)
            for span, one in zip(
                each.sentences, chunks.sentences[passage.sentences.start : passage.sentences.end], strict=True
            )
        )
        assert sum(EMBEDDER.count_tokens([each.context, each.text])) <= EMBEDDER.max_tokens
    assert not [i for i, character in enumerate(text) if not character.isspace() and i not in covered]


@given(TEXTS)
@settings(deadline=None)
def test_passages_keep_to_the_token_budget(text: str) -> None:
    _, chunks = chunked(text)
    for passage in chunks.passages:
        inside = chunks.sentences[passage.sentences.start : passage.sentences.end]
        assert sum(count_tokens([one.span.cut(text) for one in inside])) <= 30


def test_neighbours_overlap_at_sentence_borders_within_the_budget() -> None:
    text = " ".join(f"Sentence number {i} is here." for i in range(40))
    _, chunks = chunked(text)
    for one, following in zip(chunks.passages, chunks.passages[1:], strict=False):
        assert one.span.start < following.sentences.start or one.sentences.start < following.sentences.start
        shared = chunks.sentences[following.sentences.start : one.sentences.end]
        assert shared
        assert sum(count_tokens([each.span.cut(text) for each in shared])) <= 10


def test_a_passage_knows_its_title_and_heading() -> None:
    text = (
        "# One\n\nFirst things come first here, and there are many of them.\n"
        "\n# Two\n\nSecond things come after them.\n"
    )
    article, chunks = chunked(text, Chunker(ChunkingSettings(tokens=20, overlap=0), EMBEDDER))
    assert [passage_context(article, passage) for passage in chunks.passages] == ["A title: One", "A title: Two"]
    assert [passage.span.cut(text)[:5] for passage in chunks.passages] == ["# One", "# Two"]


def test_front_matter_is_no_passage() -> None:
    text = "---\ntitle: x\n---\nThe body is here.\n"
    chunks = SMALL.chunk(Article(ArticleMeta("a.md", "0" * 64, "x", body_start=text.index("The")), text))
    assert [passage.span.cut(text) for passage in chunks.passages] == ["The body is here."]


def test_the_mark_of_a_list_item_stays_with_its_item() -> None:
    _, chunks = chunked("\n".join(f"- Item number {i} of the list is here." for i in range(20)))
    assert len(chunks.passages) > 5
    for passage in chunks.passages:
        assert not chunks.sentences[passage.sentences.end - 1].span.end - passage.span.end
        assert chunks.sentences[passage.sentences.end - 1].kind == "prose"
