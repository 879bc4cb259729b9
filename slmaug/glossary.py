"""A glossary: the user's own words that mean the same, read, checked and given to every Rewording of a recipe."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from os import PathLike
from pathlib import Path
from typing import Any

from slmaug.augment.augmenter import Augmenter
from slmaug.augment.compose import parts_of, with_parts
from slmaug.augment.rewording import Rewording
from slmaug.delimited import fields_up_to, records
from slmaug.encodings import decoded
from slmaug.errors import SlmaugError, printable
from slmaug.files import file_bytes
from slmaug.recipe import Recipe
from slmaug.tables import shown
from slmaug.text import FREE, Text

_DELIMITERS = {".csv": ",;\t|", ".tsv": "\t,;|"}
_HEADER = ("term", "equivalent")
_MOST_WORDS = 8
"""Words of the longest phrase; a longer one is a sentence, and the file most likely another one."""
_LONGEST_SHOWN = 120

Groups = tuple[tuple[str, ...], ...]


class Glossary(Groups):
    """Groups of phrases that mean the same.

    Every row that one was used for has its repr, so this is short: the name of its file, or a fingerprint.
    """

    source: str
    """The name of the file it was read from, without its folder; "" where it is from no file."""

    def __new__(cls, groups: Iterable[Sequence[str]], source: str = "") -> Glossary:
        made = super().__new__(cls, tuple(tuple(group) for group in groups))
        made.source = source
        return made

    def __getnewargs__(self) -> tuple[Groups, str]:
        return tuple(self), self.source

    def __repr__(self) -> str:
        if self.source:
            return f"read_glossary({self.source!r})"
        whole = repr(tuple(self))
        if len(whole) <= _LONGEST_SHOWN:
            return whole
        return f"<glossary of {len(self)} groups, sha256 {hashlib.sha256(whole.encode()).hexdigest()[:12]}>"


def read_glossary(path: str | PathLike[str]) -> Glossary:
    """The glossary of a CSV or TSV file: one group of equivalents a row, two or more cells, as many as each row likes.

    A first row of ``term,equivalent`` (more ``equivalent`` may follow) is a header. Raises :class:`SlmaugError`, whose
    one line names the file, the row and the column.
    """
    file = Path(path)
    name, suffix = printable(file.name), file.suffix.lower()
    if suffix not in _DELIMITERS and not file.is_dir():
        found = f"suffix {shown(file.suffix)}" if suffix else "no suffix"
        raise SlmaugError(f"{printable(file)}: {found}; expected a glossary in .csv or .tsv")
    text = decoded(name, file_bytes(file))
    rows = [(f"{name}:{line}", cells) for line, cells in _rows(name, text, _DELIMITERS[suffix])]
    if rows and _is_header(rows[0][1]):
        rows = rows[1:]
    if not rows:
        raise SlmaugError(f"{name}: no terms; expected a group of equivalents a row, such as: log in,sign in")
    return Glossary(_groups(rows), name)


def as_glossary(given: str | PathLike[str] | Sequence[Sequence[str]]) -> Glossary:
    """A glossary from what a user passes: a path, or groups of phrases. Raises as :func:`read_glossary` does."""
    if isinstance(given, (str, PathLike)):
        return read_glossary(given)
    if isinstance(given, Glossary):
        return given
    for number, group in enumerate(given):
        if isinstance(group, str) or not all(isinstance(cell, str) for cell in group):
            raise SlmaugError(f"glossary[{number}]: {shown(group)}; expected phrases, such as ('log in', 'sign in')")
    return Glossary(_groups((f"glossary[{number}]", group) for number, group in enumerate(given)))


def with_glossary(recipe: Recipe, glossary: Glossary) -> Recipe:
    """The recipe with the glossary in every :class:`Rewording`, behind the groups that this has already.

    Raises :class:`SlmaugError` where no form in use rewords: the glossary would be left unread without a word.
    """
    forms = tuple(replace(form, augmenter=_knowing(form.augmenter, glossary)) for form in recipe.forms)
    pairs = list(zip(forms, recipe.forms, strict=True))
    if not any(new.weight and new.augmenter is not old.augmenter for new, old in pairs):
        idle = [new.name for new, old in pairs if new.augmenter is not old.augmenter]
        found = f"{' and '.join(idle)} would, with a weight of 0" if idle else "no form of the recipe rewords questions"
        raise SlmaugError(
            f"glossary: {found}, so nothing takes its terms; expected a form with Rewording() and a weight above 0"
        )
    return Recipe(forms)


def used(glossary: Glossary, texts: Sequence[Text]) -> dict[str, Any]:
    """For the manifest: how many groups there are, how many have a phrase in a question, and which phrases stand in
    locked spans alone, such as a product's name, and so stay as they are."""
    free, whole = zip(*map(_words_of, texts), strict=True) if texts else ((), ())
    in_use = [group for group in glossary if any(_in_some(phrase, free) for phrase in group)]
    locked = [
        phrase
        for group in glossary
        for phrase in group
        if not _in_some(phrase, free) and _in_some(phrase, whole)
    ]
    return {"source": glossary.source or "groups", "groups": len(glossary), "in_questions": len(in_use), "kept": locked}


# --- reading -----------------------------------------------------------------------------------------------------


def _rows(name: str, text: str, delimiters: str) -> list[tuple[int, list[str]]]:
    """The rows by the delimiter that parts most of them; where none does, by the first."""
    best: list[tuple[int, list[str]]] = []
    failure: SlmaugError | None = None
    most = -1
    with fields_up_to(len(text)):
        for delimiter in delimiters:
            try:
                rows = list(records(name, text, delimiter))
            except SlmaugError as error:
                failure = failure or error
                continue
            parted = sum(len(cells) > 1 for _, cells in rows)
            if parted > most:
                best, most = rows, parted
    if most <= 0 and failure is not None:
        raise failure
    return best


def _is_header(cells: Sequence[str]) -> bool:
    first, *others = (cell.strip().lower() for cell in cells)
    return first == _HEADER[0] and bool(others) and all(other in (_HEADER[1], "") for other in others)


def _groups(rows: Iterable[tuple[str, Sequence[str]]]) -> Iterator[tuple[str, ...]]:
    """The checked groups; a phrase may stand in one place only."""
    places: dict[str, str] = {}
    for place, cells in rows:
        group = [" ".join(cell.split()) for cell in cells]
        while group and not group[-1]:  # a spreadsheet fills short rows up
            group.pop()
        for number, phrase in enumerate(group, 1):
            here = f"{place}: column {number}"
            _check_phrase(here, phrase)
            there = places.setdefault(phrase.casefold(), here)
            if there != here:
                raise SlmaugError(
                    f"{here}: {shown(phrase)} stands at {there} already; expected each phrase once: "
                    "put what means the same into one row"
                )
        if len(group) < 2:
            found = f"a single phrase, {shown(group[0])}" if group else "no phrase"
            raise SlmaugError(f"{place}: {found}; expected two or more that mean the same, such as: log in,sign in")
        yield tuple(group)


def _check_phrase(here: str, phrase: str) -> None:
    if not phrase:
        raise SlmaugError(f"{here} is empty; expected a word or a phrase")
    if not any(char.isalpha() for char in phrase):
        raise SlmaugError(f"{here}: {shown(phrase)} has no letter; expected a word or a phrase")
    if len(phrase.split()) > _MOST_WORDS:
        raise SlmaugError(
            f"{here}: {shown(phrase)} has {len(phrase.split())} words; expected a phrase of {_MOST_WORDS} at most"
        )


# --- using -------------------------------------------------------------------------------------------------------


def _knowing(augmenter: Augmenter, glossary: Glossary) -> Augmenter:
    """The augmenter with the glossary in every part of it that rewords; the very same where none does."""
    if isinstance(augmenter, Rewording):
        return replace(augmenter, glossary=Glossary((*augmenter.glossary, *glossary), _name(augmenter, glossary)))
    return with_parts(augmenter, [_knowing(part, glossary) for part in parts_of(augmenter)])


def _name(augmenter: Rewording, glossary: Glossary) -> str:
    """The file's name, where the groups are that file's alone."""
    return "" if augmenter.glossary else glossary.source


def _words_of(text: Text) -> tuple[str, str]:
    """Its free words, and all its words, in lower case; ◆ stands for what is not free."""
    words = [word.lower() for word in text.words]
    free = [word if status == FREE else "\u25c6" for word, status in zip(words, text.status, strict=True)]
    return f" {' '.join(free)} ", f" {' '.join(words)} "


def _in_some(phrase: str, texts: Sequence[str]) -> bool:
    return any(f" {phrase.lower()} " in text for text in texts)
