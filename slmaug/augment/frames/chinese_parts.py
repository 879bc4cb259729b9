"""A Chinese question taken apart: the parts it comes down to, and the way they are cut out of its text.

Patterns read a string in which one sign stands for each locked span; the pieces they find are cut out of the parsed
text and never pass through a string, so locked spans move whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from slmaug.text import LOCKED, Text

Kind = Literal[
    "how", "topic", "trouble", "why", "what", "meaning", "difference", "ask", "can", "yes", "task", "fault",
    "statement", "opaque",
]  # fmt: skip

LOCK = "\ue000"  # private use: no question holds it
TRIM = " \t\r\n，,、：:。．.!！?？;；~～…—-（）()"
EMPTY = Text([""], (), "zh")


@dataclass(frozen=True)
class Ask:
    """What a question comes down to. Pieces that it lacks are empty, or None where a wording depends on having them."""

    kind: Kind
    lead: Text  # the sentences before it, or behind it
    clause: Text  # the question without its courtesies and particles
    code: bool  # whether it is about programming
    joint: str = "。"  # what stands between lead and question
    when: Text | None = None  # 发请求时, 如果…，: stays in front
    timed: bool = False  # whether ``when`` is a time that needs no comma behind it
    place: Text | None = None
    places: tuple[str, ...] = ()  # templates that turn the place into an adverbial
    topic: Text = EMPTY
    action: Text = EMPTY
    tool: Text | None = None
    goal: Text = EMPTY  # what the tool is used for
    whole: bool = False  # whether the action stands as a verb phrase by itself: 我想…, …的方法
    nominal: bool = False  # whether the action can stand as a noun: 护照的办理方法
    event: bool = False  # whether it tells of a fault
    op: str = ""  # what a yes-no question turns on: a key of WAYS_OF_ASKING
    asked_with: str = ""  # 吗 of a yes-no question, 什么时候 of another
    first: Text = EMPTY  # what stands before the words that ask, or what they ask about
    second: Text = EMPTY  # what stands behind them


class Masked:
    """A text as a string with one sign for each locked span, and the way back from its characters to words."""

    def __init__(self, text: Text) -> None:
        self.text = text
        self.chars = ""
        self._owner: list[int] = []  # for each character the index of its part
        for i, part in enumerate(text.parts):
            signs = LOCK if i % 2 and text.status[i // 2] == LOCKED else part
            self.chars += signs
            self._owner += [i] * len(signs)

    def piece(self, start: int, end: int) -> Text:
        """The text of the characters ``start`` to ``end``, bare at both ends; a word may be cut."""
        while start < end and self._is_trim(start):
            start += 1
        while start < end and self._is_trim(end - 1):
            end -= 1
        parts, status, last = [""], [], -1
        for char, i in zip(self.chars[start:end], self._owner[start:end], strict=True):
            if i % 2 == 0:
                parts[-1] += char
            elif i == last:
                parts[-2] += char
            else:
                parts += [self.text.parts[i] if char == LOCK else char, ""]
                status.append(self.text.status[i // 2])
            last = i
        return Text(parts, tuple(status), "zh")

    def is_boundary(self, k: int) -> bool:
        """Whether a word ends before the character ``k``."""
        return not 0 < k < len(self._owner) or self._owner[k - 1] != self._owner[k]

    def _is_trim(self, k: int) -> bool:
        return self.chars[k] in TRIM and self._owner[k] % 2 == 0


def bare(chars: str, start: int, end: int) -> tuple[int, int]:
    """Without punctuation and spaces at either end."""
    while start < end and chars[start] in TRIM:
        start += 1
    while start < end and chars[end - 1] in TRIM:
        end -= 1
    return start, end


def last_comma(chars: str, start: int, end: int) -> int:
    """Where the last comma stands, or -1."""
    return max(chars.rfind("，", start, end), chars.rfind(",", start, end))
