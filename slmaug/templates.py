"""Texts put together from other texts and from templates with ``{slots}``; locked spans move intact."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import repeat

from slmaug.language import Language
from slmaug.text import FREE, KEPT, Text, words_and_gaps


def joined(pieces: Iterable[Text], language: Language) -> Text:
    """Texts one behind the other, the gaps at each seam put together."""
    parts: list[str] = [""]
    status: list[int] = []
    for piece in pieces:
        parts[-1] += piece.parts[0]
        parts += piece.parts[1:]
        status += piece.status
    return Text(parts, tuple(status), language)


@lru_cache(maxsize=4096)
def _pieces(template: str, language: Language) -> tuple[tuple[Text, str | None], ...]:
    pieces: list[tuple[Text, str | None]] = []
    for chunk in re.split(r"(\{\w+\})", template):
        if chunk.startswith("{") and chunk.endswith("}"):
            pieces.append((Text([""], (), language), chunk[1:-1]))
        else:
            parts, status = words_and_gaps(chunk)
            pieces.append((Text(parts, tuple(repeat(KEPT, len(status))), language), None))
    return tuple(pieces)


def filled(template: str, slots: Mapping[str, Text], language: Language) -> Text:
    """A template with Texts in its ``{slots}``; the template's own words are KEPT."""
    return joined((slots[name] if name else piece for piece, name in _pieces(template, language)), language)


def side_by_side(*pieces: Text) -> Text:
    """English texts with a space between each two."""
    gap = Text([" "], (), "en")
    return joined([part for piece in pieces for part in (gap, piece)][1:], "en")


@lru_cache(maxsize=8192)
def plain(phrase: str) -> Text:
    """English words that may be edited, with a space between each two."""
    parts: list[str] = [""]
    for word in phrase.split(" "):
        parts += [word, " "]
    parts[-1] = ""
    return Text(parts, tuple(FREE for _ in phrase.split(" ")), "en")


@lru_cache(maxsize=4096)
def slots_of(template: str) -> tuple[str, ...]:
    """The names of a template's slots, in order."""
    return tuple(re.findall(r"\{(\w+)\}", template))
