"""Another wording of a question: parsed with the question in view, and checked to ask for the very same thing.

Whoever writes questions anew (a language model, a translation there and back) is checked here, as far as a program can
see: locked spans, numbers by value, negation, opposites, language, length. That all else is the same it cannot see.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from slmaug.function_words import FUNCTION_WORDS
from slmaug.locks import HAN, KANA, locked_spans
from slmaug.negation import is_negated, keeps_negation
from slmaug.opposites import turned_round
from slmaug.quantities import number_words, numbers_in, stated
from slmaug.text import KEPT, LOCKED, Text

Protect = Sequence[str | re.Pattern[str]]

_INNER = f"(?:(?![{HAN}{KANA}])\\w)"
_LATIN = re.compile(_INNER)
_COMPARISON = re.compile("[<>=]{1,2}")
_SIGN = re.compile("[&+/|\u2013\u2014-]{1,2}")
_SIGNED = re.compile(r"[^\w\s.,]")
_NAME_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
"""The words inside a name: HttpClient is Http and Client."""
_NAME = re.compile(r"[^\W\d_]{2}")
_TWICE = re.compile(r"\b(?:twice|two times|2 times|thrice|three times)\b|[两二]次", re.IGNORECASE)
_ALSO = tuple(
    (number, unit, re.compile(rf"(?<!s )\b(?:{word})\b", re.IGNORECASE))
    for number, unit, word in (
        ("7", "day", "week"),
        ("14", "day", "fortnight"),
        ("24", "hour", "day"),
        ("60", "minute", "hour"),
        ("60", "second", "minute"),
        ("12", "month", "year"),
        ("30", "minute", "half an hour"),
    )
)
_YES = re.compile(
    r"\W*(?:yes|no|nope|yep|yeah|absolutely|certainly|definitely|of course|sure|unfortunately|answer)\s*[,.!:;\uff0c]"
    r"|\W*(?:是的|可以的?|不可以|不行|不能|能|对|当然|没问题)[,\uff0c\u3002!\uff01]",
    re.IGNORECASE,
)
_YOU_CAN = re.compile(
    r"\W*(?:you (?:can|may|could|should|need to|have to|will|must|cannot|can't)|to do (?:this|so|that),"
    r"|simply|just (?:use|run|type|go|open|tap))\b|\W*[你您](?:可以|需要|应该|只需)",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"[?\uff1f]|\b(?:how|what|which|where|when|why|who)\b|吗|怎么|如何|怎样|哪|什么|几|多少", re.IGNORECASE
)


class NotTheSame(ValueError):
    """A wording asks for something else. ``reason``: the kind of fault, and after a colon the particulars."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def same_question(source: Text, wording: str, protect: Protect = ()) -> Text:
    """``wording`` parsed as another way to ask ``source``, the letter case of the question's names put right.

    Raises :class:`NotTheSame` where something that can be checked is not the same: the language, the locked spans (each
    as often; ``protect`` as the question was parsed with), the numbers, the negation; where the opposite is asked for;
    and where it is an answer, several questions or far longer.

    >>> str(same_question(Text.parse("How do I open a file in .NET 8?"), "Opening a file in .NET 8, how?"))
    'Opening a file in .NET 8, how?'
    """
    question = str(source)
    text = _recased(other_wording(source, wording, protect), source, protect)
    if not text.key:
        raise NotTheSame("no words")
    if text.language != source.language:
        raise NotTheSame(f"another language: {text.language}, the question is {source.language}")
    _check_locks(Counter(text.locked), Counter(source.locked))
    if not _same_numbers(wording, question):
        raise NotTheSame("other numbers")
    if not keeps_negation(wording, question):
        raise NotTheSame("the negation is lost" if is_negated(question) else "a negation is new")
    turned = turned_round(wording, question)
    if turned:
        raise NotTheSame(f"another thing is asked for: {turned}")
    if _is_answer(wording) and not _is_answer(question):
        raise NotTheSame(f"an answer in place of a question: {wording[:60]}")
    if len(wording) > 3 * len(question) + 80:
        raise NotTheSame(f"too long: {len(wording)} characters for {len(question)}")
    if len(re.findall("[?\uff1f]", wording)) > max(1, len(re.findall("[?\uff1f]", question))):
        raise NotTheSame("more than one question")
    return text


def other_wording(source: Text, phrasing: str, protect: Sequence[str | re.Pattern[str]] = ()) -> Text:
    """``phrasing`` parsed as another way to ask ``source``.

    What is locked in ``source`` is locked here span by span: two names that come to stand side by side stay two.
    A number that the question has in words, a part of one of its names and a word of its own in another case are kept;
    whatever else is exact is locked, and so is one span too many.

    >>> source = Text.parse("How do I set a timeout of seven days on HttpClient in ASP.NET Core?")
    >>> other_wording(source, "ASP.NET Core HttpClient timeout HTTP 7 days").locked
    ['ASP.NET Core', 'HttpClient']
    """
    held = _held(phrasing, source.locked)
    masked = list(phrasing)
    for start, end in held:
        masked[start:end] = " " * (end - start)
    spans = [(start, end, LOCKED) for start, end in held]
    for start, end in locked_spans("".join(masked), protect):
        for left, right in _outside(phrasing, start, end, held):
            extra = phrasing[left:right]
            loose = not phrasing[max(0, left - 1) : left].strip() and not phrasing[right : right + 1].strip()
            possessive = extra == "s" and phrasing[max(0, left - 1) : left] in ("'", "\u2019")
            if not (possessive or _COMPARISON.fullmatch(extra) or (loose and _SIGN.fullmatch(extra))):
                spans.append((left, right, KEPT if _is_old(extra, source) else LOCKED))
    return Text.with_spans(phrasing, sorted(spans))


def _held(phrasing: str, locked: Sequence[str]) -> list[tuple[int, int]]:
    """Where the spans stand in the phrasing, each as a whole; the longest first, where one is in another."""
    found: list[tuple[int, int]] = []
    for span in sorted(set(locked), key=lambda span: (-len(span), span)):
        left = f"(?<!{_INNER})" if _LATIN.match(span[0]) else ""
        right = f"(?!{_INNER})" if _LATIN.match(span[-1]) else ""
        for match in re.finditer(left + re.escape(span) + right, phrasing):
            if not any(start < match.end() and match.start() < end for start, end in found):
                found.append(match.span())
    return sorted(found)


def _outside(text: str, start: int, end: int, held: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """What is left of a range without the held spans in it and without white space at the edges."""
    for left, right in [*((a, b) for a, b in held if a < end and start < b), (end, end)]:
        piece = text[start : max(start, left)]
        bare = piece.strip()
        if bare:
            at = start + piece.index(bare)
            yield at, at + len(bare)
        start = max(start, right)


def _is_old(extra: str, source: Text) -> bool:
    """Whether something exact that is no locked span of the question still says nothing that is not in it."""
    numbers = numbers_in(extra)
    if numbers:
        return set(numbers) <= set(number_words(str(source))) and not _SIGNED.search(extra)
    words = {word.casefold() for word in _NAME_PARTS.findall(extra)}
    if not words or "".join(_NAME_PARTS.findall(extra)) != extra.replace(" ", ""):
        return False
    if extra.istitle() and words <= FUNCTION_WORDS:
        return True
    return words <= source.fact("parts of names", _parts_of_names)


def _parts_of_names(text: Text) -> frozenset[str]:
    return frozenset(map(str.casefold, _NAME_PARTS.findall(str(text))))


def _recased(text: Text, source: Text, protect: Protect) -> Text:
    """With the names of the question in their own letter case: a search is typed in small letters."""
    line = str(text)
    for span in (Counter(source.locked) - Counter(text.locked)).elements():
        if _NAME.search(span):
            bounded = f"(?<![A-Za-z0-9_]){re.escape(span)}(?![A-Za-z0-9_])"
            line = re.sub(bounded, span.replace("\\", r"\\"), line, count=1, flags=re.IGNORECASE)
    return text if line == str(text) else other_wording(source, line, protect)


def _check_locks(new: Counter[str], old: Counter[str]) -> None:
    if new == old:
        return
    lost, added = old - new, new - old
    if lost:
        raise NotTheSame(f"a locked span was lost: {', '.join(lost)}")
    raise NotTheSame(f"a locked span was added: {', '.join(added)}")


def _same_numbers(line: str, question: str) -> bool:
    """Whether both have the same numbers; a week is seven days, a day 24 hours."""
    new, old = _numbers(line), _numbers(question)
    units = stated(question)
    for days, unit, word in _ALSO:
        if (days, unit) in units and days not in new and word.search(line):
            old = old - {days}
    return new == old


def _numbers(text: str) -> set[str]:
    """The numbers of a question by value; "one" is mostly a pronoun, and "twice" may be said as a double."""
    text = _TWICE.sub(" ", text)
    found = {*numbers_in(text), *number_words(text)} - {"1"}
    return found | {value for value, unit in stated(text) if unit or len(value) > 1}


def _is_answer(line: str) -> bool:
    return bool(_YES.match(line) or (_YOU_CAN.match(line) and not _ASKS.search(line)))
