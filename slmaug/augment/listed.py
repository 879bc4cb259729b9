"""Phrasings that someone wrote: each question is replaced by one of those listed for it."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from slmaug.paraphrase import other_wording
from slmaug.rng import Random
from slmaug.text import Text


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


def _usable(source: Text, phrasings: tuple[str, ...]) -> tuple[Text, ...]:
    """The phrasings that hold what is locked in the question, whatever was passed as ``protect`` when it was parsed."""
    locks = Counter(source.locked)
    texts = (other_wording(source, phrasing) for phrasing in phrasings if phrasing != str(source))
    return tuple(text for text in texts if Counter(text.locked) == locks)
