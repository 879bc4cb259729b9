"""What holds for every augmenter and any text: one out per in, locks and negations safe, steps that can be typed."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slmaug import augment
from slmaug.augment import (
    PHRASING_FORMS,
    Augmenter,
    Chain,
    Deletion,
    Fronting,
    Insertion,
    Listed,
    Maybe,
    OneOf,
    Phrasing,
    Restructuring,
    Rewording,
    Swap,
    Synonyms,
    Typos,
)
from slmaug.function_words import NEGATIONS
from slmaug.rng import generators
from slmaug.text import Text

AUGMENTERS: tuple[Augmenter, ...] = (
    Swap(),
    Swap(rate=1.0),
    Deletion(),
    Deletion(rate=1.0),
    Insertion(),
    Insertion(rate=0.8),
    Synonyms(),
    Synonyms(rate=1.0),
    Typos(),
    Typos(rate=1.0),
    Rewording(),
    Rewording(strength=1.0, glossary=(("file", "record"), ("open", "pop up"))),
    Restructuring(),
    Restructuring(strength=1.0),
    Fronting(),
    *(Phrasing(form) for form in PHRASING_FORMS),
    Chain((Synonyms(), Swap(), Deletion(), Typos())),
    OneOf((Swap(), Deletion(), Phrasing("polite")), (1.0, 2.0, 3.0)),
    Maybe(Chain((Phrasing("context"), Typos())), 0.7),
    Listed({"How do I read a file?": ("Which way is a file read?",)}),
)
PIECES = st.sampled_from(
    (
        "How do I|How can I|Why can't I|Why doesn't|What is|Where are|Is there|Does|How long|Which card|"
        "What should I do if|send|read|open|the|a|my|file|payment|card|"
        "large|quickly|not|never|don’t|without|cannot|twice|to|in|and|"
        "or|but|please|I|it|`df.head()`|client.get_user(id=42)|https://a.b/c?d#f|'quoted words'|{name}|3.11|100 MB|C#|"
        "my_name|a == b|New York|如何|读取|文件|不能|的|为什么|数据库|ファイル|ملف|👩‍👧|e\u0301|\u202e|\x00|\ud800|"
        "Wie kann ich das|.|?|!|,|。|？|: |\n| - |'"
    ).split("|")
)
QUESTIONS = st.one_of(
    st.text(st.characters(exclude_categories=()), max_size=30),
    st.lists(PIECES, max_size=10).map(" ".join),
    st.lists(PIECES, max_size=8).map("".join),
)


def negations(text: str) -> Counter[str]:
    words = (word.lower().replace("’", "'") for word in Text.parse(text).words)
    return Counter(word for word in words if word in NEGATIONS)


@pytest.mark.parametrize("augmenter", AUGMENTERS, ids=repr)
@settings(max_examples=40, deadline=None)
@given(question=QUESTIONS)
def test_any_text_comes_through_with_its_locks_and_negations(augmenter: Augmenter, question: str) -> None:
    """No text makes an augmenter raise, lose a locked span or lose a negation."""
    text = Text.parse(question)
    batch = augmenter([text] * 3, generators(1, 0, 3))
    assert len(batch) == 3
    for new in batch:
        locked = Counter(new.locked)
        # Who types in a hurry leaves out quotes round names: all of them, and nothing but them.
        bare = locked != Counter(text.locked) and "Phrasing(" in repr(augmenter)
        assert locked == Counter(text.unquoted().locked if bare else text.locked)
        shown = str(new)
        assert all(shown.count(word) >= count for word, count in locked.items())
        assert not [
            word
            for word, status in zip(text.words, text.status, strict=True)
            if status == 1 and word.lower() in NEGATIONS and word.lower() not in shown.lower()
        ]
        assert len(new.parts) == 2 * len(new) + 1
        assert new is text or new.steps
    assert str(text) == question
    assert text.steps == ()


@pytest.mark.parametrize("augmenter", AUGMENTERS, ids=repr)
def test_the_steps_can_be_typed_back_in(augmenter: Augmenter) -> None:
    """Every step of a variant is the repr of the augmenter that made it, and eval gives that augmenter again."""
    names = vars(augment)
    assert eval(repr(augmenter), dict(names)) == augmenter
    texts = [Text.parse("How do I quickly send a large payment to my friend in the app without a fee?")] * 20
    for new in augmenter(texts, generators(5, 0, 20)):
        for step in new.steps:
            assert repr(eval(step, dict(names))) == step


@pytest.mark.parametrize("augmenter", AUGMENTERS, ids=repr)
def test_equal_generators_give_equal_texts_in_any_batch(augmenter: Augmenter) -> None:
    """A text's variant depends on its own generator: not on the batch, the run or the neighbours."""
    questions = [
        "How do I send a large payment to my friend?",
        "Why can't I open `config.py` twice in the app?",
        "如何在 Python 中快速读取文件？",
        "",
        "Wie kann ich das lesen?",
    ]
    texts = [Text.parse(question) for question in questions for _ in range(4)]
    together = augmenter(texts, generators(3, 0, len(texts), common=8))
    again = augmenter(texts, generators(3, 0, len(texts), common=8))
    alone = [augmenter([Text.parse(str(t))], generators(3, i, 1, common=8))[0] for i, t in enumerate(texts)]
    assert [(str(t), t.steps) for t in together] == [(str(t), t.steps) for t in again]
    assert [(str(t), t.steps) for t in together] == [(str(t), t.steps) for t in alone]


@pytest.mark.parametrize("augmenter", AUGMENTERS, ids=repr)
def test_an_empty_batch_is_an_empty_batch(augmenter: Augmenter) -> None:
    """Nothing in, nothing out."""
    assert augmenter([], []) == []


@pytest.mark.parametrize("augmenter", AUGMENTERS, ids=repr)
def test_an_augmenter_of_ours_is_an_augmenter(augmenter: Augmenter) -> None:
    """All of them fit the protocol, and are values: equal settings are equal and hash alike."""
    assert isinstance(augmenter, Augmenter)
    assert hash(augmenter) == hash(eval(repr(augmenter), dict(vars(augment))))
