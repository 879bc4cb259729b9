"""WordNet 3.0's own files as Python values: synsets, tagged uses and irregular forms (wndb(5WN), senseidx(5WN))."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

PARTS = {"n": "noun", "v": "verb", "a": "adj", "r": "adv"}  # our letters, WordNet's file names
_KINDS = {"n": 1, "v": 2, "a": 3, "r": 4, "s": 5}
_LABELS = frozenset({";u", ";r", ";c"})
_WORD = re.compile(r"[a-z]{2,}(?:[-_][a-z]+)*")
_VOWEL = re.compile(r"[aeiouy]")


@dataclass(slots=True)
class Synset:
    key: str
    part: str
    file: int
    words: list[str]  # lower case, spaces for underscores; "" for a word that may not be used
    sense_keys: list[str]
    labelled: bool
    frames: dict[int, set[int]]  # of verbs, by word position
    gloss: str
    counts: list[int] = field(default_factory=list)


def sense_counts(folder: Path) -> dict[str, int]:
    """Sense key to its tagged uses in SemCor."""
    rows = map(str.split, (folder / "index.sense").read_text("utf-8").splitlines())
    return {columns[0]: int(columns[3]) for columns in rows if len(columns) == 4 and columns[3].isdigit()}


def synsets(folder: Path, part: str) -> Iterator[Synset]:
    """All synsets of one part of speech."""
    text = (folder / f"data.{PARTS[part]}").read_text("utf-8", "replace")
    rows = [line for line in text.splitlines() if line[:1] != " "]
    first_word = {}
    for line in rows:
        offset, _, _, _, word, lex_id, _ = line.split(" ", 6)
        first_word[offset] = (word, lex_id)
    for line in rows:
        left, _, gloss = line.partition(" | ")
        columns = left.split()
        file, kind, size = int(columns[1]), columns[2], int(columns[3], 16)
        at = 4 + 2 * size
        pairs = list(zip(columns[4:at:2], columns[5:at:2], strict=True))
        behind = at + 1 + 4 * int(columns[at])
        pointers = list(zip(columns[at + 1 : behind : 4], columns[at + 2 : behind : 4], strict=True))
        head = ":"
        if kind == "s":
            name, number = first_word[next(offset for sign, offset in pointers if sign == "&")]
            head = f"{_bare(name).lower()}:{int(number, 16):02d}"
        number_of_kind = _KINDS[kind]
        yield Synset(
            key=part + columns[0],
            part=part,
            file=file,
            words=["" if is_unusable(word) else _bare(word).replace("_", " ") for word, _ in pairs],
            sense_keys=[
                f"{_bare(word).lower()}%{number_of_kind}:{file:02d}:{int(lex_id, 16):02d}:{head}"
                for word, lex_id in pairs
            ],
            labelled=any(sign in _LABELS for sign, _ in pointers) or head.startswith(("cardinal:", "ordinal:")),
            frames=_frames(columns[behind:], size) if part == "v" else {},
            gloss=gloss,
        )


def _frames(columns: list[str], size: int) -> dict[int, set[int]]:
    """The sentence frames of each word of a verb synset; word 0 stands for all of them."""
    frames: dict[int, set[int]] = {i: set() for i in range(size)}
    for frame, word in zip(columns[2::3], columns[3::3], strict=True):
        for position in [int(word, 16) - 1] if int(word, 16) else range(size):
            frames[position].add(int(frame))
    return frames


def _bare(word: str) -> str:
    return word.partition("(")[0]


def is_unusable(word: str) -> bool:
    """Names, abbreviations, numbers, letters, words with a syntactic marker."""
    return not _WORD.fullmatch(word) or not _VOWEL.search(word)


def exceptions(folder: Path, name: str) -> dict[str, list[str]]:
    """Lemma to the irregular forms listed for it, in the list's order."""
    found: dict[str, list[str]] = defaultdict(list)
    for line in (folder / f"{name}.exc").read_text("utf-8").splitlines():
        form, *bases = line.split()
        for base in bases:
            if form != base and form.isalpha() and base.isalpha():
                found[base].append(form)
    return found
