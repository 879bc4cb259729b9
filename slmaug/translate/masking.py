"""Locked spans on their way through a translator: out as placeholders, verified and put back on return."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from slmaug.locks import HAN, KANA
from slmaug.text import LOCKED, Text

STYLES = ("X{}", "Q{}Q", "[{}]", "<{}>")
"""Kinds of placeholders. Which a model copies differs from model to model; where one is lost the next may do."""
_INNER = f"(?:(?![{HAN}{KANA}])\\w)"
_LETTER = re.compile(r"[^\W\d_]")


class Lost(ValueError):
    """A translation lost a placeholder or doubled one; the message says which span."""


@dataclass(frozen=True)
class Masked:
    """A sentence with placeholders in place of its locked spans, and the spans in the order of their numbers."""

    text: str
    spans: tuple[str, ...]
    style: str

    @property
    def has_words(self) -> bool:
        """Whether there is anything to translate but placeholders."""
        return bool(_LETTER.search(re.sub(_any_of(self.style), " ", self.text)))


def masked(text: Text, style: str = STYLES[0]) -> Masked:
    """The text with a numbered placeholder for each locked span, from 1.

    Raises ``ValueError`` where the text itself holds something that looks like a placeholder of this style.

    >>> masked(Text.parse("How do I use HttpClient in .NET 8?")).text
    'How do I use X1 in X2?'
    """
    parts, spans = list(text.parts), []
    bare = " ".join(part for i, part in enumerate(parts) if not (i % 2 and text.status[i // 2] == LOCKED))
    if re.search(_any_of(style), bare):
        raise ValueError(f"the text holds what looks like a placeholder {style}: {bare!r}")
    for index, status in enumerate(text.status):
        if status == LOCKED:
            spans.append(parts[2 * index + 1])
            parts[2 * index + 1] = style.format(len(spans))
    return Masked("".join(parts), tuple(spans), style)


def restored(translation: str, source: Masked) -> str:
    """The translation with the spans back in their places; :class:`Lost` unless each placeholder is there once.

    >>> restored("X2: wie nutze ich X1?", Masked("How do I use X1 in X2?", ("HttpClient", ".NET 8"), "X{}"))
    '.NET 8: wie nutze ich HttpClient?'
    """
    found = Counter(int(match["number"]) for match in re.finditer(_any_of(source.style), translation))
    for number, span in enumerate(source.spans, 1):
        if found[number] != 1:
            raise Lost(f"a locked span was {'doubled' if found[number] else 'lost'}: {span}")
    extra = set(found) - set(range(1, len(source.spans) + 1))
    if extra:
        raise Lost(f"a placeholder was added: {source.style.format(min(extra))}")
    return re.sub(_any_of(source.style), lambda match: source.spans[int(match["number"]) - 1], translation)


def _any_of(style: str) -> str:
    """The pattern of a style's placeholders, bounded; models put a space in front of the number now and then."""
    before, after = (re.escape(part) for part in style.split("{}"))
    left = f"(?<!{_INNER})" if style[0].isalpha() else ""
    right = "" if after and not style[-1].isalpha() else f"(?!{_INNER})"
    inner = " ?" if after else ""
    return f"{left}{before} ?(?P<number>[0-9]{{1,3}}){inner}{after}{right}"
