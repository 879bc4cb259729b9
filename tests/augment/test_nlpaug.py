from __future__ import annotations

import random
import shutil
import string
from collections import Counter
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slmaug.augment import Augmenter, vary
from slmaug.augment.nlpaug import NlpAug
from slmaug.errors import MissingPackage, SlmaugError
from slmaug.rng import Random, generators
from slmaug.text import LOCKED, Text

pytest.importorskip("nlpaug", reason="needs pip install nlpaug")
numpy = pytest.importorskip("numpy")
nac: Any = pytest.importorskip("nlpaug.augmenter.char", reason="needs pip install nlpaug")
naw: Any = pytest.importorskip("nlpaug.augmenter.word", reason="needs pip install nlpaug")
naf: Any = pytest.importorskip("nlpaug.flow", reason="needs pip install nlpaug")

QUESTIONS = [
    'How do I read the big file with pd.read_csv("a b.csv"), and why does it never end?',
    "Why does client.get_user(id=42) return nothing for the {user_name} at https://example.org/a?b=1 in the morning?",
    "How do I build the image with --no-cache-dir on .NET Framework 4.8 without the user's old files?",
    "\u5728\u624b\u673a\u94f6\u884c\u91cc\u7528 get_user(id=42) \u4fee\u6539\u6211\u7684\u767b\u5f55\u5bc6\u7801\uff1f",
]
AUGMENTERS = {
    "swap": lambda: naw.RandomWordAug(action="swap"),
    "delete": lambda: naw.RandomWordAug(action="delete"),
    "crop": lambda: naw.RandomWordAug(action="crop"),
    "split": lambda: naw.SplitAug(),
    "spelling": lambda: naw.SpellingAug(),
    "keyboard": lambda: nac.KeyboardAug(),
    "letters": lambda: nac.RandomCharAug(action="insert"),
    "flow": lambda: naf.Sequential([naw.RandomWordAug(action="swap"), nac.KeyboardAug(aug_char_p=0.1)]),
}


class Fake:
    """Stands for an nlpaug augmenter: remembers what it was given and answers as told."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.given: list[str] = []

    def augment(self, data: str) -> Any:
        self.given.append(data)
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer(data) if callable(self.answer) else self.answer


def varied(question: str, answer: Any) -> str:
    return vary(question, NlpAug(Fake(answer)))


@pytest.mark.filterwarnings("ignore:NlpAug:RuntimeWarning")
@pytest.mark.parametrize("name", AUGMENTERS)
def test_locked_and_kept_words_survive_every_draw(name: str) -> None:
    """2,000 draws of each augmenter: locked spans stay byte for byte and in order, and so do kept words."""
    augmenter = NlpAug(AUGMENTERS[name]())
    changed = 0
    for question in QUESTIONS:
        text = Text.parse(question)
        kept = [word for word, status in zip(text.words, text.status, strict=True) if status]
        for new in augmenter([text] * 500, generators(7, 0, 500)):
            assert new.locked == text.locked
            assert all(span in str(new) for span in text.locked)
            assert [word for word, status in zip(new.words, new.status, strict=True) if status] == kept
            assert len(new.parts) == 2 * len(new.status) + 1
            changed += str(new) != question
    assert changed > 1000


PIECES = ["how", "the", "big", "file", "reads", "don't", "not", "{x}", "f(1)", "non-empty", "I", ",", "'b c'", "\n"]


@given(
    st.lists(st.sampled_from(PIECES)),
    st.sampled_from(["swap", "delete", "keyboard"]),
    st.integers(0, 2**32),
)
@settings(max_examples=150, deadline=None)
@pytest.mark.filterwarnings("ignore:NlpAug:RuntimeWarning")
def test_whatever_the_question_the_locks_hold_and_the_state_is_sound(words: list[str], name: str, seed: int) -> None:
    """Questions put together at random: locks, parts and status agree, and one generator means one answer."""
    text, augmenter = Text.parse(" ".join(words)), NlpAug(AUGMENTERS[name]())
    first, second = augmenter([text, text], [Random(seed), Random(seed)])
    assert str(first) == str(second)
    assert first.locked == text.locked
    assert len(first.parts) == 2 * len(first.status) + 1
    assert first.status.count(LOCKED) == text.status.count(LOCKED)


@given(st.text(st.sampled_from(string.ascii_letters + " .,'{}\u4f60\u597d"), max_size=40), st.text(max_size=20))
@settings(deadline=None)
def test_anything_may_come_back(question: str, answer: str) -> None:
    """Whatever string nlpaug answers with, what is locked and the punctuation between stay."""
    text = Text.parse(question)
    (new,) = NlpAug(Fake(answer))([text], [Random(1)])
    assert new.locked == text.locked
    assert not Counter(c for c in question if c in ".,{}") - Counter(str(new))


@pytest.mark.parametrize("name", ["swap", "keyboard", "spelling", "letters"])
def test_a_variant_depends_on_its_own_generator_alone(name: str) -> None:
    """The same generator gives the same variant, alone or in a batch, whatever the global generators hold."""
    augmenter, text = NlpAug(AUGMENTERS[name]()), Text.parse(QUESTIONS[0])
    together = augmenter([text] * 5, generators(3, 0, 5))
    random.seed(99)
    numpy.random.seed(99)
    alone = [augmenter([text], generators(3, number, 1))[0] for number in range(5)]
    assert list(map(str, together)) == list(map(str, alone))
    assert len(set(map(str, together))) > 1


@pytest.mark.parametrize("answer", ["x", ValueError("odd"), LookupError("no corpus"), KeyboardInterrupt()])
def test_the_global_generators_stay_as_they_were(answer: Any) -> None:
    """The states of Python, numpy and, if installed, torch are the same before and after, also when nlpaug raises."""
    torch = import_module("torch") if find_spec("torch") else None

    def states() -> list[Any]:
        found = [random.getstate(), numpy.random.get_state()[1].tolist()]
        return [*found, torch.get_rng_state().tolist()] if torch else found

    before = states()
    try:
        with pytest.warns(RuntimeWarning) if isinstance(answer, ValueError) else pytest.MonkeyPatch.context():
            varied("How do I open the file?", answer)
    except (SlmaugError, KeyboardInterrupt):
        pass
    assert states() == before


def test_nlpaug_sees_runs_of_free_words_only() -> None:
    """No locked span, kept word, punctuation mark, apostrophe or hyphen is handed over."""
    fake = Fake(lambda run: run)
    vary("How do I open  the big {path}, then close the user's own non-empty window?", NlpAug(fake))
    assert sorted(fake.given) == ["open the big", "own", "then close the", "window"]


def test_where_nothing_is_free_the_text_is_the_same_object() -> None:
    """A question of locks alone is not handed over at all."""
    text, fake = Text.parse("pd.read_csv({path}) 42?"), Fake("boom")
    assert NlpAug(fake)([text], [Random(1)])[0] is text
    assert fake.given == []


@pytest.mark.parametrize("answer", ["", [], [""], None, [None], "open the file", ("open the file", 0)])
def test_no_answer_and_the_same_answer_leave_the_text(answer: Any) -> None:
    """Empty string, empty list, None, or the words that were given: the very same Text comes back, with no step."""
    text = Text.parse("How do I open  the file?")
    (new,) = NlpAug(Fake(answer))([text], [Random(1)])
    assert new is text


@pytest.mark.parametrize("answer", ["shut a file", ["shut a file"], [("shut a file", [{}])], ("shut a file", [])])
def test_every_type_that_nlpaug_returns_is_understood(answer: Any) -> None:
    """A string, a list of one, a pair with its log of changes; gaps stay where the number of words does."""
    assert varied("How do I open  the file?", answer) == "How do I shut  a file?"


def test_more_and_fewer_words_keep_what_stands_around() -> None:
    """A run may grow and shrink; the gaps at its ends are the question's own."""
    assert varied("How do I open  the file (now)?", lambda run: f"{run} x y") == "How do I open the file x y (now x y)?"
    assert varied("How do I open  the file?", "close") == "How do I close?"


def test_the_start_of_a_run_is_no_start_of_a_sentence() -> None:
    """nlpaug gives the word it moves to the front a capital; inside a question it is small."""
    assert varied("How do I open file?", "File open") == "How do I file open?"
    texts = NlpAug(naw.RandomWordAug(action="swap"))([Text.parse("How do I open the file?")] * 50, generators(1, 0, 50))
    assert {word for text in texts for word in text.words if word[0].isupper()} == {"How", "I"}


def test_chinese_words_go_in_with_spaces_and_come_out_without() -> None:
    """nlpaug splits at spaces, so the segmented words are handed over with them."""
    fake = Fake(lambda run: " ".join(reversed(run.split())))
    question = "\u624b\u673a\u94f6\u884c\u5bc6\u7801\u4fee\u6539"
    new = vary(question, NlpAug(fake))
    assert " " in fake.given[0]
    assert " " not in new
    assert sorted(new) == sorted(question)
    assert new != question


def test_odd_input_warns_and_keeps_the_text() -> None:
    """An IndexError inside nlpaug costs one variant, not the run."""
    with pytest.warns(RuntimeWarning, match=r"NlpAug\(Fake\(\)\) failed with IndexError; the words .* stay"):
        assert varied("How do I open it?", IndexError("list index out of range")) == "How do I open it?"


@pytest.mark.parametrize(
    ("error", "expected", "message"),
    [
        (LookupError("\n****\n  Resource x not found.\n****\n"), SlmaugError, "data that is missing: Resource x"),
        (ModuleNotFoundError("No module named 'torch'"), MissingPackage, "No module named 'torch'"),
        (OSError("no such model\nx"), SlmaugError, "cannot read its model: no such model x"),
    ],
)
def test_what_is_missing_is_said_in_one_line(error: Exception, expected: type[Exception], message: str) -> None:
    """A corpus, package or model that is not there stops the run, in one line that names the augmenter."""
    with pytest.raises(expected, match=message) as caught:
        varied("How do I open it?", error)
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith("NlpAug(Fake())")


def test_errors_of_the_programmer_are_not_hidden() -> None:
    """An action that the augmenter does not have is not odd input."""
    with pytest.raises(NotImplementedError):
        varied("How do I open it?", NotImplementedError())


def test_the_step_names_the_class_and_its_main_settings() -> None:
    """Provenance says what was done, with every setting that differs from its default and no path of this machine."""
    swap = NlpAug(naw.RandomWordAug(action="swap", aug_p=0.3))
    assert repr(swap) == "NlpAug(RandomWordAug(action='swap', aug_p=0.3))"
    assert swap([Text.parse("How do I open the file?")], [Random(1)])[0].steps == (repr(swap),)
    keyboard = NlpAug(nac.KeyboardAug(min_char=3, stopwords=["file"]))
    told = "KeyboardAug(aug_char_p=0.3, aug_word_p=0.3, stopwords=['file'], lang='en', min_char=3)"
    assert repr(keyboard) == f"NlpAug({told})"
    flow = NlpAug(naf.Sequential([naw.SplitAug(stopwords_regex="a+")]))
    assert repr(flow) == "NlpAug(Sequential([SplitAug(aug_p=0.3, stopwords_regex='a+')]))"


def test_it_is_an_augmenter() -> None:
    """The protocol's shape: as many texts out as in."""
    augmenter: Augmenter = NlpAug(Fake("x"))
    assert isinstance(augmenter, Augmenter)
    texts: Sequence[Text] = [Text.parse("open it"), Text.parse("{x}")]
    assert len(augmenter(texts, generators(1, 0, 2))) == 2
    assert augmenter([], []) == []


@pytest.mark.parametrize("given", [naw.RandomWordAug, None, "swap", 3])
def test_what_is_no_nlpaug_object_is_refused_at_once(given: Any) -> None:
    """The class in place of an object, or nothing of nlpaug's, is a TypeError when the settings are written."""
    with pytest.raises(TypeError, match="NlpAug needs an nlpaug"):
        NlpAug(given)


def test_wordnet_synonyms_through_nlpaug(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SynonymAug with WordNet and a tagger: synonyms come in, locks hold."""
    nltk: Any = pytest.importorskip("nltk", reason="needs pip install nltk")
    debian = Path("/usr/share/wordnet")
    if not (debian / "data.noun").is_file():
        pytest.skip("needs apt install wordnet-base")
    corpus = tmp_path / "corpora" / "wordnet"
    corpus.mkdir(parents=True)
    for file in debian.iterdir():
        if file.is_file():
            shutil.copy(file, corpus)
    # Only the numbers and names matter to the reader; lexnames(5WN) has 45 of them.
    (corpus / "lexnames").write_text("".join(f"{number:02d}\tname.{number}\t1\n" for number in range(45)))
    monkeypatch.setattr(nltk.data, "path", [str(tmp_path), *nltk.data.path])
    try:
        nltk.pos_tag(["file"])
    except LookupError:  # the tagger's data is a download; every word a noun will do for the locks
        monkeypatch.setattr(nltk, "pos_tag", lambda tokens: [(token, "NN") for token in tokens])
    text = Text.parse(QUESTIONS[0])
    texts = NlpAug(naw.SynonymAug(aug_src="wordnet"))([text] * 50, generators(1, 0, 50))
    assert all(new.locked == text.locked for new in texts)
    assert len({str(new) for new in texts}) > 10
