"""The comments of a block of code taken out for translation, and put back if the code is then the same code."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from slmaug.cot.answer_parts import Part, parts_of
from slmaug.cot.grammars import parsed
from slmaug.cot.same_code import same_code
from slmaug.translate.asking import Way
from slmaug.translate.prose import Prose, Run, prose_in
from slmaug.translate.sentence import Said

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_LETTER = re.compile(r"[^\W\d_]")
_COMMENT = re.compile("comment|marginalia")
# The signs that open a comment or a line of one, and the tags of documentation; and what may close it.
_OPENING = re.compile(
    r"\s*(?:/{2,}[!<]?|/\*+[!<]?|\*+(?!/)|#+[!:.]?|--+(?:\[=*\[)?|;+|%+|<#|\(\*|\{-|<!--|'+|!+|\"|REM\b|=begin)?"
    r"[ \t]*(?:[=*#/-]{3,}[ \t]*)?"
    r"(?:</?[A-Za-z][^<>\n]*>[ \t]*)*(?:(?:TODO|FIXME|XXX|HACK|NOTE)\b(?:\([^()\n]*\))?:?[ \t]*)?",
    re.IGNORECASE,
)
_CLOSING = re.compile(r"(?:\s*</?[A-Za-z][^<>\n]*>)*\s*(?:\*+/|#>|\*\)|-->|\]=*\]|-\}|[=*#/-]{3,})?\s*\Z")
_NEUTRAL = "x"
Span = tuple[int, int]


class Unsafe(ValueError):
    """Comments that cannot be changed without a risk to the code; the message says why."""


@dataclass(frozen=True)
class Comments:
    """A block of code, fences and all, with its comments as prose."""

    part: Part
    prose: Prose

    def told(self, said: Said, way: Way) -> str:
        """The block with its comments in the other language; raises :class:`Unsafe` where it is other code then."""
        code, _ = self.prose.told(said, way)
        block = _with_code(self.part, code)
        if not _is_same(self.part, block):
            raise Unsafe("other code: the block is not the same with its comments translated")
        return block


def comment_text(part: Part) -> str:
    """The words of a block's comments, one comment a line; "" where it has none that can be told from code."""
    comments = (part.code[start:end] for start, end in comment_spans(part.code, part.language))
    return "\n".join(words for comment in comments for words in _words(comment))


def is_readable(part: Part) -> bool:
    """Whether comments can be told from code: it parses, or Pygments knows the language."""
    if not _LETTER.search(part.code):
        return True
    tree = parsed(part.code, part.language)
    return _lexer(part.language) is not None if tree is None else not tree.root_node.has_error


def comments_in(part: Part, way: Way) -> Comments:
    """The block with those comments taken apart that can be changed: a directive, such as ``# noqa``, is code.

    Raises :class:`Unsafe` where there are comments and none of them can be changed.
    """
    code = part.code
    spans = comment_spans(code, part.language)
    spoken = [span for span in spans if _LETTER.search(code[slice(*span)])]
    free = spoken if _are_free(part, spoken) else [span for span in spoken if _are_free(part, [span])]
    if spans and not free:
        raise Unsafe(f"comments that cannot be told from {part.language or 'code'} for sure")
    pieces: list[str | Run] = []
    at = 0
    for start, end in free:
        pieces.append(code[at:start])
        pieces += _lines(code[start:end], way)
        at = end
    return Comments(part, Prose((*pieces, code[at:])))


def comment_spans(code: str, language: str | None) -> list[Span]:
    """Where the comments of ``code`` stand, (start, end) in characters, in order; none where it does not parse."""
    tree = parsed(code, language)
    if tree is None:
        return list(_by_tokens(code, language))
    if tree.root_node.has_error:
        return []
    source = code.encode("utf-8", "surrogatepass")
    found, pending = [], [tree.root_node]
    while pending:
        node = pending.pop()
        if _COMMENT.search(node.type):
            start = len(source[: node.start_byte].decode("utf-8", "surrogatepass"))
            text = source[node.start_byte : node.end_byte].decode("utf-8", "surrogatepass")
            bare = text.rstrip("\r\n")
            found.append((start, start + len(bare)))
        else:
            pending += node.children
    return sorted(found)


def _by_tokens(code: str, language: str | None) -> Iterator[Span]:
    """As Pygments tells them, for languages without a grammar."""
    lexer, token = _lexer(language), import_module("pygments.token")
    if lexer is None:
        return
    read = (token.Comment.Preproc, token.Comment.PreprocFile, token.Comment.Hashbang, token.Comment.Special)
    for at, kind, text in lexer.get_tokens_unprocessed(code):
        if kind in token.Comment and not any(kind in each for each in read) and text.strip():
            yield at, at + len(text.rstrip("\r\n"))


def _lexer(language: str | None) -> Any:
    lexers, util = import_module("pygments.lexers"), import_module("pygments.util")
    try:
        return None if language is None else lexers.get_lexer_by_name(language)
    except util.ClassNotFound:
        return None


def _are_free(part: Part, spans: Sequence[Span]) -> bool:
    """Whether other words in these comments leave the code as it is."""
    pieces, at = [], 0
    for start, end in spans:
        pieces.append(part.code[at:start])
        pieces += map(_neutral, _LINE.findall(part.code[start:end]))
        at = end
    return same_code(part.code, "".join([*pieces, part.code[at:]]), part.language)


def _neutral(line: str) -> str:
    start, end = _inner(line)
    return line[:start] + _NEUTRAL + line[end:] if _LETTER.search(line[start:end]) else line


def _inner(line: str) -> Span:
    """Where the words of a comment's line stand."""
    opening = _OPENING.match(line)
    start = opening.end() if opening else 0
    closing = _CLOSING.search(line, start)
    return start, closing.start() if closing else len(line)


def _words(comment: str) -> Iterator[str]:
    for line in _LINE.findall(comment):
        start, end = _inner(line)
        if _LETTER.search(line[start:end]):
            yield line[start:end]


def _lines(comment: str, way: Way) -> Iterator[str | Run]:
    """A comment line by line, so that it keeps its lines; its marks, indentation and alignment stay in front."""
    for line in _LINE.findall(comment):
        start, end = _inner(line)
        yield line[:start]
        yield from prose_in(line[start:end], way).parts
        yield line[end:]


def _with_code(part: Part, code: str) -> str:
    """The block with other code of as many lines between its fences, indented as it was."""
    if part.raw == part.code:
        return code
    raw = [line for line in _LINE.findall(part.raw) if line]
    old, new = ([line for line in _LINE.findall(text) if line] for text in (part.code, code))
    if len(old) != len(new):
        raise Unsafe("another number of lines in a comment")
    inner = [line[: len(line) - len(was)] + now for line, was, now in zip(raw[1:], old, new, strict=False)]
    return "".join([raw[0], *inner, *raw[1 + len(old) :]])


def _is_same(part: Part, block: str) -> bool:
    found = parts_of(block)
    if len(found) != 1 or found[0].kind != "code":
        return False
    if part.raw == part.code:  # what is bare code is guessed, and is not for the comments to change
        return same_code(part.code, block, part.language)
    return found[0].language == part.language and same_code(part.code, found[0].code, part.language)
