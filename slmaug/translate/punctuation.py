"""Punctuation of other scripts in that of the West, and the mark that a sentence ends with."""

from __future__ import annotations

import re

from slmaug.translate.foreign_locks import NON_LATIN

_WESTERN = {
    "\u3002": ". ",
    "\uff0c": ", ",
    "\u3001": ", ",
    "\uff1b": "; ",
    "\uff1a": ": ",
    "\uff1f": "? ",
    "\uff01": "! ",
    "\uff08": " (",
    "\uff09": ") ",
    "\u300a": ' "',
    "\u300b": '" ',
    "\u300c": ' "',
    "\u300d": '" ',
    "\u300e": ' "',
    "\u300f": '" ',
    "\u3000": " ",
    "\uff0e": ". ",
    "\u061f": "? ",
    "\u060c": ", ",
    "\u061b": "; ",
    "\u0964": ". ",
    "\u3010": " [",
    "\u3011": "] ",
}
_SIGNS = re.compile("|".join(_WESTERN))
_END = re.compile("[ \t]*([.!?:;,\u2026\u3001\u3002\uff0c\uff01\uff1f\uff1a\uff1b\u061f\u060c\u061b\u0964]*)$")
_ABBREVIATION = re.compile(r"(?:\b(?:etc|e\.g|i\.e|resp|approx|vs|al|no)|\b[A-Za-z]\.[A-Za-z])\.$", re.IGNORECASE)
_WITHOUT_SPACES = frozenset("zh ja th lo my km".split())


def has_spaces(language: str) -> bool:
    """Whether spaces stand between the words and sentences of the language."""
    return language not in _WITHOUT_SPACES


def in_script_of(text: str, target: str) -> str:
    r"""The text with Western punctuation in place of Chinese, Japanese, Arabic and Indian, for targets in Latin script.

    >>> in_script_of("Open it\uff08now\uff09\uff0cthen wait\u3002", "en")
    'Open it (now), then wait.'
    """
    if target in NON_LATIN or not _SIGNS.search(text):
        return text
    start = len(text) - len(text.lstrip(" \t\r\n"))
    new = _SIGNS.sub(lambda match: _WESTERN[match.group()], text)
    new = re.sub(r"[ \t]+(?=[.,;:!?)\]](?![\w.]))", "", re.sub(r"(?<=\S)[ \t]{2,}", " ", new))
    new = re.sub(r"(?<=[(\[]) ", "", new)
    if not text[start:].endswith((" ", "\t")):
        new = new.rstrip(" \t")
    return text[:start] + new.lstrip(" \t")


def with_end_of(source: str, translation: str, target: str) -> str:
    r"""The translation with the mark that the source ends with; models put a full stop behind a heading, and lose one.

    >>> with_end_of("安装步骤\uff1a", "Installation steps.", "en"), with_end_of("安装", "Installation.", "en")
    ('Installation steps:', 'Installation')
    """
    if target in NON_LATIN:
        return translation
    wanted, found = _END.search(source), _END.search(translation)
    assert wanted is not None  # both match the empty end
    assert found is not None
    # Behind a Chinese semicolon a sentence of its own begins.
    mark, own = in_script_of(wanted[1].replace("\uff1b", "\u3002"), target), found[1]
    bare = translation[: found.start()]
    if mark == own or len(mark) > 1 or not bare:
        return translation
    if mark in ("", ","):
        return translation if own != "." or _ABBREVIATION.search(translation) else bare + mark
    if mark == "." and (own in ("!", "?") or _ABBREVIATION.search(translation)):
        return translation
    return bare + mark if len(own) < 2 else translation
