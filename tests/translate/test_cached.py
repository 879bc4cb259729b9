"""The cache of translations: nothing is translated twice, and what is found is what was made."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from slmaug.errors import SlmaugError
from slmaug.translate.cached import CHUNK, Cached
from slmaug.translate.translator import GREEDY, Decoding

SAMPLED = Decoding(candidates=2, top_k=5)


@dataclass(frozen=True)
class Upper:
    """Translates into capitals; what is sampled depends on the whole call, as with CTranslate2, unless ``alone``."""

    name: str = "upper"
    alone: bool = False
    fails_after: int = 10**9
    calls: list[list[str]] = field(default_factory=list, compare=False, repr=False)

    def check(self, source: str, target: str) -> None:
        pass

    def identity(self, source: str, target: str) -> str:
        return self.name

    def translate(
        self, texts: Sequence[str], source: str, target: str, decoding: Decoding = GREEDY
    ) -> list[tuple[str, ...]]:
        if len(self.calls) >= self.fails_after:
            raise KeyboardInterrupt
        self.calls.append(list(texts))
        mark = len(texts) if decoding.samples and not self.alone else 0
        return [
            tuple(f"{target}:{text.upper()}:{mark}:{i}" for i in range(decoding.candidates)) if text else ()
            for text in texts
        ]

    @property
    def asked(self) -> list[str]:
        return [text for call in self.calls for text in call]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text("abc", max_size=3), max_size=8), st.lists(st.text("abc", max_size=3), max_size=8))
def test_nothing_is_translated_twice(
    tmp_path_factory: pytest.TempPathFactory, first: list[str], second: list[str]
) -> None:
    """In one call or the next; and the outcome is that of the translator."""
    upper = Upper()
    cached = Cached(upper, tmp_path_factory.mktemp("cache"))
    for texts in (first, second, first):
        assert cached.translate(texts, "en", "de") == [(f"de:{text.upper()}:0:0",) if text else () for text in texts]
    asked = [text for text in upper.asked if text]
    assert len(asked) == len(set(asked))
    assert set(asked) == {text for text in first + second if text}


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from("abcdefgh"), max_size=6), st.lists(st.sampled_from("abcdefgh"), max_size=6))
def test_what_was_asked_before_does_not_show(
    tmp_path_factory: pytest.TempPathFactory, before: list[str], texts: list[str]
) -> None:
    """Equal calls give equal results, also where samples depend on the rest of the call."""
    warm, cold = (Cached(Upper(), tmp_path_factory.mktemp(name)) for name in ("warm", "cold"))
    warm.translate(before, "en", "de", SAMPLED)
    assert warm.translate(texts, "en", "de", SAMPLED) == cold.translate(texts, "en", "de", SAMPLED)
    again = Cached(Upper(fails_after=0), warm.folder)
    assert again.translate(texts, "en", "de", SAMPLED) == cold.translate(texts, "en", "de", SAMPLED)


def test_a_stop_loses_no_finished_chunk(tmp_path: Path) -> None:
    """The next run asks for the rest alone, and its outcome is that of an undisturbed run."""
    texts = [f"t{i:04}" for i in range(3 * CHUNK)]
    stopped = Upper(fails_after=2)
    (tmp_path / "c").mkdir()
    with pytest.raises(KeyboardInterrupt):
        Cached(stopped, tmp_path / "c").translate(texts, "en", "de", GREEDY)
    rest = Upper()
    outcome = Cached(rest, tmp_path / "c").translate(texts, "en", "de", GREEDY)
    assert len(rest.asked) == CHUNK
    (tmp_path / "d").mkdir()
    assert outcome == Cached(Upper(), tmp_path / "d").translate(texts, "en", "de", GREEDY)


def test_settings_and_models_are_kept_apart(tmp_path: Path) -> None:
    """Another model, pair, number of candidates, draw or seed is translated anew; an idle setting is none."""
    upper = Upper(alone=True)
    cached = Cached(upper, tmp_path)
    for decoding in (GREEDY, Decoding(beams=2), SAMPLED, Decoding(2, 1, 5, 0.5), Decoding(2, 1, 5, 1.0, random_seed=1)):
        cached.translate(["x"], "en", "de", decoding)
    cached.translate(["x"], "en", "fr")
    Cached(Upper("other", calls=upper.calls), tmp_path).translate(["x"], "en", "de")
    assert len(upper.asked) == 7
    cached.translate(["x"], "en", "de", Decoding(temperature=3.0, random_seed=9))
    assert len(upper.asked) == 7


def test_progress_adds_up_to_the_distinct_sentences(tmp_path: Path) -> None:
    """Found ones count as well."""
    told: list[int] = []
    cached = Cached(Upper(), tmp_path, told.append)
    cached.translate(["a", "b", "a"], "en", "de")
    cached.translate(["a", "c"], "en", "de")
    assert sum(told) == 4
    assert min(told) > 0


def test_an_untranslatable_sentence_is_asked_for_again(tmp_path: Path) -> None:
    """Next time it may be possible."""
    upper = Upper()
    cached = Cached(upper, tmp_path)
    assert cached.translate(["", "a"], "en", "de") == [(), ("de:A:0:0",)]
    cached.translate(["", "a"], "en", "de")
    assert upper.asked == ["", "a", ""]


def test_a_spoilt_file_is_named(tmp_path: Path) -> None:
    """With what to do about it, in one line."""
    (tmp_path / "translations.sqlite3").write_bytes(b"no database" * 100)
    with pytest.raises(SlmaugError, match="delete the file") as caught:
        Cached(Upper(), tmp_path).translate(["a"], "en", "de")
    assert "\n" not in str(caught.value)


def test_two_at_once_do_not_disturb_each_other(tmp_path: Path) -> None:
    """A second process that writes in between is waited for, and its records are found."""
    one, two = Upper(), Upper()
    Cached(one, tmp_path).translate(["a"], "en", "de")
    with sqlite3.connect(tmp_path / "translations.sqlite3") as other:
        other.execute("BEGIN")
        Cached(two, tmp_path).translate(["a"], "en", "de")
    assert two.asked == []
