"""Phrasings that someone wrote: each question is replaced by one of those listed for it."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from slmaug.function_words import FUNCTION_WORDS
from slmaug.locks import HAN, KANA, locked_spans
from slmaug.quantities import number_words, numbers_in
from slmaug.rng import Random
from slmaug.text import KEPT, LOCKED, Text

_INNER = f"(?:(?![{HAN}{KANA}])\\w)"
_LATIN = re.compile(_INNER)
_COMPARISON = re.compile("[<>=]{1,2}")
_SIGN = re.compile("[&+/|\u2013\u2014-]{1,2}")
_SIGNED = re.compile(r"[^\w\s.,]")
_NAME_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
"""The words inside a name: HttpClient is Http and Client."""


@dataclass(frozen=True, repr=False)
class Listed:
    """Replace a question by one of the phrasings listed for it, drawn at random; others pass unchanged.

    A phrasing is used only if it holds the very locked spans of the question, each as often. A row's step is a list of
    the one phrasing that was used, so that it can be typed back in and the whole list is not repeated in every row.

    >>> from slmaug.augment import vary
    >>> vary("How do I print?", Listed({"How do I print?": ("What prints a page?",)}))
    'What prints a page?'
    """

    phrasings: Mapping[str, tuple[str, ...]]
    """For each question, character for character as it is asked, the other ways to ask it."""

    def __post_init__(self) -> None:
        if not isinstance(self.phrasings, Mapping):
            raise ValueError(f"phrasings must map each question to its phrasings, got {type(self.phrasings).__name__}")
        own = {}
        for question, phrasings in self.phrasings.items():
            if isinstance(phrasings, str) or not all(isinstance(each, str) for each in (question, *phrasings)):
                raise ValueError(f"the phrasings of {question!r} must be a tuple of strings, got {phrasings!r}")
            own[question] = tuple(phrasings)
        object.__setattr__(self, "phrasings", own)

    def __hash__(self) -> int:
        return hash(frozenset(self.phrasings.items()))

    def __repr__(self) -> str:
        """In full where there is one phrasing, as in a row's step; otherwise the numbers and a fingerprint."""
        count = sum(map(len, self.phrasings.values()))
        if count <= 1:
            return f"Listed({dict(self.phrasings)!r})"
        digest = hashlib.sha256(repr(sorted(self.phrasings.items())).encode("utf-8", "surrogatepass")).hexdigest()
        return f"Listed(<{count} phrasings of {len(self.phrasings)} questions, sha256 {digest[:12]}>)"

    def __call__(self, texts: Sequence[Text], rngs: Sequence[Random]) -> list[Text]:
        return [self._one(text, rng) for text, rng in zip(texts, rngs, strict=True)]

    def _one(self, text: Text, rng: Random) -> Text:
        question = str(text)
        listed = self.phrasings.get(question, ())
        if not listed:
            return text
        usable: tuple[Text, ...] = text.fact(("listed", listed), lambda source: _usable(source, listed))
        if not usable:
            return text
        new = rng.choice(usable)
        return new.made_by((*text.steps, repr(Listed({question: (str(new),)}))))


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


def _usable(source: Text, phrasings: tuple[str, ...]) -> tuple[Text, ...]:
    """The phrasings that hold what is locked in the question, whatever was passed as ``protect`` when it was parsed."""
    locks = Counter(source.locked)
    texts = (other_wording(source, phrasing) for phrasing in phrasings if phrasing != str(source))
    return tuple(text for text in texts if Counter(text.locked) == locks)
