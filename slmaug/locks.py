"""Where a question must not be touched: the spans that carry exact meaning.

``locked_spans`` finds code, identifiers, calls, paths, URLs, numbers with their units, flags,
placeholders, quoted strings, names and the user's own terms. It works on two levels. A few
patterns know constructs that hold spaces (a quoted string, a call, a fenced block). Everything
else follows from one rule: a run of characters without a space that is not a plain word - it
holds a digit, a capital inside, or any sign that is not ordinary punctuation - is locked whole.
So what no pattern foresaw is locked, not broken.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from slmaug.function_words import ARTICLES, BE, CONJUNCTIONS, DO, PREPOSITIONS, QUESTION_WORDS

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff\u3007"
KANA = "\u3040-\u30ff\u31f0-\u31ff\uff66-\uff9f"
_EAST_PUNCTUATION = "\u3000-\u3006\u3008-\u301f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65\u00b7"
_DASHES_QUOTES = "\u2013-\u2015\u201c-\u201f\u2026\u00ab\u00bb"
_CHUNK = re.compile(f"[^\\s{HAN}{KANA}{_EAST_PUNCTUATION}{_DASHES_QUOTES}]+")

_OPENERS = "('\"\u2018\u2019\u00bf\u00a1"
_CLOSERS = ".,;:!?)'\"\u2019\u2018"
_LATIN = f"(?:(?![{HAN}{KANA}])[^\\W\\d_])"
_WORD = re.compile(f"{_LATIN}+(?:['\u2019\u2010-]{_LATIN}+)*")
_CAPITAL_INSIDE = re.compile(r"[^\W\d_][^\W\d_]*?[A-Z]")
_NAME_LIKE = re.compile(r"\.?[A-Z]")
_VERSION_LIKE = re.compile(r"[vV]?\d[\w.+-]*$")

_SMALL_IN_TITLES = ARTICLES | CONJUNCTIONS | PREPOSITIONS

_NO_NAMES = QUESTION_WORDS | DO | BE | {"i", "a", "can", "could", "should", "would"}  # but May and Will may be names

# Words like any other that are only spelt in capitals: a TV is a television, an ATM a cash machine.
_EVERYDAY = frozenset("ATM PIN SMS CV GP TV PC FAQ DIY".split())

_UNITS = (
    "%|percent|bytes?|bits?|[kmgtp]i?b|[kmgt]bit|[kmg]bps|ns|us|µs|ms|s|secs?|seconds?|mins?|minutes?|h|hrs?|hours?|"
    "days?|weeks?|months?|years?|px|pt|em|rem|mm|cm|m|km|inch(?:es)?|feet|ft|miles?|mg|g|kg|lbs?|ml|l|liters?|litres?|"
    "°c|°f|degrees?|hz|khz|mhz|ghz|v|volts?|w|watts?|kw|kwh|mah|dpi|fps|rpm|times|x|euros?|dollars?|pounds?|cents?|"
    "usd|eur|gbp|chf|yuan"
)
_CALL = r"\((?:[^()\n]|\([^()\n]*\))*\)"

# Constructs that may hold spaces, or that plain punctuation around them would cut short.
_PATTERNS = tuple(
    re.compile(pattern, flags)
    for pattern, flags in (
        (r"(?:^|(?<=\n))[ \t]*(```+|~~~+)[\s\S]*?(?:\1|\Z)", 0),  # fenced code
        (r"(`+)(?!`)[\s\S]+?(?<!`)\1(?!`)", 0),  # inline code
        (r"`[^`'\n]+'", 0),  # the quotes of old manuals
        (r'"[^"\n]+"', 0),
        ("\u201c[^\u201c\u201d\n]+\u201d", 0),
        ("\u00ab[^\u00ab\u00bb\n]+\u00bb", 0),
        ("\u300c[^\u300c\u300d\n]+\u300d|\u300e[^\u300e\u300f\n]+\u300f|\u300a[^\u300a\u300b\n]+\u300b", 0),
        (r"(?<![\w'])'[^\s'](?:[^'\n]*[^\s'])?'(?!\w)", 0),
        ("(?<![\\w\u2018])\u2018[^\u2018\u2019\n]+\u2019(?!\\w)", 0),
        (
            r"[A-Za-z][A-Za-z0-9+.-]*://[^\s\u3000-\u303f\uff00-\uffef]*[^\s\u3000-\u303f\uff00-\uffef.,;:!?)'\"]",
            0,
        ),  # URLs
        (rf"[A-Za-z_$@][A-Za-z0-9_.:]*(?:<[^<>\s]*>)?{_CALL}(?:\.[A-Za-z0-9_]+(?:{_CALL})?)*", 0),  # calls, chained too
        (r"\$?\{\{?[^{}\n]{0,80}\}?\}", 0),  # {placeholders}
        (r"</?[^\s<>/][^<>\n]{0,80}>", 0),  # <tags>, <names to fill in>
        (r"\[[^\[\]\n]{0,60}\]", 0),
        (r"%\(\w+\)[a-z]", 0),
        (r"(?<!\w)[A-Za-z]:\\(?:[\w .-]+\\)*[\w.-]*", 0),  # C:\Program Files\x
        (r"\S+ (?:[-+*/%=!<>&|^~]{2,3}|[+*=<>|^%&]) \S+", 0),  # a == b, ls | wc
        (r"(?<!\S)[A-Za-z0-9] - [A-Za-z0-9](?!\w)", 0),  # x - 1
        (rf"(?<![\w.])[$€£¥]?\d[\d.,]*(?:st|nd|rd|th)?[ \u00a0-]?(?:{_UNITS})(?![\w])", re.IGNORECASE),
    )
)


_QUOTES = ("''", '""', "\u2018\u2019", "\u201c\u201d")


@lru_cache(maxsize=4096)
def without_quotes(span: str) -> str:
    """What is between the quotes of a locked span, if it is a path or a name: ``'a.tar'`` is ``a.tar``.

    Words, numbers and values need their quotes ("connection refused", '5', 'None'), patterns and what a shell would
    expand too ('*.txt', '$HOME'), and backticks mark code: such a span comes back as it is.
    """
    inner = span[1:-1] if span[:1] + span[-1:] in _QUOTES else ""
    is_name = re.fullmatch(r"[\w./-]*[a-zA-Z][\w./-]*", inner) and re.search(r"[./_\d-]", inner)
    is_variable = span[:1] == '"' and re.fullmatch(r"\$[a-zA-Z_]\w*", inner)
    if not (is_name or is_variable) or re.search(f"[{HAN}]", inner):
        return span
    return inner if locked_spans(f"the {inner} is") == [(4, 4 + len(inner))] else span


def _patterns_of(protect: Iterable[str | re.Pattern[str]]) -> Iterator[re.Pattern[str]]:
    for term in protect:
        if isinstance(term, re.Pattern):
            yield term
        elif term.split():
            words = r"\s+".join(map(re.escape, term.split()))
            left = r"(?<![^\W_])" if term.lstrip()[0].isalnum() else ""
            right = r"(?![^\W_])" if term.rstrip()[-1].isalnum() else ""
            # \w counts Chinese characters as word characters; a term may stand right beside one.
            bounded = f"{left}{words}{right}" if term.isascii() and not re.search(f"[{HAN}]", term) else words
            yield re.compile(bounded, re.IGNORECASE)


def _is_exact(core: str, shouting: bool) -> bool:
    """Whether a run without spaces is more than a plain word."""
    if not _WORD.fullmatch(core):
        return bool(core.strip("-\u2010"))
    if len(core) == 1:
        return core not in "aAiI"
    return not shouting and bool(_CAPITAL_INSIDE.match(core)) and core[:2] not in ("I'", "I\u2019")


def _chunks(text: str, shouting: bool) -> Iterator[tuple[int, int]]:
    for match in _CHUNK.finditer(text):
        chunk = match.group()
        start, end = match.span()
        core = chunk.lstrip(_OPENERS)
        start += len(chunk) - len(core)
        core = core.rstrip(_CLOSERS)
        end = start + len(core)
        if core and _is_exact(core, shouting):
            yield start, end


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        elif end > start:
            merged.append((start, end))
    return merged


def _joined_names(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Names of several words become one span: ``.NET Framework 4.8``, ``Visual Studio Code``."""
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and text[joined[-1][1] : start] == " " and _NAME_LIKE.match(text, joined[-1][0]):
            word = text[start:end]
            if _NAME_LIKE.match(word) or _VERSION_LIKE.match(word):
                joined[-1] = (joined[-1][0], end)
                continue
        joined.append((start, end))
    return joined


def locked_spans(text: str, protect: Sequence[str | re.Pattern[str]] = ()) -> list[tuple[int, int]]:
    """The (start, end) character ranges of ``text`` to leave alone: sorted, apart from each other.

    ``protect`` holds the user's own terms: a string is a phrase (any case, any white space
    between its words), a compiled pattern is searched for as it is.
    """
    letters = [c for c in text if c.isalpha() and c.isascii()]
    shouting = len(letters) > 8 and sum(c.isupper() for c in letters) > 0.8 * len(letters)
    own = [m.span() for pattern in _patterns_of(protect) for m in pattern.finditer(text)]
    spans = [*own, *(m.span() for pattern in _PATTERNS for m in pattern.finditer(text)), *_chunks(text, shouting)]
    if re.search(f"[{HAN}]", text):
        # Latin words inside a Chinese question are terms: string, async, Framework.
        spans.extend(match.span() for match in _WORD.finditer(text) if match.group().isascii())
        return _joined_names(text, _merged(spans))
    if not shouting:
        spans.extend(_names(text))
    return [s for s in _joined_names(text, _merged(spans)) if text[slice(*s)] not in _EVERYDAY or s in own]


def protects_quotes(text: str, protect: Sequence[str | re.Pattern[str]]) -> bool:
    """Whether one of the user's own terms takes in a quote that stands round a path or a name."""
    own = [match.span() for pattern in _patterns_of(protect) for match in pattern.finditer(text)]
    quoted = [(start, end) for start, end in locked_spans(text) if without_quotes(text[start:end]) != text[start:end]]
    return any(a <= quote < b for a, b in own for start, end in quoted for quote in (start, end - 1))


def _names(text: str) -> Iterator[tuple[int, int]]:
    """Capitalised words inside a sentence, unless the whole text Is Written Like This."""
    words = [m for m in _WORD.finditer(text) if m.group().isascii()]
    inner = [m for m in words if m.group()[0].isupper() and not _opens_sentence(text, m.start())]
    small = {m.group() for m in words if not m.group()[0].isupper()}
    if len(inner) >= 3 and small <= _SMALL_IN_TITLES:
        return
    for match in inner:
        # A small word with a capital ("Hey team, How do I") is no name.
        if match.group().lower() not in _NO_NAMES and match.group()[:2] not in ("I'", "I\u2019"):
            yield match.span()


def _opens_sentence(text: str, start: int) -> bool:
    before = text[:start].rstrip(" \t\"'(\u201c\u2018")
    return not before or before[-1] in ".!?:;\n\u3002\uff1f\uff01\u2014\u2013-"
