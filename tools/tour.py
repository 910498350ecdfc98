"""Writes docs/tour.md: questions of every kind on the articles in corpus/, with what aliqa answers.

``python -m tools.tour`` writes it anew; ``tests/model/test_tour.py`` asks the same questions and compares.
"""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from aliqa.foundations.settings import Settings
from aliqa.foundations.types import Answer, Turn
from aliqa.library import Library, build

ROOT: Final = Path(__file__).parents[1]
TOUR: Final = ROOT / "docs" / "tour.md"
QUESTIONS: Final = (
    "hello",
    "What is this about?",
    "How many articles are there?",
    "What is the newest article?",
    "Who wrote the article about Alibaba's e-commerce push?",
    "Who is Eddie Wu?",
    "What is Amap 2025?",
    "who is joe tsai",
    "What do the articles say about Pinduoduo?",
    "tell me about Aliexpres",
    "Which articles mention BMW?",
    "Where did I read that Taobao launched a desktop client?",
    "Which carmaker works with Alibaba on AI?",
    "When was Ant Group's IPO halted?",
    "Did Pinduoduo overtake Alibaba in active buyers?",
    "Which business groups did Alibaba form in 2023?",
    "How does Alibaba Cloud's market share compare with Huawei Cloud's and Tencent Cloud's?",
    "How has Alibaba's share of e-commerce changed since 2013?",
    "What is Alibaba Cloud's market share in China? || And Tencent Cloud?",
    "How many Tesla cars were sold on Tmall?",
)
"""What is asked; what stands before || was asked before."""

_INTRODUCTION: Final = """# A tour

Twenty questions on the five articles in `corpus/`, one kind after another, and what aliqa answers: its own words in
italics, all else quoted. `make tour` writes this page anew, and a test asks the same questions again.
"""


def opened(index: Path) -> Library:
    """The articles in corpus/, indexed in a folder."""
    settings = Settings(corpus_dir=ROOT / "corpus", index_dir=index)
    build(settings)
    return Library.open(settings)


def ask(library: Library, question: str) -> Answer:
    """What is answered, after what was asked before."""
    *before, asked = question.split(" || ")
    return library.ask(asked, history=[Turn("user", earlier) for earlier in before])


def told(question: str, answer: Answer) -> str:
    """A section of the page."""
    *before, asked = question.split(" || ")
    lines = [f"## {asked}", "", f"Kind: `{answer.kind}`"]
    lines += [f"\nAfter “{earlier}”, searched for “{answer.standalone_question}”." for earlier in before]
    if answer.searched_as:
        lines.append(f"\nSearched for “{answer.searched_as}”.")
    if answer.verdict:
        lines.append(f"\nVerdict: {answer.verdict}")
    if answer.lead:
        lines.append(f"\n*{answer.lead}*")
    if answer.abstention:
        lines.append(f"\n*The articles do not answer this. {answer.abstention.detail}*")
    for one in answer.citations:
        when = f", {one.published.isoformat()}" if one.published else ""
        lines.append(
            f"\n> {one.quote} [{one.number}]\n>\n> {one.title}{when}, `{one.doc_id}:{one.char_start}-{one.char_end}`"
        )
    if answer.notice:
        lines.append(f"\n*{answer.notice}*")
    if answer.suggestions:
        lines.append(f"\nAsk next: {'; '.join(answer.suggestions)}")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the page."""
    with TemporaryDirectory() as folder:
        library = opened(Path(folder) / "index")
        sections = [told(question, ask(library, question)) for question in QUESTIONS]
    TOUR.write_text("\n".join([_INTRODUCTION, *sections]), encoding="utf-8")


if __name__ == "__main__":
    main()
