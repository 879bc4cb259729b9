"""Numbers in a text, in digits, in English words or in Chinese numerals, and the units they count."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

_DIGITS = re.compile(
    r"(?<![A-Za-z_])(?<![A-Za-z]-)\d+(?:,\d{3})+(?:\.\d+)?(?!\d)|(?<![A-Za-z_\d])(?<![A-Za-z]-)\d+(?:\.\d+)*"
)
_ONES = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen".split()
    )
} | {"twice": 2, "thrice": 3}
_TENS = {
    word: value * 10
    for value, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2)
}
_POWERS = {"hundred": 100, "thousand": 1000, "million": 1_000_000, "billion": 1_000_000_000}
_WORD = "|".join([*_ONES, *_TENS, *_POWERS])
_WORDS = re.compile(rf"(?<![a-z])(?:{_WORD})(?:(?:[ -]|,? and )(?:{_WORD}))*(?![a-z])", re.IGNORECASE)

_HAN_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"两": 2}
_HAN_POWERS = {"十": 10, "百": 100, "千": 1000, "万": 10000}
_HAN = re.compile(f"[{''.join([*_HAN_DIGITS, *_HAN_POWERS])}]+")
# Words in which the sign of a number states none: "very", "in case", "percent", "kilogram", "hexadecimal", "two-way".
_HAN_IDIOMS = re.compile(
    r"百分[之比号点率制位]|十分(?!钟|之)|万一|千万(?=[不别要记])|[千万]分位|千(?=字节|克|米|兆|赫)|[百千万亿]度"
    r"|(?:十六|二十|十|八|二|六十四)进制|[成上]百上千|成千上万|万能|十足|千方百计|百科|百货|百姓|万维"
)
# What a numeral up to ten may count so that it is a fact: time, money, data; and the measure words of things.
_UNITS = {
    "ms": r"ms|milliseconds?|毫秒",
    "second": r"s|secs?|seconds?|秒钟?",
    "minute": r"mins?|minutes?|分钟",
    "hour": r"h|hrs?|hours?|个?小时|个?钟头",
    "day": r"days?|天|个?工作日|日(?!志|期)",
    "week": r"weeks?|周|个?星期",
    "month": r"months?|个月",
    "year": r"years?|年",
    "%": r"%|percent|per cent|\uff05",
    "euro": r"euros?|eur|欧元",
    "dollar": r"(?:us )?dollars?|usd|美元",
    "pound": r"pounds?|gbp|英镑",
    "cent": r"cents?|美分",
    "yuan": r"yuan|cny|rmb|元|块钱",
    "kb": r"kb|kib|kilobytes?",
    "mb": r"mb|mib|megabytes?",
    "gb": r"gb|gib|gigabytes?",
}
_UNIT = "|".join(f"(?P<u{at}>{pattern})" for at, pattern in enumerate(_UNITS.values()))
_KIND = "(?:(?:full|whole|more|working|business|calendar|consecutive) )?"
_BEFORE_UNIT = re.compile(rf"[ \u00a0-]?{_KIND}(?:{_UNIT})(?![a-z])", re.IGNORECASE)
_MEASURE = re.compile("[个次种条行步张位倍项份台页层列字节笔处点]")
# How many of a smaller unit, written elsewhere without a name, make one: sleep 300 is five minutes.
_SMALLER = {
    "second": (1000,),
    "minute": (60, 60_000),
    "hour": (60, 3600, 3_600_000),
    "day": (24, 1440, 86_400),
    "week": (7, 168, 604_800),
    "month": (30, 31),
    "year": (12, 52, 365),
    "%": (0.01,),
    "kb": (1000, 1024),
    "mb": (1000, 1024),
    "gb": (1000, 1024),
}

Stated = tuple[str, str]
"""A number in digits, and the unit it counts, "" where there is none that is known."""


def numbers_in(text: str) -> list[str]:
    """The numbers in digits that a text states, in one spelling: ``1,000`` is ``1000`` and ``2.50`` is ``2.5``.

    Digits that belong to a word (``UTF-8``, ``Int32``) are no number.
    """
    return [_plain(match.group()) for match in _DIGITS.finditer(text)]


def number_words(text: str) -> list[str]:
    """The English number words of a text, as digits.

    >>> number_words("Wait twenty-four hours, twice; two hundred and five euros in one or two days.")
    ['24', '2', '205', '1', '2']
    """
    return [value for match in _WORDS.finditer(text) for value in _word_values(match.group())]


def stated(text: str) -> list[Stated]:
    """All numbers that a text states, each with its unit: digits, English words and Chinese numerals.

    "one" is mostly a pronoun and 一 an article, and neither counts. Of the Chinese numerals up to ten those count that
    stand before a unit or a measure word.

    >>> stated("Wait 24 hours or three working days, 5% of them; 三十秒, 五百条, 十分简单, 两小时")
    [('24', 'hour'), ('3', 'day'), ('5', '%'), ('30', 'second'), ('500', ''), ('2', 'hour')]
    """
    found = [(match.start(), _plain(match.group()), _unit(text, match.end())) for match in _DIGITS.finditer(text)]
    for match in _WORDS.finditer(text):
        values = [value for value in _word_values(match.group()) if value != "1"]
        found += [(match.start(), value, _unit(text, match.end())) for value in values]
    found += _han_stated(text)
    return [(value, unit) for _, value, unit in sorted(found, key=lambda each: each[0])]


def unknown_numbers(text: str, source: str) -> list[str]:
    """The numbers of ``text`` that ``source`` does not state: those above ten, and any that counts another unit there.

    "Three hours" is unknown to a source that has two hours and three days; "two weeks" is known where 14 stands.
    """
    known, units = _known(source)
    unknown = []
    for value, unit in dict.fromkeys(stated(text)):
        small = value.isdecimal() and int(value) <= 10
        if not unit:
            fine = value in known or small
        elif units.get(value):
            fine = unit in units[value] or "" in units[value]
        else:
            fine = value in known or (small and value in "01")
        if not fine and not _converted(value, unit, known):
            unknown.append(value)
    return list(dict.fromkeys(unknown))


@lru_cache(maxsize=256)
def _known(source: str) -> tuple[frozenset[str], dict[str, frozenset[str]]]:
    """The numbers of a source, those inside names too; and the units that each counts, "" for a bare number."""
    bare = re.sub(r"(?<=\d)_(?=\d)", "", source)
    units: dict[str, set[str]] = {}
    for value, unit in stated(bare):
        units.setdefault(value, set()).add(unit)
    values = {_plain(each) for each in re.findall(r"\d+(?:,\d{3})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)*", bare)}
    values.update(_plain(each) for each in re.findall(r"\d+", bare))
    values.update(number_words(source))
    values.update(str(_han_value(match)) for match in _HAN.findall(source))
    return frozenset(values), {value: frozenset(each) for value, each in units.items()}


def _converted(value: str, unit: str, known: frozenset[str]) -> bool:
    if unit not in _SMALLER or value.count(".") > 1:
        return False
    return any(_plain(f"{float(value) * factor:.6f}") in known for factor in _SMALLER[unit])


def _unit(text: str, end: int) -> str:
    match = _BEFORE_UNIT.match(text, end)
    if match is None:
        return ""
    return next(name for at, name in enumerate(_UNITS) if match[f"u{at}"])


def _plain(number: str) -> str:
    number = number.replace(",", "")
    if number.count(".") > 1:
        return number
    whole, _, rest = number.partition(".")
    whole, rest = whole.lstrip("0") or "0", rest.rstrip("0")
    return f"{whole}.{rest}" if rest else whole


def _word_values(words: str) -> Iterator[str]:
    """The numbers in a row of number words: mostly one, but "two three" are two."""
    total = current = 0
    last = 0  # the size of what may follow: after twenty only one to nine, after a hundred anything below it
    for word in re.findall(r"[a-z]+", words.lower()):
        if word == "and":
            continue
        if word in _POWERS:
            current = (current or 1) * _POWERS[word]
            if _POWERS[word] > 100:
                total, current = total + current, 0
            last = _POWERS[word]
            continue
        value = _ONES.get(word, _TENS.get(word, 0))
        if last and not (value < last and (last >= 100 or (last == 10 and value < 10))):
            yield str(total + current)
            total = current = 0
        current += value
        last = 10 if word in _TENS else 1
    yield str(total + current)


def _han_stated(text: str) -> Iterator[tuple[int, str, str]]:
    masked = _HAN_IDIOMS.sub(lambda match: " " * len(match.group()), text)
    for match in _HAN.finditer(masked):
        if match.group() in ("一", "零") or not re.search("[一二三四五六七八九两十]", match.group()):
            continue
        value, unit = str(_han_value(match.group())), _unit(text, match.end())
        percent = text[max(0, match.start() - 3) : match.start()] == "百分之"
        before = text[max(0, match.start() - 1) : match.start()]
        if before == "第":
            continue
        if percent or unit or int(value) > 10 or _MEASURE.match(text, match.end()):
            yield match.start(), value, "%" if percent else unit


def _han_value(signs: str) -> int:
    """What a Chinese numeral up to the millions says."""
    total = section = digit = 0
    for sign in signs:
        if sign in _HAN_DIGITS:
            digit = _HAN_DIGITS[sign]
        elif sign == "万":
            total, section, digit = (total + section + digit or 1) * 10000, 0, 0
        else:
            section += (digit or 1) * _HAN_POWERS[sign]
            digit = 0
    return total + section + digit
