from __future__ import annotations

import subprocess
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slmaug.augment.lexicon import English, Pos
from slmaug.augment.lexicon.english import _everyday, _tables
from slmaug.augment.lexicon.morphology import gerund, lemmas, plural
from slmaug.function_words import FUNCTION_WORDS

ENGLISH = English()
PAIRS = sorted(key for key, words in _tables()[1].items() if words)
PARTS: tuple[Pos, ...] = ("noun", "verb", "adjective", "adverb")


def test_the_repr_can_be_typed_back_in() -> None:
    """What a row's provenance records builds an equal lexicon."""
    assert eval(repr(ENGLISH)) == ENGLISH


@pytest.mark.parametrize(
    ("word", "pos", "expected"),
    [
        ("delete", "verb", "get rid of"),
        ("deleting", "verb", "getting rid of"),
        ("purchased", "verb", "bought"),
        ("problems", "noun", "issues"),
        ("larger", "adjective", "bigger"),
        ("correctly", "adverb", "properly"),
        ("colours", "noun", "colors"),
    ],
)
def test_a_synonym_comes_in_the_inflection_of_the_word(word: str, pos: Pos, expected: str) -> None:
    """Surface form in, surface form out."""
    assert expected in ENGLISH.synonyms(word, pos)


@pytest.mark.parametrize("word", ["i", "a", "the", "be", "do", "get", "make", "not", "every", "string", "zxqv", ""])
@pytest.mark.parametrize("pos", PARTS)
def test_words_that_mean_nothing_by_themselves_have_no_synonyms(word: str, pos: Pos) -> None:
    """Function words, light verbs, terms of a trade and unknown words are left alone."""
    assert ENGLISH.synonyms(word, pos) == ()


def test_one_way_pairs_hold_one_way() -> None:
    """The verb "delete" may become "remove", but "remove the lid" never becomes "delete the lid"."""
    assert "remove" in ENGLISH.synonyms("delete", "verb")
    assert "delete" not in ENGLISH.synonyms("remove", "verb")


def test_the_hand_written_table_has_the_last_word() -> None:
    """A blocked word has no synonyms although WordNet gives "happen" for "occur" both ways."""
    assert ENGLISH.synonyms("happen", "verb") == ()
    assert ENGLISH.synonyms("occur", "verb")[0] == "happen"


def test_equals_in_the_hand_written_table_are_symmetric() -> None:
    """``a = b`` gives both directions, ``a > b`` one."""
    found = _everyday(["v\tlend = loan", "v\tobtain > get", "n\tbank >"])
    assert found == {
        ("lend", "verb"): ("loan",),
        ("loan", "verb"): ("lend",),
        ("obtain", "verb"): ("get",),
        ("bank", "noun"): (),
    }


@pytest.mark.parametrize(("word", "pos"), PAIRS)
def test_no_table_entry_is_its_own_synonym_or_a_function_word(word: str, pos: Pos) -> None:
    """Every listed pair would change the sentence and keeps its grammar words."""
    for synonym in _tables()[1][word, pos]:
        assert synonym != word
        # Adverbs of degree and time may be put in; they are never replaced themselves.
        assert synonym not in FUNCTION_WORDS - {"also", "sometimes", "often", "very", "almost"}
        assert synonym == synonym.lower().strip()


@given(st.sampled_from([key for key in PAIRS if key[1] == "verb" and " " not in key[0]]))
def test_gerunds_answer_with_gerunds(key: tuple[str, Pos]) -> None:
    """The first word of every synonym of a gerund is a gerund."""
    for synonym in ENGLISH.synonyms(gerund(key[0]), "verb"):
        assert synonym.split(" ")[0].endswith("ing")


@given(st.sampled_from([key for key in PAIRS if key[1] == "noun"]))
def test_plurals_answer_with_plurals(key: tuple[str, Pos]) -> None:
    """The last word of every synonym of a plural is the plural of a listed synonym."""
    listed = {plural(word.split(" ")[-1]) for word in _tables()[1][key]}
    word = plural(key[0])
    if word != key[0]:
        for synonym in ENGLISH.synonyms(word, "noun"):
            assert synonym.split(" ")[-1] in listed or synonym == "points of view"


@given(st.text(), st.sampled_from(PARTS))
def test_any_text_is_a_word_that_may_be_asked_for(word: str, pos: Pos) -> None:
    """Arbitrary unicode never raises and never answers with itself."""
    assert word not in ENGLISH.synonyms(word, pos)
    assert ENGLISH.frequency(word) >= 0
    assert set(ENGLISH.parts_of_speech(word)) <= set(PARTS)


@pytest.mark.parametrize(
    ("word", "first"),
    [("delete", "verb"), ("files", "noun"), ("large", "adjective"), ("quickly", "adverb"), ("found", "verb")],
)
def test_the_most_frequent_part_of_speech_comes_first(word: str, first: Pos) -> None:
    """Inflected forms are understood, "found" above all as the past of "find"."""
    assert ENGLISH.parts_of_speech(word)[0] == first


def test_common_words_are_more_frequent_than_rare_ones() -> None:
    """The frequency orders words, and an unknown word has none."""
    assert ENGLISH.frequency("house") > ENGLISH.frequency("cellar") > ENGLISH.frequency("zxqv") == 0


def test_a_word_seen_before_is_a_dictionary_look_up() -> None:
    """A million calls take well under a second; the bound is loose because test machines are shared."""
    ENGLISH.synonyms("deleting", "verb")
    start = time.perf_counter()
    for _ in range(100_000):
        ENGLISH.synonyms("deleting", "verb")
    assert time.perf_counter() - start < 0.2


def test_importing_the_lexicon_imports_no_nltk() -> None:
    """NLTK is an extra: it loads with ``WordNet()``, not with the package."""
    code = "import sys, slmaug.augment.lexicon; sys.exit('nltk' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_lemmas_of_a_listed_word_reach_the_word() -> None:
    """Every single-word entry can be found through its own gerund, so no verb in the table is dead."""
    verbs = [word for word, pos in PAIRS if pos == "verb" and " " not in word]
    dead = [word for word in verbs if word not in lemmas(gerund(word), "verb")]
    assert dead == []
