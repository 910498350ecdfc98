from datetime import date
from pathlib import Path

import pytest
from tests.conftest import QUICK, THRESHOLD
from tests.newcomers import BREAD, SEA

from aliqa.answers.spelling import corrected, guesses
from aliqa.answers.suggesting import named
from aliqa.foundations import settings as aliqa_settings
from aliqa.foundations.types import ArticleNames, Filters
from aliqa.index import versions
from aliqa.library import Library, build
from aliqa.text.names import ALIASES_FILE, Directory, decode, encode, find
from aliqa.text.sentences import split_sentences
from aliqa.text.terms import terms


def found(articles: dict[str, str]) -> dict[str, ArticleNames]:
    return {name: find(text, split_sentences(text)) for name, text in articles.items()}


def names(articles: dict[str, str], *edits: str) -> Directory:
    return Directory(found(articles), edits)


@pytest.mark.parametrize("articles", [BREAD, SEA])
def test_names_are_kept_as_a_line_and_read_again(articles: dict[str, str]) -> None:
    for one in found(articles).values():
        assert "\n" not in encode(one)
        assert decode(encode(one)) == one


def test_names_are_counted_over_articles() -> None:
    by_name = {one.name: one for one in names(BREAD).names}
    assert [one.name for one in names(BREAD).names[:3]] == ["Olmberg Group", "Sofia Renner", "Tarn Mill"]
    assert (by_name["Tarn Mill"].articles, by_name["Tarn Mill"].mentions) == (4, 6)
    assert by_name["Sofia Renner"].aliases == ("Renner",)
    assert {by_name[name].kind for name in ("Sofia Renner", "Henrik Olmberg", "Oskar Feld")} == {"person"}
    assert by_name["Olmberg Group"].kind == "organisation"
    assert by_name["Westrum"].kind == "place"


def test_no_name_is_made_of_what_only_begins_a_sentence() -> None:
    told = {one.name for directory in (names(BREAD), names(SEA)) for one in directory.names}
    assert not told & {"The", "In", "Sales", "Profit", "Each", "Seagrass", "Sourdough", "August", "Thursday", "Renner"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Theresa May left in May 2019. On Monday May 5 she met April Ludgate.", {"Theresa May", "April Ludgate"}),
        (
            "In May Olmberg sold it. Since last April Acme grew, said August Wilson.",
            {"Olmberg", "Acme", "August Wilson"},
        ),
        ("Its AI-driven robots and X-ray scanners came to Kelda.", {"Kelda"}),
        (
            "They fined Kelda 30 million crowns and Brevik 40 euros. From Silo 7 the Ovenette 3 ran.",
            {"Kelda", "Brevik", "Silo 7", "Ovenette 3"},
        ),
        (
            "The head of the Kelda Bakers’ Union met the Crows' Jo Steen. Then the Crows joined Lune Mills' Ada Moss.",
            {"Kelda Bakers' Union", "Crows", "Jo Steen", "Lune Mills", "Ada Moss"},
        ),
        (
            "They saw the Miller's Daughters at the Otter's Head, and met the Courier's Ivo Tarn in Jo Moss's Lune.",
            {"Miller's Daughters", "Otter's Head", "Courier", "Ivo Tarn", "Jo Moss", "Lune"},
        ),
        ("It began at 14:00 UTC and ended by 16:00 UTC. Then 27 EU countries met. The EU agreed.", {"EU"}),
    ],
)
def test_what_stands_beside_a_name_is_part_of_it_or_not(text: str, expected: set[str]) -> None:
    assert {one.name for one in find(text, split_sentences(text)).names} == expected


def test_what_has_an_article_before_it_is_no_person() -> None:
    (told,) = find(
        text := "Today the Lune Weather Center said so. The Lune Weather Center warns.", split_sentences(text)
    ).names
    assert (told.name, told.kind) == ("Lune Weather Center", "other")


@pytest.mark.parametrize(
    "text",
    ["Today Varr Minerals said in May that it would close its quarry.", "Shares in Varr Minerals rose."],
)
def test_what_speaks_of_itself_or_has_shares_is_an_organisation(text: str) -> None:
    assert [(one.name, one.kind) for one in find(text, split_sentences(text)).names] == [
        ("Varr Minerals", "organisation")
    ]


def test_what_speaks_and_ends_with_a_common_noun_is_no_person() -> None:
    text = (
        "Lune Gas said so on Monday. The gas was cheap. Ada Reed said that she had reed. Dr Jo Tarn warned of a tarn."
    )
    told = {one.name: one.kind for one in find(text, split_sentences(text)).names}
    assert told == {"Lune Gas": "organisation", "Ada Reed": "person", "Jo Tarn": "person"}


def test_a_first_word_alone_is_the_only_name_that_has_it_where_that_stands_before_it() -> None:
    told = {
        "a": "In May Varr Minerals closed. They say Varr owes it. The Lune Bay is far from Lune.",
        "b": "Today Varr Minerals opened. Critics of Varr left. The Lune rose.",
        "c": "In the end Varr Minerals paid, said Varr. They sailed the Lune.",
    }
    assert names(told).aliases("varr") == ("Varr Minerals",)
    assert names(told).name("Varr") == names(told).names[0]
    assert names(told).names[0].name == "Varr Minerals"
    assert names(told).aliases("Lune") == ()
    assert names({**told, "d": "They met at Varr Castle."}).aliases("Varr") == ()
    assert names({"a": told["a"]}).aliases("Varr") == ()


def test_initials_in_brackets_and_nicknames_are_other_ways_to_write_a_name() -> None:
    assert names(SEA).aliases("lmi") == ("Lune Marine Institute",)
    told = names({"a": 'It was run by Ranulf "Ray" Pell. In May Ray Pell left.', "b": "Today Pell Ranulf sells boats."})
    assert set(told.aliases("Ray Pell")) >= {"Ranulf Pell", "Pell Ranulf"}


def test_known_to_somebody_as_is_another_way_to_write_a_name() -> None:
    told = names({"a": "They fear the Lune Gas Works, known to sailors as Old Smoke. In May Old Smoke closed."})
    assert told.aliases("Old Smoke") == ("Lune Gas Works",)


@pytest.mark.parametrize(
    ("text", "one", "other"),
    [
        ("The Court of Appeal for the Lune Isles (CALI) sat.", "Court of Appeal for the Lune Isles", "CALI"),
        ("They asked the Office of Lune Weirs, or OLW, for help.", "Office of Lune Weirs", "OLW"),
        ("They asked the BoK (Bank of Kelda) for help.", "Bank of Kelda", "BoK"),
        ("Last week Ilse Tarn, known all over Kelda as Red Ilse, sang.", "Ilse Tarn", "Red Ilse"),
        ("Last week Ilse Tarn, who calls herself Ada Lune, sang.", "Ilse Tarn", "Ada Lune"),
        ("Last week Ilse Tarn, whom her fans call Ada Lune, sang.", "Ilse Tarn", "Ada Lune"),
        ("They sailed to Old Varr, since 1999 called Varrhaven.", "Old Varr", "Varrhaven"),
    ],
)
def test_names_that_a_sentence_says_are_one(text: str, one: str, other: str) -> None:
    assert names({"a": text}).aliases(other) == (one,)


@pytest.mark.parametrize(
    "text",
    [
        "In Varr critics called Ada Lune a liar. Ada Lune is known for Kelda as Jo Moss is for Varr.",
        "They met Jo Moss, who named Ada Lune. They met Jo Moss, who called Ada Lune.",
        "They met the Mayor of Kelda (TPA).",
    ],
)
def test_names_that_only_stand_beside_each_other_are_two(text: str) -> None:
    assert not any(one.aliases for one in names({"a": text}).names)


def test_two_spellings_of_a_first_name_are_one_person_with_one_surname_and_company() -> None:
    told = {
        "a": "On Monday Khalid Tarn joined. They met Lune Gas. On Monday Maria Berg sang. They met Ilse Holm.",
        "b": "On Monday Khaled Tarn left. They met Lune Gas. On Monday Mario Berg left. They met Ilse Holm.",
        "c": "They met at noon.",
    }
    assert names(told).aliases("Khalid Tarn") == ("Khaled Tarn",)
    assert names(told).aliases("Maria Berg") == ()
    assert names({**told, "d": "On Monday Jo Tarn slept."}).aliases("Khalid Tarn") == ()


def test_a_company_is_called_by_its_first_word_where_nothing_else_bears_it() -> None:
    told = {"a": "The pier belongs to the Varr Group. Varr paid for it.", "b": "In Kelda they met Varr."}
    assert names(told).aliases("varr") == ("Varr Group",)
    assert names({**told, "c": "They met on Varr Street."}).aliases("varr") == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Biologist Tova Lund left. She met the Scottish poet Jo Holm.", {"Tova Lund": "person", "Jo Holm": "other"}),
        ("In May the secretary of the union, Ilse Holm, left.", {"Ilse Holm": "person"}),
        ("Tova Holm, the new director of Kelda, left.", {"Tova Holm": "person", "Kelda": "other"}),
        ("Today Kelda Workers Front said no.", {"Kelda Workers Front": "organisation"}),
        ("They met the Crew of Lune (CoL).", {"Crew of Lune": "organisation", "CoL": "organisation"}),
        ("Today Ilse Holm left. Holm was tired.", {"Ilse Holm": "person"}),
    ],
)  # fmt: skip
def test_kinds_of_names(text: str, expected: dict[str, str]) -> None:
    assert {one.name: one.kind for one in find(text, split_sentences(text)).names} == expected


def test_what_is_called_after_a_place_is_no_person() -> None:
    told = names({"a": "They live in Lune.", "b": "Lune Rovers played. The fans wrote that Lune Rovers said no."})
    assert {one.name: one.kind for one in told.names}["Lune Rovers"] != "person"


def test_a_surname_alone_means_the_person_where_nobody_else_bears_it() -> None:
    told = names(
        {
            "a": "Today Ilse Tarn said so. Tarn left.",
            "b": "Today Ilse Tarn said so. They met Tarn of Tarn Glass.",
            "c": "They met Tarn.",
        }
    )
    assert told.alone("ilse tarn") == (("Tarn", frozenset({"a"})),)
    assert told.alone("Tarn Glass") == ()


def test_names_of_some_articles_are_those_that_they_have() -> None:
    told = names(BREAD)
    (one,) = (name for name in told.among(["mill-fire.md"]) if name.name == "Tarn Mill")
    assert (one.articles, one.mentions) == (1, 2)
    assert "Teigwerk" not in {name.name for name in told.among(["mill-fire.md"])}
    assert told.among([]) == ()


def test_a_common_noun_that_is_once_a_name_is_not_offered() -> None:
    told = names({"a": "They dined at the Otter. At Lune Gas the Chair spoke. In Lune Gas it is warm."})
    assert [one.name for one in named("who is the chair of lune gas", told)] == ["Lune Gas"]
    assert [one.name for one in named("Who is the Chair?", told)] == ["Chair"]


def test_people_who_share_a_name_and_what_they_are_said_to_be_are_one() -> None:
    told = names(
        {
            "a": "In May Jo Varga became treasurer of Kelda Dairy.",
            "b": "Critics say Josephine Varga, treasurer of the dairy, knew.",
            "c": "Critics ask Peter Varga for more milk.",
        }
    )
    assert told.aliases("Jo Varga") == ("Josephine Varga",)
    assert names({"a": "In May P. Varga left.", "b": "In May Peter Varga left."}).names[0].name == "Peter Varga"
    assert told.aliases("Peter Varga") == told.aliases("Varga") == ()
    assert names({"a": "In May Ilse Tarn and I. Tarn left."}).aliases("tarn") != ()
    double = names({"a": "In May Jo Lind-Varga left. Then Varga sailed.", "b": "Critics say Jo Varga knew."})
    assert double.names[0].name == "Jo Lind-Varga"
    assert double.aliases("Jo Varga") == ("Jo Lind-Varga",)
    assert double.name("Varga") is None


def test_the_file_of_aliases_has_the_last_word() -> None:
    assert names(BREAD, "Tarn Mill = The Old Mill  # as locals say").aliases("the old mill") == ("Tarn Mill",)
    assert names(SEA, "Lune Marine Institute != LMI").aliases("LMI") == ()


def test_misspelt_names_are_corrected_where_it_is_clear_what_is_meant() -> None:
    told = names(BREAD)

    def unknown(word: str) -> bool:
        return word not in {"is", "Lind"}

    assert corrected("Who is Sofia Rener?", told, unknown) == "Who is Sofia Renner?"
    assert corrected("Who is Henrik Olmburg?", told, unknown) == "Who is Henrik Olmberg?"
    assert corrected("Who is Ada Moss?", told, unknown) is None
    assert corrected("What about Kornblum?", told, unknown) is None
    assert list(guesses("Who is Sofja Lind?", told, unknown)) == [("Sofja", "Sofia")]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Who is Oscar Feldt?", "Who is Oskar Feld?"),
        ("What did Sofia Rennere say about rye?", "What did Sofia Renner say about rye?"),
        ("What does oskar felt do?", "What does Oskar Feld do?"),
        ("Who is Oscar Lindqvist?", None),
        ("Who is Hneri Olmburg?", None),
        ("Were there other Tarn Mills?", None),
        ("who is oskare feld", "who is Oskar Feld"),  # the search knows no difference between "oskare" and "oskar"
    ],
)
def test_a_misspelt_name_is_corrected_as_a_whole_or_not_at_all(question: str, expected: str | None) -> None:
    known = {term for text in BREAD.values() for term in terms(text)}
    assert corrected(question, names(BREAD), lambda word: not known & set(terms(word))) == expected


def test_a_country_is_no_misspelt_other_one() -> None:
    told = names({"a": "They sailed to Australia. In Australia it rained."})
    assert corrected("What about Austria?", told, lambda _: True) is None


def test_the_first_word_of_a_title_is_no_name() -> None:
    told = names({"a": "On Monday Prime Minister Ada Moss met Verdanta President Jo Lund. Then Verdanta grew."})
    assert {name.name for name in told.names} == {"Ada Moss", "Jo Lund", "Verdanta"}


def test_names_are_found_in_a_question_in_small_letters_too() -> None:
    told = names(BREAD)
    assert [name.name for name in told.within("who runs olmberg group in westrum?")] == [
        "Olmberg Group",
        "Westrum",
    ]
    told = names({"a": "In May the Growers' League met."})
    assert [name.name for name in told.within("who leads the growers’ league?")] == ["Growers' League"]
    assert not list(told.within("who runs it?"))


def test_an_index_keeps_names_and_reads_those_of_new_articles_alone(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for name, text in list(BREAD.items())[:3]:
        (corpus / name).write_text(text)
    chosen = aliqa_settings.load(
        corpus_dir=corpus, index_dir=tmp_path / "index", **QUICK, answering={"threshold": THRESHOLD}
    )
    build(chosen)
    assert {one.name for one in versions.names(chosen)} >= {"Tarn Mill", "Teigwerk"}
    for name, text in list(BREAD.items())[3:]:
        (corpus / name).write_text(text)
    (corpus / "sourdough-line.md").unlink()
    build(chosen)
    library = Library.open(chosen)
    expected = {name: text for name, text in BREAD.items() if name != "sourdough-line.md"}
    assert library.store.names() == found_in_index(library, expected)
    assert "Teigwerk" in {one.name for one in library.names()}  # named by another article, too
    (chosen.index_dir / ALIASES_FILE).write_text("Tarn Mill = Rye Castle\n")
    answer = Library.open(chosen).ask("What do the articles say about Rye Castle?")
    assert "Tarn Mill" in answer.answer


def found_in_index(library: Library, articles: dict[str, str]) -> dict[str, ArticleNames]:
    made = {}
    for name in articles:
        article = library.store.article(name)
        made[name] = find(article.text, split_sentences(article.text, article.meta.body_start))
    return made


def test_a_misspelt_name_is_searched_as_it_is_written_and_that_can_be_undone(tmp_path: Path) -> None:
    for name, text in BREAD.items():
        (tmp_path / name).write_text(text)
    chosen = aliqa_settings.load(
        corpus_dir=tmp_path, index_dir=tmp_path / "index", **QUICK, answering={"threshold": THRESHOLD}
    )
    build(chosen)
    library = Library.open(chosen)
    answer = library.ask("What is Kornblumm?")
    assert (answer.searched_as, answer.answered) == ("What is Kornblum?", True)
    typed = library.ask("What is Kornblumm?", as_typed=True)
    assert (typed.searched_as, typed.answered) == (None, False)
    assert typed.abstention
    assert "Did you mean “Kornblum”" in typed.abstention.detail


def test_what_mentions_a_name_is_counted_quoted_and_filtered_and_what_was_meant_is_guessed(tmp_path: Path) -> None:
    for name, text in BREAD.items():
        (tmp_path / name).write_text(text)
    chosen = aliqa_settings.load(corpus_dir=tmp_path, index_dir=tmp_path / "index", **QUICK)
    build(chosen)
    library = Library.open(chosen)
    found = library.mentioning("sofia renner")
    assert {one.doc_id: one.mentions for one in found.articles}["bakery-buys-mill.md"] == 2
    for one in found.articles:
        assert one.quote
        assert "Renner" in one.quote
        assert library.text(one.doc_id)[one.char_start : one.char_end] == one.quote
    assert library.mentioning("sofia renner", limit=1).articles == found.articles[:1]
    late = library.mentioning("sofia renner", filters=Filters(since=date(2024, 6, 1)))
    assert {one.doc_id for one in late.articles} == {one.doc_id for one in found.articles} - {"bakery-buys-mill.md"}
    assert [one.doc_id for one in library.articles(Filters(sources=("Baking Today",)))] == ["sourdough-line.md"]
    assert (library.mentioning("Kornblumm").articles, library.mentioning("Kornblumm").similar) == ((), ("Kornblum",))
