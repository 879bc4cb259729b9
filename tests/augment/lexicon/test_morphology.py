from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slmaug.augment.lexicon import morphology
from slmaug.augment.lexicon.english import _tables
from slmaug.augment.lexicon.morphology import Pos, forms, inflect_like, lemmas

PARTS: tuple[Pos, ...] = ("noun", "verb", "adjective", "adverb")
VERBS = sorted(word for word, row in _tables()[0].items() if "v" in row.split("\t")[0])
NOUNS = sorted(word for word, row in _tables()[0].items() if "n" in row.split("\t")[0])


@pytest.mark.parametrize(
    ("verb", "past", "participle", "gerund", "third_person"),
    [
        ("set", "set", "set", "setting", "sets"),
        ("stop", "stopped", "stopped", "stopping", "stops"),
        ("write", "wrote", "written", "writing", "writes"),
        ("refer", "referred", "referred", "referring", "refers"),
        ("visit", "visited", "visited", "visiting", "visits"),
        ("fix", "fixed", "fixed", "fixing", "fixes"),
        ("tie", "tied", "tied", "tying", "ties"),
        ("panic", "panicked", "panicked", "panicking", "panics"),
        ("quit", "quit", "quit", "quitting", "quits"),
        ("agree", "agreed", "agreed", "agreeing", "agrees"),
        ("try", "tried", "tried", "trying", "tries"),
        ("go", "went", "gone", "going", "goes"),
        ("format", "formatted", "formatted", "formatting", "formats"),
        ("debug", "debugged", "debugged", "debugging", "debugs"),
        ("input", "input", "input", "inputting", "inputs"),
    ],
)
def test_verbs_inflect(verb: str, past: str, participle: str, gerund: str, third_person: str) -> None:
    """Doubling, silent e, y, -c and the irregular verbs come out as a dictionary prints them."""
    assert morphology.past(verb) == past
    assert morphology.past_participle(verb) == participle
    assert morphology.gerund(verb) == gerund
    assert morphology.third_person(verb) == third_person


@pytest.mark.parametrize(
    ("noun", "plural"),
    [("query", "queries"), ("box", "boxes"), ("child", "children"), ("index", "indexes"), ("analysis", "analyses"),
     ("key", "keys"), ("photo", "photos"), ("hero", "heroes"), ("life", "lives"), ("quiz", "quizzes"),
     ("bus", "buses"), ("person", "people"), ("stomach", "stomachs")],
)  # fmt: skip
def test_nouns_take_their_plural(noun: str, plural: str) -> None:
    """Regular, irregular and Latin plurals, the usual one of two first."""
    assert morphology.plural(noun) == plural


@pytest.mark.parametrize(
    ("adjective", "comparative", "superlative"),
    [("big", "bigger", "biggest"), ("easy", "easier", "easiest"), ("good", "better", "best"),
     ("simple", "simpler", "simplest"), ("expensive", None, None)],
)  # fmt: skip
def test_short_adjectives_are_compared_with_endings(
    adjective: str, comparative: str | None, superlative: str | None
) -> None:
    """Longer adjectives have no such form: they take "more", which is another word."""
    assert morphology.comparative(adjective) == comparative
    assert morphology.superlative(adjective) == superlative


@pytest.mark.parametrize(
    ("word", "pos", "lemma"),
    [("using", "verb", "use"), ("found", "verb", "find"), ("dying", "verb", "die"), ("indices", "noun", "index"),
     ("stopped", "verb", "stop"), ("canceled", "verb", "cancel"), ("cancelled", "verb", "cancel"),
     ("easiest", "adjective", "easy"), ("classes", "noun", "class")],
)  # fmt: skip
def test_lemmas_undo_the_inflection(word: str, pos: Pos, lemma: str) -> None:
    """British and American spellings both lead back."""
    assert lemma in lemmas(word, pos)


@given(st.sampled_from(VERBS))
def test_every_form_of_a_verb_leads_back_to_it(verb: str) -> None:
    """Inflecting and lemmatising agree on all verbs of the table."""
    for form in [form for slot in forms(verb, "verb") for form in slot]:
        assert verb in lemmas(form, "verb")


@given(st.sampled_from(NOUNS))
def test_every_plural_leads_back_to_its_noun(noun: str) -> None:
    """Inflecting and lemmatising agree on all nouns of the table."""
    assert noun in lemmas(morphology.plural(noun), "noun")


@pytest.mark.parametrize(
    ("word", "lemma", "synonym", "pos", "expected"),
    [
        ("deleting", "delete", "get rid of", "verb", "getting rid of"),
        ("views", "view", "point of view", "noun", None),
        ("apps", "app", "mobile app", "noun", "mobile apps"),
        ("set", "set", "put", "verb", None),
        ("changed", "change", "rewrite", "verb", None),
        ("bigger", "big", "sizable", "adjective", None),
        ("problem", "problem", "issue", "noun", "issue"),
        ("tips", "tip", "advice", "noun", None),
    ],
)
def test_a_phrase_inflects_its_head_and_doubt_gives_none(
    word: str, lemma: str, synonym: str, pos: Pos, expected: str | None
) -> None:
    """The form "changed" is past or participle, "rewrote" and "rewritten" are not both; "advice" has no plural."""
    assert inflect_like(word, lemma, synonym, pos) == expected


@pytest.mark.parametrize(
    ("word", "article"),
    [("issue", "an"), ("user", "a"), ("hour", "an"), ("unique", "a"), ("umbrella", "an"), ("European", "a")],
)
def test_the_article_goes_by_sound(word: str, article: str) -> None:
    """Vowel letters that sound as consonants take "a"."""
    assert morphology.indefinite_article(word) == article


@given(st.text(), st.text(), st.text(), st.sampled_from(PARTS))
def test_any_text_may_be_inflected(word: str, lemma: str, synonym: str, pos: Pos) -> None:
    """Arbitrary unicode never raises."""
    inflect_like(word, lemma, synonym, pos)
    assert lemmas(word, pos)[0] == word
