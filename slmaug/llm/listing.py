"""Reading a list that a language model wrote, in any of the ways in which they write one."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from slmaug.llm.prompting import plain

_LABEL = re.compile("\\s*(?:[-*+\u2022\u2013]\\s+|\\(?\\d{1,3}[.)\u3001:\uff0e]\\s*(?!\\d))")
_QUOTES = (
    ('"', '"'),
    ("\u201c", "\u201d"),
    ("'", "'"),
    ("\u2018", "\u2019"),
    ("\u300c", "\u300d"),
    ("`", "`"),
    ("*", "*"),
)
_ANNOUNCEMENT = re.compile(
    r"(?:here|sure|certainly|of course|below|okay|ok\b|以下|好的|当然)[^?\uff1f]*$", re.IGNORECASE
)


def lines_in(text: str) -> list[str]:
    """The items in a reply that was to be a list: a JSON list, or an object that holds one; otherwise one on each line.

    Numbers, bullets and quotes around a line go, and so does a line that only announces the others.

    >>> lines_in('Here are two:\\n1. "How is a file read?"\\n- What reads a file?')
    ['How is a file read?', 'What reads a file?']
    """
    text = plain(text).strip()
    fenced = re.fullmatch(r"(`{3,})\w*[ \t]*\n(.*?)\n?\s*\1", text, re.DOTALL)
    text = fenced[2] if fenced else text
    listed = _json_list(text)
    if listed is not None:
        return [bare for each in listed if (bare := " ".join(each.split()))]
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if lines and (lines[0].endswith((":", "\uff1a")) or _ANNOUNCEMENT.match(lines[0])) and len(lines) > 1:
        lines = lines[1:]
    return [bare for line in lines if (bare := _bare(line))]


def _json_list(text: str) -> list[str] | None:
    start, end = text.find("["), text.rfind("]")
    if start < 0 or text[:1] not in "[{":
        return None
    try:
        value = json.loads(text[start : end + 1])
    except ValueError:
        return None
    if not isinstance(value, list):
        return None
    return [
        each if isinstance(each, str) else str(next(iter(each.values()), "")) for each in value if _holds_text(each)
    ]


def _holds_text(value: object) -> bool:
    return isinstance(value, str) or (isinstance(value, Mapping) and len(value) == 1)


def _bare(line: str) -> str:
    line = _LABEL.sub("", line, count=1).strip().rstrip("\\").strip()
    for opening, closing in _QUOTES:
        text = line.rstrip(",")
        inner = text[1:-1]
        if len(text) > 2 and text[0] == opening and text[-1] == closing and not {opening, closing} & set(inner):
            return inner.strip()
    bold = re.fullmatch(r"\*\*([^*]+)\*\*", line)
    return bold[1].strip() if bold else line
