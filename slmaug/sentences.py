"""Prose taken apart into sentences, English and Chinese; nothing but list marks and line breaks is lost."""

from __future__ import annotations

import re
from itertools import groupby

ENDS = frozenset(".!?\u3002\uff01\uff1f\u2026")
"""What a sentence ends with."""
CLOSERS = frozenset("\"'\u201d\u2019)\uff09")
"""What may stand behind that."""
PAUSES = frozenset(":,;\uff1a\uff0c\uff1b")

# Behind these a full stop ends no sentence, whatever follows.
_ABBREVIATIONS = frozenset(
    """
    e.g i.e cf vs viz approx resp incl excl mr mrs ms dr prof st jr sr fig eq vol ed dept est max min u.s u.k u.n e.u
    ph.d a.m p.m v
    """.split()
)
# These end none when a number follows.
_BEFORE_NUMBERS = frozenset("no nr art sec ch p pp ver".split())

_LOCKED = re.compile(r"(`+)[^`\n](?:.*?[^`])?\1(?!`)|https?://[^\s\u3000-\u303f\uff00-\uffef]*[\w/]")
_END = re.compile(
    r"[.!?\u2026]+[\"'\u201d\u2019)\]*_]*(?=\s|$)|[\u3002\uff01\uff1f\uff1b]+[\u201d\u2019\u300d\u300f\uff09\"]*"
)
_MARK = re.compile(r"(?:[-*+\u2022]|\(?\d{1,3}[.)]|#{1,6}|>)(?:\s+|$)|\d{1,3}\u3001\s*")
_RULE = re.compile(r"[|\s:-]+")
_LAST_WORD = re.compile(r"[\w.]+$")


def sentences(text: str) -> list[str]:
    """The sentences of ``text`` in order, each on one line.

    A list item, a heading and a paragraph end a sentence, too; their marks are left out.

    >>> sentences("Use Node.js 4.99, e.g. from https://a.b/c. Really?! Yes.")
    ['Use Node.js 4.99, e.g. from https://a.b/c.', 'Really?!', 'Yes.']
    """
    return [sentence for unit in units(text) for sentence in split(unit)]


def units(text: str) -> list[str]:
    """Paragraphs, headings, list items and rows of tables, each on one line, without their marks."""
    return [joined for _, joined in marked_units(text)]


def marked_units(text: str) -> list[tuple[str, str]]:
    """The units of ``text``, each behind its kind: ``"#"`` a heading, ``"-"`` a list item, ``"|"`` a row, ``""``."""
    found: list[tuple[str, list[str]]] = []
    for blank, lines in groupby(text.splitlines(), key=lambda line: not line.strip()):
        if blank:
            continue
        fresh = True
        for line in map(str.strip, lines):
            if line[0] == "|" and line.count("|") > 1:
                if not _RULE.fullmatch(line):
                    found.append(("|", [line]))
                fresh = True
                continue
            mark = _MARK.match(line)
            if fresh or mark:
                kind = "" if mark is None or line[0] == ">" else "#" if line[0] == "#" else "-"
                found.append((kind, []))
            found[-1][1].append(line[mark.end() :] if mark else line)
            fresh = bool(mark) and line[0] == "#"
    joined = ((kind, " ".join(filter(None, lines))) for kind, lines in found)
    return [(kind, text) for kind, text in joined if text]


def split(unit: str) -> list[str]:
    """The sentences of one unit."""
    locked = [match.span() for match in _LOCKED.finditer(unit)]
    found, start = [], 0
    for end in _END.finditer(unit):
        if any(first <= end.start() < last for first, last in locked):
            continue
        if unit[end.start()] in ".!?\u2026" and not _ends(unit, start, end):
            continue
        found.append(unit[start : end.end()].strip())
        start = end.end()
    found.append(unit[start:].strip())
    return [sentence for sentence in found if sentence]


def _ends(unit: str, start: int, end: re.Match[str]) -> bool:
    """Whether a mark with a space behind it ends a sentence."""
    following = unit[end.end() :].lstrip()
    if not following:
        return True
    if following[0].islower() or following[0] in ",;:)]":
        return False
    if end[0][0] != "." or len(end[0].rstrip("\"')]*_\u201d\u2019")) > 1:
        return True
    word = _LAST_WORD.search(unit, start, end.start())
    name = word[0].lower() if word else ""
    if name in _ABBREVIATIONS or re.fullmatch(r"(?:[a-z]\.)+[a-z]", name):
        return False
    if word is not None and len(name) == 1 and word[0].isupper() and word[0] != "I":
        before = unit[start : word.start()].split()
        if not before or before[-1][0].isupper():  # an initial: J. Smith
            return False
    return not (name in _BEFORE_NUMBERS and following[0].isdigit())
