"""Names and numbers in a text: what a rationale may only take over from its question and answer."""

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

_NUMBER = re.compile(
    r"(?<![A-Za-z_])(?<![A-Za-z]-)\d+(?:,\d{3})+(?:\.\d+)?(?!\d)|(?<![A-Za-z_\d])(?<![A-Za-z]-)\d+(?:\.\d+)*"
)
_WORDS = {
    word: str(number)
    for words, numbers in (
        (
            "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
            "seventeen eighteen nineteen twenty",
            range(1, 21),
        ),
        ("thirty forty fifty sixty seventy eighty ninety", range(30, 100, 10)),
    )
    for word, number in zip(words.split(), numbers, strict=True)
}
_HAN_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")}
_HAN_DIGITS["两"] = 2
_HAN_UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10000}
_HAN_NUMBER = re.compile(f"[{''.join([*_HAN_DIGITS, *_HAN_UNITS])}]+")


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


def numbers_in(text: str) -> list[str]:
    """The numbers in digits that a text states, in one spelling: ``1,000`` is ``1000`` and ``2.50`` is ``2.5``.

    Digits that belong to a word (``UTF-8``, ``Int32``) are no number.
    """
    return [_plain(match.group()) for match in _NUMBER.finditer(text)]


def number_words(text: str) -> list[str]:
    """The English number words of a text up to ninety, as digits."""
    return [_WORDS[word] for word in re.findall(r"[a-z]+", text.lower()) if word in _WORDS]


def unknown_numbers(text: str, source: str) -> list[str]:
    """The numbers above ten that ``text`` states and ``source`` does not."""
    known = _known_numbers(source)
    return [
        number
        for number in dict.fromkeys([*numbers_in(text), *number_words(text)])
        if number not in known and not (number.isdecimal() and int(number) <= 10)
    ]


@lru_cache(maxsize=256)
def _known_numbers(source: str) -> frozenset[str]:
    bare = re.sub(r"(?<=\d)_(?=\d)", "", source)
    digits = re.findall(r"\d+(?:,\d{3})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)*", bare)
    single = re.findall(r"\d+", bare)
    han = (str(_han_value(match)) for match in _HAN_NUMBER.findall(source))
    return frozenset(map(_plain, [*digits, *single])) | frozenset(number_words(source)) | frozenset(han)


def _plain(number: str) -> str:
    number = number.replace(",", "")
    if number.count(".") > 1:
        return number
    whole, _, rest = number.partition(".")
    whole, rest = whole.lstrip("0") or "0", rest.rstrip("0")
    return f"{whole}.{rest}" if rest else whole


def _han_value(signs: str) -> int:
    """What a Chinese numeral up to ten thousands says."""
    total = digit = 0
    for sign in signs:
        if sign in _HAN_DIGITS:
            digit = _HAN_DIGITS[sign]
        else:
            total += (digit or 1) * _HAN_UNITS[sign]
            digit = 0
    return total + digit
