"""Ways to say the same thing otherwise, of several words and bound to what they are said of: ``equivalents.tsv``.

The table is written by hand; its head says how a line is read. Here it becomes entries that can be looked up by the
word they begin with, in the base form.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Literal

from slmaug.function_words import DETERMINERS

Kind = Literal["v", "i", "n", "a", "p", "g"]
_PARTS = re.compile(r"\s*>\s*")


@dataclass(frozen=True)
class Entry:
    """One thing to look for, and what may be said instead."""

    kind: Kind
    words: tuple[str, ...]
    """In lower case and in the base form; of a phrase ("p") as they stand, with ``{x}`` for a noun phrase; of a term of
    the user's own ("g") as they stand."""
    others: tuple[str, ...]
    when: frozenset[str]
    """Words one of which must be there, see the head of the table; empty: always."""


@dataclass(frozen=True)
class Equivalents:
    """Entries by the first of their words that is no slot."""

    by_word: Mapping[str, tuple[Entry, ...]]

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> Equivalents:
        found: dict[str, list[Entry]] = {}
        for entry in entries:
            found.setdefault(next(word for word in entry.words if word[0] != "{"), []).append(entry)
        return cls({word: tuple(sorted(each, key=lambda e: -len(e.words))) for word, each in found.items()})


def parsed(lines: Iterable[str]) -> list[Entry]:
    """The entries of a table's lines."""
    classes: dict[str, frozenset[str]] = {}
    entries: list[Entry] = []
    for line in lines:
        if not line or line.startswith("#"):
            continue
        if line.startswith("@"):
            name, _, words = line.partition("\t")
            classes[name] = frozenset(words.split())
            continue
        kind, when, group = line.split("\t")
        places = frozenset[str]().union(*(classes.get(word, frozenset((word,))) for word in when.split()))
        entries.extend(_entries(kind, places, group))
    return entries


def _entries(kind: str, when: frozenset[str], group: str) -> Iterable[Entry]:
    left, _, right = group.partition(" > ")
    both = [word.strip() for word in left.split(" = ")]
    one_way = [word.strip() for word in right.split(",") if word.strip()]
    for word in both[:1] if kind == "p" else both:
        if kind == "v" and DETERMINERS & set(word.split()):
            continue  # "get a new" is a way to say "replace", but not the other way round
        others = tuple(other for other in (*both, *one_way) if other != word)
        if others:
            yield Entry(_KINDS[kind], tuple(word.lower().split()), others, when)


_KINDS: dict[str, Kind] = {"v": "v", "i": "i", "n": "n", "a": "a", "p": "p"}


@lru_cache(maxsize=1)
def english_equivalents() -> Equivalents:
    """The embedded table."""
    text = files(__package__).joinpath("equivalents.tsv").read_text("utf-8")
    return Equivalents.of(parsed(text.splitlines()))


Glossary = tuple[tuple[str, ...], ...]


@lru_cache(maxsize=16)
def own_equivalents(glossary: Glossary) -> Equivalents:
    """The table of a user's own groups of terms: each may stand for the others, wherever it stands as it is."""
    return Equivalents.of(
        Entry("g", tuple(term.lower().split()), tuple(other for other in group if other != term), frozenset())
        for group in glossary
        for term in group
    )
