"""An answer taken apart into prose and code, so that each is read in its own way; joined again it is the answer."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from slmaug.cot.answer_lock import ANALYSIS, ANSWER, CODE_SAMPLE
from slmaug.cot.code.languages import canonical, guessed, is_bare_code

# CommonMark 0.31 allows three spaces in front of a fence; a list item moves its fences further in.
_OPENING = re.compile(r"([ \t]*)(`{3,}(?=[^`\r\n]*[\r\n]|[^`\r\n]*\Z)|~{3,})([^\r\n]*)")
HEADS = tuple(line.strip("*:") for line in (ANALYSIS, CODE_SAMPLE, ANSWER))
"""The words of the lines that open an analysis, code behind it, and an answer behind it."""
_MARKS = r"[ \t>#+-]*(?:\d{1,3}[.)][ \t]+)?"
_OPENS_ANALYSIS = re.compile(rf"^{_MARKS}\**{HEADS[0]}[*:\uff1a]+[ \t]*$", re.MULTILINE)
_OPENS_ANSWER = re.compile(
    rf"^{_MARKS}(?:\**(?:{'|'.join(HEADS[1:])})[*:\uff1a]+[ \t]*$|\*\*{HEADS[2]}[*:\uff1a]{{3}}[ \t]*)", re.MULTILINE
)
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of an answer: prose, or one block of code."""

    kind: Literal["prose", "code"]
    raw: str
    """Its characters in the answer, fences and all."""
    code: str = ""
    """The code between the fences, line ends as they are; each line loses the indentation of the opening fence."""
    language: str | None = None
    """The canonical name (see :mod:`slmaug.cot.code.languages`), from the info string or guessed; None for prose and
    where it cannot be told."""


def parts_of(answer: str) -> tuple[Part, ...]:
    r"""The parts of an answer in order; their ``raw`` joined is the answer, character for character.

    Code is what stands in a fence of backticks or tildes, closed or not. An answer without a fence is one part, code
    where it is bare code from its first line to its last.

    >>> [(part.kind, part.language, part.code) for part in parts_of("Print it:\n\n```py\nprint(1)\n```")]
    [('prose', None, ''), ('code', 'python', 'print(1)\n')]
    """
    lines = [line for line in _LINE.findall(answer) if line]
    parts: list[Part] = []
    prose: list[str] = []
    at = 0
    while at < len(lines):
        opening = _OPENING.match(lines[at])
        if opening is None:
            prose.append(lines[at])
            at += 1
            continue
        if prose:
            parts.append(Part("prose", "".join(prose)))
            prose = []
        end = _closing(lines, at + 1, opening[2])
        parts.append(_fenced(lines[at : end + 1], opening, closed=end < len(lines)))
        at = end + 1
    if prose or not parts:
        text = "".join(prose)
        if not parts and is_bare_code(text):
            return (Part("code", text, text, guessed(text)),)
        parts.append(Part("prose", text))
    return tuple(parts)


def has_code(answer: str) -> bool:
    """Whether an answer holds a block of code that is not blank."""
    return has_code_part(parts_of(answer))


def has_code_part(parts: Iterable[Part]) -> bool:
    """Whether one of the parts is a block of code that is not blank."""
    return any(part.code.strip() for part in parts)


def _closing(lines: list[str], start: int, fence: str) -> int:
    """The line that closes a fence, or the number of lines where none does."""
    closing = re.compile(rf"[ \t]*{re.escape(fence)}{re.escape(fence[0])}*[ \t]*$")
    return next((at for at in range(start, len(lines)) if closing.match(lines[at].rstrip("\r\n"))), len(lines))


def _fenced(lines: list[str], opening: re.Match[str], closed: bool) -> Part:
    inner = lines[1 : len(lines) - closed]
    indent = len(opening[1])
    if indent:
        inner = [line[min(indent, len(line) - len(line.lstrip(" \t"))) :] for line in inner]
    code = "".join(inner)
    return Part("code", "".join(lines), code, canonical(opening[3]) or guessed(code))


def has_analysis(prose: str) -> bool:
    """Whether an analysis opens in it."""
    return any(map(_OPENS_ANALYSIS.match, prose.splitlines()))


def without_markers(prose: str) -> str:
    r"""Prose without the lines that open an analysis or an answer, and without an analysis that an answer follows.

    >>> without_markers("**Step-by-Step Analysis:**\n1. It greets.\n\n**Answer**:\nUse it.")
    '\nUse it.'
    """
    prose = "\n".join(prose.splitlines())
    opened = _OPENS_ANALYSIS.search(prose)
    answer = _OPENS_ANSWER.search(prose, opened.end()) if opened else None
    if answer is not None and prose[answer.end() :].strip():
        prose = prose[answer.end() :]
    return _OPENS_ANSWER.sub("", _OPENS_ANALYSIS.sub("", prose))
