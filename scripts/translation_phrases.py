"""Noun phrases, verbs and additions of the tiny translation pair: every English and German wording of each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

_HERE = Path(__file__).resolve().parent

Language = Literal["en", "de"]
Case = Literal["accusative", "nominative"]

PLACEHOLDER = "X"
"""Stands in tables for X1, X2, ..."""
DEFINITE = ("the", "my", "this")
_SOUNDS_CONSONANT = ("user",)


@dataclass(frozen=True)
class Thing:
    """What a noun phrase names: a noun with what stands around it, or placeholders, or both ("the file X1")."""

    noun: str = ""
    determiner: str = ""
    adjective: str = ""
    plural: bool = False
    names: tuple[str, ...] = ()

    @property
    def is_plural(self) -> bool:
        return self.plural or len(self.names) > 1

    @property
    def is_definite(self) -> bool:
        return not self.noun or self.determiner in DEFINITE


@dataclass(frozen=True)
class Noun:
    english: tuple[tuple[str, str], ...]
    """Singular and plural of each word; "-" where there is none."""
    german: tuple[tuple[str, str, str], ...]
    """Gender (m, f, n, p), singular and plural of each word."""
    adjectives: tuple[str, ...]

    def has(self, plural: bool) -> bool:
        return self.english[0][plural] != "-"


@dataclass(frozen=True)
class Verb:
    """One sense of a verb, with the objects that it takes."""

    id: str
    english: tuple[str, ...]
    german: tuple[str, ...]
    """Infinitives; "+" ends a separable part."""
    objects: tuple[str, ...]
    complement: tuple[str, str] | None
    """The prepositions, English and German, of the placeholder without which the verb is not whole."""


@dataclass(frozen=True)
class Addition:
    """What may be added to any action: where, with what, when."""

    id: str
    english: tuple[str, ...]
    german: tuple[str, ...]
    """What starts with "@" stands at the sentence's end, behind a comma."""
    place: int
    limits: tuple[str, ...]
    """Verbs, or "not", that it does not go with; with "+" in front, the only verbs that it goes with."""

    def goes_with(self, verb: str, negated: bool) -> bool:
        only = [limit[1:] for limit in self.limits if limit.startswith("+")]
        return verb not in self.limits and not (negated and "not" in self.limits) and (not only or verb in only)


def section(file: str, name: str) -> list[str]:
    """The lines of one section of a file beside this one, without comments and blank lines."""
    _, _, rest = (_HERE / file).read_text("utf-8").partition(f"[{name}]\n")
    lines = re.split(r"^\[\w+\]$", rest, maxsplit=1, flags=re.MULTILINE)[0].splitlines()
    return [line for line in lines if line.strip() and not line.startswith("#")]


def _cells(name: str) -> Iterator[list[str]]:
    for line in section("translation_words.txt", name):
        yield [cell.strip() for cell in line.split("|")]


def _listed(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(",") if part.strip())


def _noun(english: str, german: str, adjectives: str) -> Noun:
    pairs = tuple(tuple(word.split("/")) for word in _listed(english))
    genders = tuple((word[0], *word[2:].split("/")) for word in _listed(german))
    own = tuple(adjectives.split()) if pairs[0][1] == "-" else ("new", "old", *adjectives.split())
    return Noun(pairs, genders, own)  # type: ignore[arg-type]  # the table has as many parts as the type says


NUMBERS: dict[str, str] = {row[0]: row[1] for row in _cells("numbers")}
NOUNS = {id_: _noun(english, german, adjectives) for id_, english, german, adjectives in _cells("nouns")}
ADJECTIVES = {id_: (_listed(english), stem) for id_, english, stem in _cells("adjectives")}
STATES = {
    id_: (_listed(english), _listed(german), tuple(nouns.split()))
    for id_, english, german, nouns in _cells("states")
}
VERBS = tuple(
    Verb(id_, _listed(english), _listed(german), tuple(objects.split()), _listed(rest) or None)  # type: ignore[arg-type]
    for id_, english, german, objects, rest in ((*row, "")[:5] for row in _cells("verbs"))
)
ADDITIONS = {
    row[0]: Addition(row[0], _listed(row[1]), _listed(row[2]), int(row[3]), _listed(row[4]) if len(row) > 4 else ())
    for row in _cells("additions")
}
_SINGULAR = (*DEFINITE, "a", "")
_PLURAL = (*DEFINITE, "all", "all my", "", *NUMBERS)
_DER = {
    "accusative": {"m": "den", "f": "die", "n": "das", "p": "die"},
    "nominative": {"m": "der", "f": "die", "n": "das", "p": "die"},
}
_ENDINGS = {"den": "en", "der": "er", "die": "e", "das": "es"}


def _german_determiner(determiner: str, gender: str, case: Case) -> str:
    article = _DER[case][gender]
    if determiner == "the":
        return article
    if determiner == "this":
        return "dies" + _ENDINGS[article]
    if determiner in ("a", "my"):
        stem = "ein" if determiner == "a" else "mein"
        return stem + ("" if gender == "n" or article == "der" else _ENDINGS[article])
    return {"all": "alle", "all my": "alle meine", "": ""}.get(determiner) or NUMBERS.get(determiner, "")


def _german_ending(determiner: str, gender: str, case: Case) -> str:
    """An adjective's ending: weak after "der", mixed after "ein", strong without either."""
    if gender == "p":
        return "en" if determiner in ("the", "this", "my", "all", "all my") else "e"
    article = _DER[case][gender]
    if article == "den":
        return "en"
    return "e" if determiner in ("the", "this") or gender == "f" else _ENDINGS[article]


def _english_determiner(thing: Thing, following: str) -> str:
    if thing.determiner == "a":
        return "an" if following[0] in "aeiou" and not following.startswith(_SOUNDS_CONSONANT) else "a"
    return "these" if thing.determiner == "this" and thing.plural else thing.determiner


def noun_phrases(thing: Thing, language: Language, case: Case = "accusative") -> tuple[str, ...]:
    """Every wording of a thing; the case matters in German only."""
    names = (" and " if language == "en" else " und ").join(thing.names)
    if not thing.noun:
        return (names,)
    noun = NOUNS[thing.noun]
    phrases = []
    if language == "en":
        adjectives = ADJECTIVES[thing.adjective][0] if thing.adjective else ("",)
        for pair in noun.english:
            for adjective in adjectives:
                core = f"{adjective} {pair[thing.plural]}".strip()
                phrases.append(f"{_english_determiner(thing, core)} {core} {names}".strip())
            if len(thing.names) == 1 and thing.determiner == "the":
                phrases.append(f"the {names} {pair[0]}")
    else:
        for word in noun.german:
            gender = "p" if thing.plural else word[0]
            adjective = ""
            if thing.adjective:
                adjective = ADJECTIVES[thing.adjective][1] + _german_ending(thing.determiner, gender, case)
            parts = (_german_determiner(thing.determiner, gender, case), adjective, word[1 + thing.plural], names)
            phrases.append(" ".join(part for part in parts if part))
    return tuple(dict.fromkeys(phrases))


def things(noun: str) -> Iterator[Thing]:
    """All that can be said of a noun of the list, X in place of the placeholders; of "X", the bare placeholders."""
    if noun == PLACEHOLDER:
        yield Thing(names=("X",))
        yield Thing(names=("X", "X"))
        return
    for plural, determiners in ((False, _SINGULAR), (True, _PLURAL)):
        if not NOUNS[noun].has(plural):
            continue
        countable = NOUNS[noun].has(not plural)
        for determiner in determiners:
            if (determiner in ("a", *NUMBERS) or (determiner == "this" and not plural)) and not countable:
                continue
            yield Thing(noun, determiner, "", plural)
            if determiner in ("the", "my", "") and countable and (determiner or not plural):
                yield Thing(noun, determiner, "", plural, ("X", "X") if plural else ("X",))
            for adjective in NOUNS[noun].adjectives:
                if _fits(adjective, determiner, plural):
                    yield Thing(noun, determiner, adjective, plural)


def _fits(adjective: str, determiner: str, plural: bool) -> bool:
    if adjective == "second":
        return not plural and determiner in ("the", "my", "a")
    return adjective != "last" or determiner in ("the", "my")


@cache
def phrase_table(language: Language, case: Case) -> dict[str, tuple[Thing, ...]]:
    """What each noun phrase, in lower case and with x for a placeholder, may mean."""
    table: dict[str, tuple[Thing, ...]] = {}
    for noun in (PLACEHOLDER, *NOUNS):
        for thing in things(noun):
            for phrase in noun_phrases(thing, language, case):
                table[phrase.lower()] = (*table.get(phrase.lower(), ()), thing)
    return table


def added(addition: str, language: Language) -> tuple[str, ...]:
    """Every wording of an addition, which is an id of the list with its placeholder or number put in."""
    value = next((word for word in addition.split() if word in NUMBERS or _is_name(word)), "")
    entry = ADDITIONS[_general(addition)]
    given = NUMBERS[value] if language == "de" and value in NUMBERS else value
    wordings = entry.english if language == "en" else entry.german
    return tuple(" ".join(given if word in ("X", "N") else word for word in each.split()) for each in wordings)


def entry_of(addition: str) -> Addition:
    return ADDITIONS[_general(addition)]


def _general(addition: str) -> str:
    parts = addition.split()
    return " ".join("X" if _is_name(word) else "N" if word in NUMBERS else word for word in parts)


def _is_name(word: str) -> bool:
    return word == PLACEHOLDER or (word[0] == PLACEHOLDER and word[1:].isdigit())


@cache
def addition_table(language: Language) -> dict[str, str]:
    """What each wording of an addition, in lower case and with x for a placeholder, means."""
    table: dict[str, str] = {}
    for entry in ADDITIONS:
        for filled in [entry.replace("N", number) for number in NUMBERS] if "N" in entry.split() else [entry]:
            for wording in added(filled, language):
                table[wording.lower()] = filled
    return table


@dataclass(frozen=True)
class GermanVerb:
    """The forms that the frames need, first person singular where there is a person."""

    infinitive: str

    @property
    def _parts(self) -> tuple[str, str]:
        before, _, stem = self.infinitive.rpartition("+")
        return before, stem

    @property
    def inf(self) -> str:
        return self.infinitive.replace("+", "")

    @property
    def zu(self) -> str:
        before, stem = self._parts
        return f"{before}zu {stem}" if not before or before.endswith(" ") else f"{before}zu{stem}"

    @property
    def fin(self) -> str:
        stem = self._parts[1]
        if stem.endswith("eln"):
            return stem[:-3] + "le"
        return stem[: -1 if stem.endswith("ern") else -2] + "e"

    @property
    def pre(self) -> str:
        before = self._parts[0].strip()
        return "wieder her" if before == "wiederher" else before

    @property
    def sub(self) -> str:
        return self._parts[0] + self.fin

    @property
    def sie(self) -> str:
        return self._parts[1]
