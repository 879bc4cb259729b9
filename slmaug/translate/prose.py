"""Markdown prose taken apart into what stays and the sentences to translate, and put together again.

Indentation, list marks, numbers, headings, quotes, tables, blank lines and line ends stay; a paragraph that is wrapped
over several lines is read as one. Only where a line has changed do its spacing and its Chinese numbering follow.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from slmaug.locks import HAN, KANA
from slmaug.sentences import ENDS, split
from slmaug.translate.asking import Way, western_outside
from slmaug.translate.foreign_locks import NON_LATIN
from slmaug.translate.punctuation import has_spaces, in_script_of
from slmaug.translate.sentence import BREAK, Said, Sentence, atoms, emphases

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_LETTER = re.compile(r"[^\W\d_]")
_NUMERALS = "一二三四五六七八九十"
_MARK = (
    r">[ \t]?|(?:[-*+\u2022\u00b7]|\(?\d{1,3}[.)]|#{1,6}|\[[ xX]\])(?:[ \t]+|(?=\r?\n?$))"
    rf"|\d{{1,3}}[.)](?=[{HAN}])|#{{1,6}}(?=[{HAN}])|[\u2460-\u2473][ \t]*"
    rf"|\d{{1,3}}\u3001[ \t]*|\uff08\d{{1,3}}\uff09[ \t]*|[{_NUMERALS}]{{1,3}}\u3001[ \t]*"
    rf"|[(\uff08][{_NUMERALS}]{{1,3}}[)\uff09][ \t]*"
)
_PREFIX = re.compile(rf"[ \t\u3000]*(?:(?:{_MARK})[ \t]*)*")
_HAN_NUMBER = re.compile(rf"[(\uff08]?(\d+|[{_NUMERALS}]+)([\u3001)\uff09]|[.)](?=$))[ \t]*$")
_RULE = re.compile(r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*")
_CELL = re.compile(r"(?:\\.|`[^`]*`|[^|\\])+|\\")
_DEFINITION = re.compile(r"[ \t]*\[[^\]]+\]:[ \t]*\S")
_AFTER_LABEL = re.compile(r"[ \t]*[:\uff1a\u2013\u2014-][ \t]*|[ \t]*$")
_EAST = re.compile(f"[{HAN}{KANA}]")
_SHORTEST_WRAPPED = 50
"""Characters of the widest line in a paragraph that is taken to be wrapped."""


@dataclass(frozen=True)
class Joint:
    """What stands between two sentences or in front of one: as it is, and as it has to be where they are translated."""

    raw: str
    other: str


Piece = str | Sentence | Joint


@dataclass(frozen=True)
class Run:
    """A line, a cell or a paragraph: its sentences, and what stands around them."""

    pieces: tuple[Piece, ...]

    @property
    def sentences(self) -> list[Sentence]:
        return [piece for piece in self.pieces if isinstance(piece, Sentence)]


@dataclass(frozen=True)
class Prose:
    """A text as a row of what stays and the runs with sentences in them."""

    parts: tuple[str | Run, ...]

    @property
    def needed(self) -> list[str]:
        """What has to be translated, in plain: the sentences and the texts of their links."""
        return [each.plain for sentence in self._sentences() for each in (sentence, *sentence.links)]

    @property
    def helpful(self) -> list[str]:
        """Emphasised words, in plain: their translations tell where the marks belong."""
        return [each.plain for sentence in self._sentences() for each in sentence.emphasised]

    def _sentences(self) -> list[Sentence]:
        return [sentence for part in self.parts if isinstance(part, Run) for sentence in part.sentences]

    def told(self, said: Said, way: Way) -> tuple[str, int]:
        """The text in the other language, and how many stretches lost their emphasis."""
        pieces, lost = [], 0
        for part in self.parts:
            if isinstance(part, str):
                pieces.append(part)
                continue
            text, gone = _told(part, said, way)
            pieces.append(text)
            lost += gone
        return "".join(pieces), lost


def prose_in(text: str, way: Way, is_code: Callable[[str], bool] = lambda block: False) -> Prose:
    """``text`` taken apart; joined again without a translation it is ``text``, character for character.

    ``is_code`` tells of a block of lines whether it is code that stands in the prose without a fence.
    """
    return Prose(tuple(_parts(text, way, is_code)))


def _parts(text: str, way: Way, is_code: Callable[[str], bool]) -> Iterator[str | Run]:
    lines = [line for line in _LINE.findall(text) if line]
    at = 0
    while at < len(lines):
        end = at
        while end < len(lines) and lines[end].strip():
            end += 1
        block = lines[at:end]
        if block and is_code("".join(block)):
            yield "".join(block)
        else:
            yield from _block(block, way, is_code)
        yield from lines[end : end + 1]
        at = end + 1


def _block(lines: Sequence[str], way: Way, is_code: Callable[[str], bool]) -> Iterator[str | Run]:
    table = _table_lines(lines)
    width = max((len(line.rstrip()) for line in lines), default=0)
    at = 0
    while at < len(lines):
        line = lines[at]
        at += 1
        if not _LETTER.search(line) or _DEFINITION.match(line) or is_code(line):
            yield line
        elif at - 1 in table:
            yield from _row(line, way)
        else:
            while at < len(lines) and at not in table and _goes_on(lines[at - 1], lines[at], width):
                if is_code(lines[at]):
                    break
                line += lines[at]
                at += 1
            bare = line.rstrip("\r\n")
            yield Run(tuple(_line(bare, way)))
            yield line[len(bare) :]


def _table_lines(lines: Sequence[str]) -> set[int]:
    found = {at for at, line in enumerate(lines) if line.lstrip().startswith("|") and line.count("|") > 1}
    for at, line in enumerate(lines):
        if at and "|" in line and "-" in line and _RULE.fullmatch(line.rstrip("\r\n")) and "|" in lines[at - 1]:
            rows = range(at - 1, len(lines))
            end = next((row for row in rows if "|" not in lines[row]), len(lines))
            found.update(range(at - 1, end))
    return found


def _goes_on(line: str, following: str, width: int) -> bool:
    """Whether the line break is one of layout only: the next word had no room, or starts in small letters."""
    bare = line.rstrip("\r\n")
    prefix = _prefix(following)
    rest = following[len(prefix) :]
    if bare.endswith(("  ", "\\", ":", "\uff1a")) or not rest.strip() or re.search(r"[^\s>]", prefix):
        return False
    if prefix.count(">") != _prefix(bare).count(">") or bare.rstrip()[-1:] in ENDS or _EAST.match(bare.rstrip()[-1:]):
        return False
    if rest[0].islower():
        return True
    return width >= _SHORTEST_WRAPPED and len(bare) + 1 + len(rest.split()[0]) > width


def _prefix(line: str) -> str:
    found = _PREFIX.match(line)
    return found.group() if found else ""


def _row(line: str, way: Way) -> Iterator[str | Run]:
    at = 0
    for match in _CELL.finditer(line):
        yield line[at : match.start()]
        cell = match.group()
        bare = cell.strip()
        if _LETTER.search(bare):
            start = cell.index(bare)
            yield cell[:start]
            yield Run(tuple(_run(bare, way)))
            yield cell[start + len(bare) :]
        else:
            yield cell
        at = match.end()
    yield line[at:]


def _line(line: str, way: Way) -> Iterator[Piece]:
    prefix = _prefix(line)
    number = _HAN_NUMBER.search(prefix)
    if number is not None and has_spaces(way.target):
        yield Joint(prefix, prefix[: number.start()] + _western_number(number.group()))
    elif re.search(r"[.)#\u2460-\u2473]$", prefix):
        yield Joint(prefix, f"{prefix} " if has_spaces(way.target) else prefix)
    else:
        yield prefix
    yield from _run(line[len(prefix) :], way)


def _western_number(mark: str) -> str:
    """``1、`` and ``一、`` as ``1.``, ``(二)`` as ``(2)``, with a space behind."""
    inner = mark.strip().strip("()\uff08\uff09\u3001.")
    if not inner.isascii():
        tens, has_tens, ones = inner.rpartition("十")
        value = 10 * (_NUMERALS.find(tens) + 1 or 1) if has_tens else 0
        inner = str(value + _NUMERALS.find(ones) + 1 if ones else value)
    return f"({inner}) " if mark[0] in "(\uff08" else f"{inner}) " if mark.strip()[-1] == ")" else f"{inner}. "


def _run(text: str, way: Way) -> Iterator[Piece]:
    """The pieces of a line's words."""
    marked = emphases(text)
    if marked and marked[0].start == 0:
        first = marked[0]
        inner = text[len(first.mark) : first.end - len(first.mark)]
        rest = text[first.end :]
        joint = _AFTER_LABEL.match(rest)
        if joint is not None or inner[-1] in ENDS or inner[-1] in ":\uff1a":
            between = joint.group() if joint is not None else rest[: len(rest) - len(rest.lstrip())]
            yield first.mark
            yield from _line(inner, way)
            yield first.mark
            if rest:
                yield _joint(between, way, is_last=len(between) == len(rest))
                yield from _run(rest[len(between) :], way)
            return
    at = 0
    for end in _ends(text, way):
        raw = text[at:end]
        bare = raw.strip()
        if not bare:
            continue
        start = raw.index(bare)
        # A quote's marks behind a line break belong to the break.
        broken = re.match(rf"(?:{BREAK.pattern})+", raw)
        if broken is not None:
            start = max(start, broken.end())
            bare = raw[start:].rstrip()
        yield _joint(raw[:start], way) if at else raw[:start]
        yield Sentence(bare)
        yield raw[start + len(bare) :]
        at = end
    yield text[at:]


def _joint(raw: str, way: Way, is_last: bool = False) -> Joint:
    """What stands between two sentences; a mark of the East in it becomes one of the West."""
    if "\n" in raw or "\r" in raw:
        return Joint(raw, raw)
    if not has_spaces(way.target):
        return Joint(raw, raw.strip(" "))
    other = in_script_of(raw, way.target) if way.target not in NON_LATIN else raw
    if not is_last and not other.endswith((" ", "\t")):
        other += " "
    return Joint(raw, other)


def _ends(text: str, way: Way) -> list[int]:
    """Where the sentences of a paragraph end. None ends inside a link, a locked span or a stretch of emphasis."""
    blank = BREAK.sub(lambda match: " " * len(match.group()), text)
    marked = emphases(text)
    ends, at = [], 0
    for sentence in split(blank):
        at = blank.index(sentence, at) + len(sentence)
        ends.append(at)
    ends += [each.end for each in marked if text[each.end - len(each.mark) - 1] in ENDS and text[each.end :].strip()]
    held = [*atoms(text), *way.locks(blank), *((each.start, each.end) for each in marked)]
    return sorted({end for end in ends if not any(start < end < stop for start, stop in held)})


def _told(run: Run, said: Said, way: Way) -> tuple[str, int]:
    changed = any(sentence.changed(said) for sentence in run.sentences)
    pieces, lost = [], 0
    for piece in run.pieces:
        if isinstance(piece, str):
            pieces.append(piece)
        elif isinstance(piece, Joint):
            pieces.append(piece.other if changed else piece.raw)
        else:
            wordless = changed and piece.plain not in said and piece.plain == piece.raw
            text, gone = piece.told(said, western_outside(piece.plain, way) if wordless else None)
            pieces.append(text)
            lost += gone
    return "".join(pieces), lost
