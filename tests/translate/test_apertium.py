"""Apertium: one pipeline for a batch, and each sentence comes back as its own."""

from __future__ import annotations

import pickle
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from slmaug.errors import SlmaugError
from slmaug.text import Text
from slmaug.translate import Apertium, Decoding, Translator
from slmaug.translate.masking import STYLES, masked, restored

MODES = Path("/usr/share/apertium/modes")
PAIR = shutil.which("apertium") is not None and (MODES / "eng-spa.mode").is_file()
needs_pair = pytest.mark.skipif(not PAIR, reason="Apertium with eng-spa is not installed: apt install apertium-eng-spa")
needs_catalan = pytest.mark.skipif(not (PAIR and (MODES / "eng-cat.mode").is_file()), reason="eng-cat is not installed")

ODD = [
    "How do I read a large file?",
    "Why does it fail... and when?",
    "Read the [docs] (the new/old ones) in {braces}.",
    'He said "stop" and \'go\', then ^left$ @once.',
    "Is a < b or a > b \\ c / d | e?",
    "Two sentences. They are here! Are they?",
    "the car has no full stop",
    "  spaces around it  ",
    "one line\nand another one.\r\n\n the third",
    "a~b, * and # and + and _",
    "[1:] forged marks [:1] and [] and [2:]",
    "etc.",
    "Use X1 with X2 of e.g. Mr. Smith",
    "\u4e2d\u6587 \U0001f600 na\u00efve\u00a0caf\u00e9 \u200bzero \u202etrue",
    "tab\there, NUL\0there, half of a pair \ud800 and \ufffe",
    "I would have known about these charges.",
    "Is Apple Pay a possible top up option?",
    "She lost her keys. He found his keys.",
]


def english_to(language: str, texts: list[str]) -> list[tuple[str, ...]]:
    return Apertium().translate(texts, "en", language)


@needs_pair
def test_a_question_is_translated_there_and_back() -> None:
    """The words are Spanish, then English again, and one candidate is all there is."""
    there = Apertium().translate(["The red car is old."], "en", "es", Decoding(candidates=3, beams=3))
    assert there == [("El coche rojo es viejo.",)]
    assert Apertium().translate(["El coche rojo es viejo."], "es", "en") == [("The red car is old.",)]


@needs_pair
@pytest.mark.parametrize("language", ["es", pytest.param("ca", marks=needs_catalan)])
def test_a_sentence_has_the_same_translation_alone_in_a_batch_and_in_any_order(language: str) -> None:
    """Nothing leaks, though the tagger of eng-spa judges "Apple" otherwise once it has read "known"."""
    together = english_to(language, ODD)
    assert len(together) == len(ODD)
    assert english_to(language, ODD[::-1]) == together[::-1]
    for at in (13, 16) if language == "es" else (17,):
        assert english_to(language, [ODD[at]]) == [together[at]]


@needs_pair
def test_signs_line_breaks_and_spaces_stay() -> None:
    """What the pipeline's own format uses comes back as it was, and no full stop is added or lost."""
    new = {old: found[0] for old, found in zip(ODD, english_to("es", ODD), strict=True)}
    assert "[docs]" in new[ODD[2]]
    assert "{" in new[ODD[2]]
    assert "^" in new[ODD[3]]
    assert "$ @" in new[ODD[3]]
    assert all(sign in new[ODD[4]] for sign in "<>\\/|")
    assert not new[ODD[6]].endswith(".")
    assert new[ODD[7]].startswith("  ")
    assert new[ODD[7]].endswith("  ")
    assert [new[ODD[8]].count(sign) for sign in "\r\n"] == [1, 3]
    assert all(sign in new[ODD[9]] for sign in "~*#+_")
    assert all(mark in new[ODD[10]] for mark in ("[1:]", "[:1]", "[]", "[2:]"))
    assert "\u4e2d\u6587 \U0001f600" in new[ODD[13]]
    assert "\0" in new[ODD[14]]
    assert "\ud800" in new[ODD[14]]
    assert all("*" not in text for old, text in new.items() if "*" not in old)  # the mark of an unknown word


@needs_pair
def test_what_holds_no_letters_is_its_own_translation() -> None:
    """Nothing, spaces, numbers and signs come back as they are."""
    same = ["", "  ", "12 + 3 ?", "...", "\n", "\u00bf?"]
    assert english_to("es", same) == [(text,) for text in same]
    assert english_to("es", []) == []


@needs_pair
@settings(max_examples=4, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(
    st.lists(
        st.one_of(
            st.text(max_size=20),
            st.text(st.characters(exclude_categories=()), max_size=12),
            st.lists(st.sampled_from([*" ".join(ODD).split(), "\n", "known", "have"]), max_size=9).map(" ".join),
        ),
        max_size=15,
    )
)
def test_any_texts_come_back_one_for_one_whatever_their_order(texts: list[str]) -> None:
    """As many as went in, each at its place, and the same ones when the batch is turned round."""
    found = english_to("es", texts)
    assert len(found) == len(texts)
    assert all(len(candidates) == 1 for candidates in found)
    assert english_to("es", texts[::-1]) == found[::-1]
    for old, new in zip(texts, found, strict=True):
        assert old.count("\n") == new[0].count("\n")


@needs_pair
def test_placeholders_survive() -> None:
    """Locked spans come back from both ways, whichever way the placeholders are written."""
    text = Text.parse("How do I read `data.csv` with open() and close the file?")
    sources = [masked(text, style) for style in STYLES]
    there = [new for (new,) in english_to("es", [source.text for source in sources])]
    back = [new for (new,) in Apertium().translate(there, "es", "en")]
    for source, new in zip(sources, back, strict=True):
        assert set(Text.parse(restored(new, source)).locked) >= {"`data.csv`", "open()"}


@needs_pair
def test_identity_names_the_version_and_changes_with_the_data(tmp_path: Path) -> None:
    """The digest is that of the rules and of every file they name, and the directions differ."""
    engine = Apertium()
    assert engine.identity("en", "es").startswith("Apertium 3")
    assert engine.identity("en", "es") == Apertium(timeout=5).identity("en", "es")
    assert engine.identity("en", "es") != engine.identity("es", "en")
    words = tmp_path / "words.bin"
    words.write_bytes(b"1")
    (tmp_path / "modes").mkdir()
    (tmp_path / "modes" / "eng-spa.mode").write_text(f"lt-proc '{words}'")
    own = Apertium(data=str(tmp_path))
    before = own.identity("en", "es")
    words.write_bytes(b"2")
    assert own.identity("en", "es") != before


def data_with(folder: Path, *modes: str) -> str:
    (folder / "modes").mkdir()
    for mode in modes:
        (folder / "modes" / f"{mode}.mode").write_text("cat")
    return str(folder)


def program(folder: Path, script: str) -> str:
    path = folder / "program"
    path.write_text(f"#!/usr/bin/env bash\n{script}\n")
    path.chmod(0o700)
    return str(path)


def test_a_missing_program_is_told_in_one_line_with_what_to_install(tmp_path: Path) -> None:
    """The package of this very pair is named where it is known."""
    with pytest.raises(SlmaugError, match=r"no such program; .* apt install apertium apertium-eng-spa$"):
        Apertium("no-such-apertium").check("en", "es")
    with pytest.raises(SlmaugError, match="apt-cache search apertium-"):
        Apertium("no-such-apertium").translate(["a"], "en", "xx")


def test_a_missing_pair_is_told_with_the_pairs_that_are_there(tmp_path: Path) -> None:
    """Modes in three letters and in two, exact ones before variants; what is not there is named."""
    engine = Apertium(program(tmp_path, "cat"), data=data_with(tmp_path, "eng-spa", "en-gl", "spa-por_BR", "spa-cat_x"))
    for source, target in (("en", "es"), ("en", "gl"), ("es", "pt")):
        engine.check(source, target)
    with pytest.raises(SlmaugError, match="no pair from 'en' to 'fr' here, only en-gl, eng-spa; see apt-cache") as told:
        engine.check("en", "fr")
    assert "\n" not in str(told.value)
    with pytest.raises(SlmaugError, match="install it with: apt install apertium-eng-cat"):
        engine.identity("ca", "en")
    with pytest.raises(SlmaugError, match="no folder modes"):
        Apertium(engine.command, data=str(tmp_path / "modes")).check("en", "es")


def test_a_batch_that_does_not_come_back_whole_is_halved(tmp_path: Path) -> None:
    """A program that loses, doubles or swaps sentences misplaces none: what it cannot bring back has no translation."""
    data = data_with(tmp_path, "eng-spa")
    loses = program(tmp_path, r"tr '\0' '\n' | grep -v -a lost | tr '\n' '\0'")
    texts = ["one", "two", "get lost", "three", "four\nlost", "five"]
    found = Apertium(loses, data=data).translate(texts, "en", "es")
    assert found == [("one",), ("two",), (), ("three",), (), ("five",)]
    for script in (r"tr '\0' '\n' | tac | tr '\n' '\0'", r"tr '\0' '\n' | sed 'p' | tr '\n' '\0'"):
        broken = Apertium(program(tmp_path, script), data=data)
        if "tac" in script:
            assert broken.translate(texts[:2], "en", "es") == [("one",), ("two",)]
        else:
            with pytest.raises(SlmaugError, match="does not run for eng-spa: nothing comes back"):
                broken.translate(texts, "en", "es")


def test_a_program_that_fails_or_hangs_is_told_in_one_line(tmp_path: Path) -> None:
    """Its own complaint is quoted, after one probe and not after one call for each sentence."""
    data, count = data_with(tmp_path, "eng-spa"), tmp_path / "count"
    fails = program(tmp_path, f"echo x >>{count}; cat >/dev/null; echo 'no gawk here' >&2; exit 1")
    with pytest.raises(SlmaugError, match="does not run for eng-spa: no gawk here; expected Apertium"):
        Apertium(fails, data=data).translate([f"word {letter}" for letter in "abcdefghij"], "en", "es")
    assert len(count.read_text().split()) == 3
    with pytest.raises(SlmaugError, match=r"did not translate a batch with eng-spa in 0\.2 s"):
        Apertium(program(tmp_path, "sleep 60 | cat"), data=data, timeout=0.2).translate(["a"], "en", "es")


def test_it_is_a_translator_and_a_value() -> None:
    """It fits the protocol, and its repr can be typed back in."""
    engine = Apertium(timeout=30)
    assert isinstance(engine, Translator)
    assert engine.alone
    assert eval(repr(engine)) == engine == pickle.loads(pickle.dumps(engine))
    for wrong in ({"timeout": 0}, {"command": ""}):
        with pytest.raises(ValueError, match="must"):
            Apertium(**wrong)  # type: ignore[arg-type]
