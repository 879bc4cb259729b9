"""One sentence of Markdown prose on its way through a translator: its marks taken off, and put on again afterwards.

Inline code, web addresses and the like are locked spans and stay in the sentence. A link stays as one locked span, and
its text is translated on its own. The marks of emphasis are taken off; where the translation of the words between them
is found in that of the sentence, they come back. A model never sees such marks, and can misplace none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from slmaug.locks import HAN, KANA

BREAK = re.compile(r"[ \t]*(?:\r\n|\r|\n)[ \t>]*")
"""A line break inside a paragraph, with the marks of a block quote behind it."""
# Marks inside these are none. An angle bracket may open an autolink or a tag.
_ATOM = re.compile(r"(`+)(?!`)[^\0]+?(?<!`)\1(?!`)|<[^\s<>][^<>]*>|[A-Za-z][A-Za-z0-9+.-]*://[^\s\u3000-\u303f\uff00-\uffef)*]*")
_LINK = re.compile(
    r"(?<!\\)(?P<open>!?\[)(?P<text>[^\[\]]+)(?P<close>\](?:\((?:[^()\s]|\([^()\s]*\))*(?:\s+(?:\"[^\"]*\"|'[^']*'))?\)"
    r"|\[[^\[\]]*\]))"
)
_LEFT, _RIGHT = r"(?<![A-Za-z0-9\\*_~])", r"(?![A-Za-z0-9*_~])"
_EMPHASIS = re.compile(
    rf"{_LEFT}(?P<mark>\*{{1,3}})(?![\s*])(?P<stars>[^*]+|[^*]*\*[^*]+\*[^*]*)(?<![\s*\\])(?P=mark){_RIGHT}"
    rf"|{_LEFT}(?P<mark_>_{{1,3}})(?![\s_])(?P<lines>[^_]+)(?<![\s_\\])(?P=mark_){_RIGHT}"
    rf"|{_LEFT}~~(?![\s~])(?P<waves>[^~]+)(?<![\s~])~~{_RIGHT}"
)
_INNER = f"(?:(?![{HAN}{KANA}])\\w)"
_LETTER = re.compile(r"[^\W\d_]")
Said = Mapping[str, str]
"""What the translator made of each sentence, by :attr:`Sentence.plain`; what it was not asked is not in it."""


@dataclass(frozen=True)
class Emphasis:
    """A stretch between marks: where it stands, marks and all, in the raw text that it was found in."""

    start: int
    end: int
    mark: str


def atoms(raw: str) -> list[tuple[int, int]]:
    """Where inline code, tags, addresses and links stand: (start, end), in order."""
    code = [match.span() for match in _ATOM.finditer(raw)]
    links = [match.span() for match in _links(raw)]
    return sorted([*links, *(span for span in code if not any(a <= span[0] < b for a, b in links))])


def _links(raw: str) -> Iterator[re.Match[str]]:
    code = [match.span() for match in _ATOM.finditer(raw)]
    for match in _LINK.finditer(raw):
        if not any(a < match.start() < b for a, b in code):
            yield match


def emphases(raw: str) -> list[Emphasis]:
    """The outermost stretches of emphasis that hold a letter."""
    blank = raw
    for start, end in atoms(raw):
        blank = blank[:start] + "\ufffc" * (end - start) + blank[end:]
    found = []
    for match in _EMPHASIS.finditer(blank):
        mark = match["mark"] or match["mark_"] or "~~"
        inner = match["stars"] or match["lines"] or match["waves"]
        if _LETTER.search(inner):
            found.append(Emphasis(*match.span(), mark))
    return found


@dataclass(frozen=True)
class Sentence:
    """A sentence as it stands in the text, marks and soft line breaks included."""

    raw: str

    @cached_property
    def _parts(self) -> list[str | tuple[str, Sentence]]:
        """Plain stretches, and emphasised ones with their marks."""
        parts: list[str | tuple[str, Sentence]] = []
        text = BREAK.sub(" ", self.raw)
        at = 0
        for each in emphases(text):
            inner = text[each.start + len(each.mark) : each.end - len(each.mark)]
            parts += [text[at : each.start], (each.mark, Sentence(inner))]
            at = each.end
        return [*parts, text[at:]]

    @cached_property
    def plain(self) -> str:
        """On one line, without the marks of emphasis: what is translated once its locked spans are masked."""
        return "".join(part if isinstance(part, str) else part[1].plain for part in self._parts)

    @cached_property
    def links(self) -> tuple[Sentence, ...]:
        """The texts of its links: without their translation the sentence is not whole."""
        own = [Sentence(match["text"]) for match in _links(self.plain)]
        return tuple(each for text in own for each in (text, *text.links))

    @cached_property
    def emphasised(self) -> tuple[Sentence, ...]:
        """The words between marks of emphasis: without their translation the sentence only loses the marks."""
        own = [part[1] for part in self._parts if not isinstance(part, str)]
        own += [inner for text in self.links for inner in text.emphasised]
        return tuple(each for inner in own for each in (inner, *inner.emphasised))

    def changed(self, said: Said) -> bool:
        """Whether something of it was translated into something else."""
        return any(said.get(each.plain, each.plain) != each.plain for each in (self, *self.links))

    def told(self, said: Said, bare: str | None = None) -> tuple[str, int]:
        """The sentence in the other language, and how many stretches lost their emphasis.

        Where its own words have not changed, only the texts of its links do; ``bare`` is what then stands for ``raw``.
        """
        new = said.get(self.plain, self.plain)
        if new == self.plain:
            return _with_links(self.raw if bare is None else bare, said), 0
        pieces: list[str] = []
        at = lost = 0
        for start, end, mark, inner in self._places(new, said):
            if start < at:
                lost += 1
                continue
            words, gone = inner.told(said) if inner.links or inner.emphasised else (new[start:end], 0)
            pieces += [_with_links(new[at:start], said), mark, words, mark]
            at, lost = end, lost + gone
        return "".join([*pieces, _with_links(new[at:], said)]), lost

    def _places(self, new: str, said: Said) -> list[tuple[int, int, str, Sentence]]:
        """Where the emphasised words stand in the translation, in order; those not found at place -1."""
        found = []
        known: dict[str, tuple[list[int], list[tuple[int, int]]]] = {}
        at = 0
        for part in self._parts:
            if isinstance(part, str):
                at += len(part)
                continue
            mark, inner = part
            if inner.plain not in known:
                words = said.get(inner.plain, inner.plain)
                starts = [start for start, _ in _occurrences(inner.plain, self.plain)]
                known[inner.plain] = starts, _occurrences(words, new)
            starts, places = known[inner.plain]
            start, end = -1, -1
            if len(places) == 1:
                start, end = places[0]
            elif len(places) == len(starts) and at in starts:
                start, end = places[starts.index(at)]
            found.append((start, end, mark, inner))
            at += len(inner.plain)
        return sorted(found, key=lambda each: each[:2])


def _with_links(text: str, said: Said) -> str:
    """The texts of the links in the other language, their targets byte for byte."""
    pieces, at = [], 0
    for match in _links(text):
        words, _ = Sentence(match["text"]).told(said)
        pieces += [text[at : match.start()], match["open"], words, match["close"]]
        at = match.end()
    return "".join([*pieces, text[at:]])


def words_of(text: str) -> str:
    """The text without inline code, tags and addresses; of a link its text stays."""
    text = _LINK.sub(lambda match: f" {match['text']} ", text)
    return _ATOM.sub(" ", text)


def link_spans(plain: str) -> list[tuple[int, int]]:
    """Where the links stand in a plain sentence."""
    return [match.span() for match in _links(plain)]


def _occurrences(words: str, text: str) -> list[tuple[int, int]]:
    """Where the words stand as words of their own, in any letter case."""
    if not words:
        return []
    left = f"(?<!{_INNER})" if re.match(_INNER, words) else ""
    right = f"(?!{_INNER})" if re.match(_INNER, words[-1]) else ""
    return [match.span() for match in re.finditer(left + re.escape(words) + right, text, re.IGNORECASE)]
