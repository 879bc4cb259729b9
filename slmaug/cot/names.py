"""Names and links in a text: what a rationale may only take over from its question and answer."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from slmaug.locks import HAN, KANA

_EAST = f"[{HAN}{KANA}]"
_START = f"(?:(?!{_EAST})[^\\W\\d])"
_INNER = f"(?:(?!{_EAST})\\w)"
_IDENTIFIER = re.compile(f"{_START}{_INNER}*")
_CODE_SPAN = re.compile(r"(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
_ESCAPE = re.compile(r"\\[abefnrtuvx0](?![A-Za-z_])|%[sdifgxr](?!\w)")
_LINK = re.compile("(?:[A-Za-z][A-Za-z0-9+.-]*://|www\\.)[^\\s`<>\"'\u3000-\u303f\uff00-\uffef\u4e00-\u9fff]+")
_URL = re.compile("[A-Za-z][A-Za-z0-9+.-]*://[^\\s`<>\"'\u3000-\u303f\uff00-\uffef]+")

# Outside backticks a word counts as a name by its form alone.
_NAME_LIKE = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?<![A-Za-z0-9_.]){_START}{_INNER}*\.{_START}{_INNER}*(?:\.{_START}{_INNER}*)*",  # dotted
        rf"(?<![A-Za-z0-9_]){_INNER}*(?:(?<=[^\W_])_|__){_INNER}+",  # snake_case
        rf"(?<![A-Za-z0-9_]){_START}{_INNER}*?[a-z][A-Z]{_INNER}*",  # camelCase
        rf"(?<![A-Za-z0-9_])[A-Z]{{2,}}[a-z]{{2,}}{_INNER}*",  # HTTPClient
        rf"(?<![A-Za-z0-9_]){_START}{_INNER}*(?=\((?!e?s\)))",  # call(
    )
)
_FLAG = re.compile(rf"(?<![A-Za-z0-9_-])--?{_START}(?:{_INNER}|-(?={_INNER}))*")
_ABBREVIATIONS = frozenset("e.g i.e a.m p.m a.k.a etc".split())
_WORDS_OF_CODE = frozenset(
    "true false null none nil undefined True False None NULL camelCase PascalCase snake_case".split()
)


def without_code_spans(text: str) -> str:
    """The text with a space in place of each inline code span and each URL."""
    return _URL.sub(" ", _CODE_SPAN.sub(" ", text))


def names_in(text: str, quoted: bool = True) -> list[str]:
    """The names a text uses, each once, in their order: those in inline code, word by word; elsewhere what looks like
    one (``snake_case``, ``CamelCase``, ``dotted.names``, ``calls()``, ``--flags``). With ``quoted`` False inline code
    is left out.

    >>> names_in("Call `df.head(5)` before load_all(), with --fast; JSON and C# are no names.")
    ['df', 'head', '--fast', 'load_all']
    """
    found: list[str] = []
    if quoted:
        for match in _CODE_SPAN.finditer(text):
            span = _ESCAPE.sub(" ", match[2])
            flags = _FLAG.findall(span)
            found += flags
            found += _IDENTIFIER.findall(_FLAG.sub(" ", span))
    prose = without_code_spans(text)
    found += _FLAG.findall(prose)
    for pattern in _NAME_LIKE:
        for match in pattern.finditer(_FLAG.sub(" ", prose)):
            if match.group().lower() not in _ABBREVIATIONS:
                found += _IDENTIFIER.findall(match.group())
    return [name for name in dict.fromkeys(found) if name not in _WORDS_OF_CODE]


def unknown_names(text: str, source: str, allowed: Iterable[str] = ()) -> list[str]:
    """The names of ``text`` that stand nowhere in ``source``; a plural or possessive s is forgiven either way."""
    known, flags = _known(source)
    known = known | frozenset(allowed)
    return [
        name for name in names_in(text) if not (_flag_known(name, flags) if name[0] == "-" else _is_known(name, known))
    ]


def _is_known(name: str, known: frozenset[str]) -> bool:
    if name in known or f"{name}s" in known or (name.endswith("s") and name[:-1] in known) or len(name) == 1:
        return True
    return name.isupper() and name.lower() in known  # the acronym of utf-8, the keyword of select


def _flag_known(flag: str, flags: frozenset[str]) -> bool:
    if flag in flags:
        return True
    # -x of a cluster -xzf
    return len(flag) == 2 and any(each[1] != "-" and flag[1] in each for each in flags)


@lru_cache(maxsize=256)
def _known(source: str) -> tuple[frozenset[str], frozenset[str]]:
    return frozenset(_IDENTIFIER.findall(source)), frozenset(_FLAG.findall(source))


def unknown_links(text: str, source: str) -> list[str]:
    """The addresses of web pages in ``text`` that do not stand in ``source``."""
    links = (link.rstrip(".,;:!?)'") for link in _LINK.findall(text))
    return [link for link in dict.fromkeys(links) if link not in source]
