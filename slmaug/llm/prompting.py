"""Texts inside a prompt set apart as data, whatever they hold; replies freed from what models wrap them in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import count

from slmaug.llm.replies import without_thought

_WRAPPER = re.compile(r"\s*(`{3,}|~{3,})(?:markdown|md|text|plaintext)?[ \t]*\n(.*?)\n[ \t]*\1[ \t]*\s*\Z", re.DOTALL)
_FENCE = re.compile(r"^\s*(?:[-*+]\s+)?(?:```|~~~)", re.MULTILINE)


def tagged(texts: Mapping[str, str]) -> str:
    """Each text between two tags of its name, on lines of their own.

    A seed may hold fences, tags or what looks like an instruction. Where one of the texts holds one of the tags, all
    tags get a number that none of them has.

    >>> print(tagged({"question": "Is <answer> a tag?", "answer": "Yes."}))
    <question-2>
    Is <answer> a tag?
    </question-2>
    <answer-2>
    Yes.
    </answer-2>
    """
    everything = "\n".join(texts.values()).casefold()
    for number in count(1):
        suffix = "" if number == 1 else f"-{number}"
        if not any(f"{mark}{name}{suffix}>".casefold() in everything for name in texts for mark in ("<", "</")):
            break
    return "\n".join(f"<{name}{suffix}>\n{text}\n</{name}{suffix}>" for name, text in texts.items())


def plain(text: str) -> str:
    """The reply without a thought and without a fence around the whole; lines end in ``\\n``."""
    text = without_thought(text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " "))
    wrapped = _WRAPPER.fullmatch(text)
    return wrapped[2] if wrapped and not _FENCE.search(wrapped[2]) else text
