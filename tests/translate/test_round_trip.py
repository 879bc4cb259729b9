"""There and back: what is taken asks the same, and the rest is counted by reason."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest

from slmaug.errors import SlmaugError
from slmaug.text import Text
from slmaug.translate.masking import STYLES
from slmaug.translate.round_trip import RoundTrips, decoding_for, round_trips
from slmaug.translate.translator import GREEDY, Decoding

Say = Callable[[str], Sequence[str]]


@dataclass(frozen=True)
class Scripted:
    """Translates into the pivot language and back by two functions, and remembers its calls."""

    forth: Say = lambda text: [f"de {text}"]
    back: Say = lambda text: [text.removeprefix("de ")]
    alone: bool = True
    calls: list[tuple[str, str, list[str]]] = field(default_factory=list)
    pairs: tuple[str, ...] = ("en-de", "de-en", "en-fr", "fr-en")

    def check(self, source: str, target: str) -> None:
        if f"{source}-{target}" not in self.pairs:
            raise SlmaugError(f"no {source}-{target}")

    def identity(self, source: str, target: str) -> str:
        return "scripted"

    def translate(
        self, texts: Sequence[str], source: str, target: str, decoding: Decoding = GREEDY
    ) -> list[tuple[str, ...]]:
        self.calls.append((source, target, list(texts)))
        say = self.forth if source == "en" else self.back
        return [tuple(say(text))[: decoding.candidates] for text in texts]


def trip(translator: Scripted, *questions: str, via: Sequence[str] = ("de",), samples: int = 4) -> RoundTrips:
    return round_trips([Text.parse(each) for each in questions], "en", via, translator, decoding_for(samples))


def test_what_comes_back_in_other_words_is_taken() -> None:
    """With the pivot language it came by."""
    done = trip(Scripted(back=lambda text: [text[3:].replace("delete", "remove")]), "How do I delete a file?")
    assert done.found == {"How do I delete a file?": (("de", "How do I remove a file?"),)}
    assert (done.returned, done.discarded) == (1, {})


def test_one_pass_for_all_questions_and_one_for_all_candidates() -> None:
    """However many questions and samples there are; equal ones go once."""
    script = Scripted(forth=lambda text: [f"de {text}", f"de2 {text}", f"de {text}"], back=lambda text: [text[3:]])
    trip(script, "How do I pay?", "Where is it?", "How do I pay?", via=("de", "fr"))
    assert [(source, target, len(texts)) for source, target, texts in script.calls] == [
        ("en", "de", 2), ("de", "en", 4), ("en", "fr", 2), ("fr", "en", 4),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("question", "returned", "reason"),
    [
        ("Why is there no access to the page?", "Why is there any access to the site?", "the negation is lost"),
        ("Why is there access to the page?", "Why is there no access to the site?", "a negation is new"),
        ("How do I open three files?", "How do I open two files?", "other numbers"),
        ("How do I open a file?", "how do I open a file", "came back as it was"),
        ("How do I enable the card?", "How do I disable the card?", "another thing is asked for"),
        ("How do I open a file with a very long name?", "Open", "another length"),
        ("How do I open a file?", "如何打开文件？", "another language"),
        ("How do I open a file?", "", "no words"),
    ],
)
def test_what_does_not_ask_the_same_is_counted(question: str, returned: str, reason: str) -> None:
    """By reason, and never taken."""
    done = trip(Scripted(back=lambda _: [returned]), question)
    assert done.found == {}
    assert list(done.discarded) == [reason]
    assert done.returned == 1


def test_a_lost_span_is_counted_and_the_text_goes_again_in_another_style() -> None:
    """A model that copies one kind of placeholder only still gives paraphrases."""
    def forth(text: str) -> list[str]:
        return ["de " + re.sub(r"X\d", "dings", text), "de " + re.sub(r"X1", "X1 X1", text)]

    script = Scripted(forth=forth, back=lambda text: [text[3:].replace("delete", "remove")])
    done = trip(script, "How do I delete `a.txt` in .NET 8?")
    assert done.found == {"How do I delete `a.txt` in .NET 8?": (("de", "How do I remove `a.txt` in .NET 8?"),)}
    assert done.discarded["a locked span was lost"] == 1
    assert done.discarded["a locked span was doubled"] == 1
    assert [texts for source, _, texts in script.calls if source == "en"] == [
        ["How do I delete X1 in X2?"], ["How do I delete Q1Q in Q2Q?"],
    ]  # fmt: skip


def test_a_span_lost_on_the_way_back_is_found_too() -> None:
    """In every style, and then the question has no paraphrase."""
    script = Scripted(back=lambda text: [re.sub(r"\S*1\S*", "it", text[3:]).replace("delete", "remove")])
    done = trip(script, "How do I delete `a.txt`?")
    assert done.found == {}
    assert done.discarded == {"a locked span was lost": len(STYLES)}


def test_locked_spans_do_not_reach_the_translator() -> None:
    """Nor do protected terms."""
    script = Scripted()
    text = Text.parse("How do I block my bank card in Foo.Bar?", ["bank card"])
    round_trips([text], "en", ["de"], script, GREEDY, ["bank card"])
    assert "bank card" not in str(script.calls)
    assert "Foo" not in str(script.calls)


def test_missing_models_turn_out_before_anything_is_translated() -> None:
    """Also those of the last pivot language."""
    script = Scripted()
    with pytest.raises(SlmaugError, match="no en-zh"):
        trip(script, "How do I pay?", via=("de", "zh"))
    assert script.calls == []


def test_what_cannot_be_translated_is_counted() -> None:
    """A question that is too long for the model, or that has no words of its own."""
    done = trip(Scripted(forth=lambda _: []), "How do I pay?")
    assert done.discarded == {"could not be translated": 1}
    assert trip(Scripted(), "HttpClient C#").discarded == {"nothing to translate": 1}
