"""Words of the answer beside the question's own: people ask with what they are about to be told."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate
from typing import Literal, get_args

from slmaug.augment.augmenter import check_share, per_text
from slmaug.augment.domain import Domain, Seed, content_words, stem
from slmaug.augment.frames.clauses import LEXICON, is_verb
from slmaug.augment.frames.english import searched
from slmaug.function_words import ARTICLES, FUNCTION_WORDS, LIGHT_VERBS, NEGATIONS, POSSESSIVES
from slmaug.opposites import turned_round
from slmaug.rng import Random
from slmaug.text import FREE, KEPT_WORDS, Text

AnswerForm = Literal["keywords", "aside", "told"]
Kind = Literal["thing", "deed", "words", "sentence"]
ANSWER_FORMS: tuple[AnswerForm, ...] = get_args(AnswerForm)
_SPLIT = re.compile(
    r"[.;:!?,()\u25c6\n>]+|(?<![\w-])(?:and|or|but|which|who|that|because|if|when|while|so|unless|until|before|after|once|"
    r"where|then)(?![\w-])",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[.;:!?]\s|\n")
_TOKEN = re.compile(r"[A-Za-z]+(?:['\u2019-][A-Za-z]+)*")
_EMPTY = FUNCTION_WORDS | LIGHT_VERBS
_SHIFT = {"your": "my", "yours": "mine", "our": "your", "us": "you", "we": "you", "yourself": "myself"}
_LONGEST = 7  # words of the answer in one question
_OPENS_THING = ARTICLES | POSSESSIVES | {"every"}
_VAGUE = frozenset("this that these those it its they them their each same such there here".split())
_DEED_ASIDES = (
    "Do I have to {}?",
    "Should I {}?",
    "I was told to {}.",
    "Is it enough to {}?",
    "Do I need to {}?",
    "Must I {}?",
    "I tried to {}.",
    "Is it right to {}?",
)
_ASIDES = (
    "Something with {}?",
    "Is it about {}?",
    "Has it to do with {}?",
    "It may be about {}.",
    "I saw something about {}.",
    "I read about {}.",
    "What about {}?",
    "I'm thinking of {}.",
)


_TOLD = ("{}.", "{}.", "{}?", "It says: {}.", "I read: {}.", "I was told: {}.", "Is this right: {}?", "They said: {}.")
_LONGEST_TOLD = 60  # words of the answer that are passed on


@dataclass(frozen=True)
class Piece:
    """A few words of an answer that stand together there."""

    words: tuple[str, ...]
    weight: float
    kind: Kind
    """A noun phrase, something to do, words that are neither; or sentences as they stand."""


@dataclass(frozen=True)
class AnswerWords:
    """Bring words of the seed's own answer into its question, those rather that tell it from the other seeds.

    ========  ==============================================================
    keywords  change pin cash machine menu
    aside     Where can I change my PIN? Has it to do with the PIN menu?
    told      Where can I change my PIN? I read: In shops the new PIN works.
    ========  ==============================================================

    Nothing that says the opposite comes in; as keywords and asides no code, numbers or negations either. What is told
    stands behind the question as it stands in the answer.
    """

    form: AnswerForm = "keywords"
    keep: float = 0.8
    """Share of the question's own search words that stay beside the answer's, 0 to 1; at least two do."""
    domain: Domain | None = field(default=None, repr=False, compare=False)
    """The seeds with their answers; ``expand`` puts them in, and without them nothing is changed."""

    def __post_init__(self) -> None:
        if self.form not in ANSWER_FORMS:
            raise ValueError(f"form must be one of {', '.join(ANSWER_FORMS)}, got {self.form!r}")
        check_share("keep", self.keep)

    def grounded(self, domain: Domain) -> AnswerWords:
        """The same, knowing the seeds."""
        return replace(self, domain=domain)

    @per_text
    def __call__(self, text: Text, rng: Random) -> Text:
        seed = self.domain.seed(text) if self.domain and text.language == "en" else None
        if seed is None or self.domain is None:
            return text
        domain = self.domain
        pieces, bounds = text.fact(("pieces", self.form), lambda text: _weighed(text, seed, domain, self.form))
        if not pieces:
            return text
        piece = rng.choices(pieces, bounds)
        return self._searched(text, piece, rng) if self.form == "keywords" else _with_aside(text, piece, rng)

    def _searched(self, text: Text, piece: Piece, rng: Random) -> Text:
        strong = text.fact("searched", searched)
        loose = [i for i in strong if text.status[i] == FREE]
        gone = set(rng.some(loose, 1 - self.keep))
        kept = [i for i in strong if i not in gone]
        own = text.picked(kept if len(kept) > 1 else strong).lowered()
        extra = _free(piece.words)
        first, second = (extra, own) if rng.frame().randrange(4) == 0 else (own, extra)
        parts = [*first.parts[:-1], ", ", *second.parts[1:-1], ""]
        return Text(parts, (*first.status, *second.status), "en", text.steps)


_SAID: dict[Kind, tuple[str, ...]] = {"thing": _ASIDES, "deed": _DEED_ASIDES, "sentence": _TOLD}


def _free(words: Sequence[str]) -> Text:
    parts = [""]
    for word in words:
        parts += [word, " "]
    parts[-1] = ""
    return Text(parts, tuple(FREE for _ in words), "en")


def _with_aside(text: Text, piece: Piece, rng: Random) -> Text:
    said = rng.frame().favourite(_SAID[piece.kind]).format(" ".join(piece.words))
    words = said.rstrip(".?").split(" ")
    tail = said[len(said.rstrip(".?")) :]
    end = text.parts[-1].strip()
    seam = f"{end if end and end[-1] in '.?!' else '.'} "
    parts = [*text.parts[:-1], seam, *_free(words).parts[1:-1], tail]
    return Text(parts, (*text.status, *(1 for _ in words)), "en", text.steps)


def _weighed(text: Text, seed: Seed, domain: Domain, form: AnswerForm) -> tuple[list[Piece], list[float]]:
    if form == "told":
        pieces = _sentences(text, seed, domain)
    else:
        pieces = [p for p in _pieces(text, seed, domain) if form == "keywords" or p.kind != "words"]
    return pieces, list(accumulate(piece.weight for piece in pieces))


def _pieces(text: Text, seed: Seed, domain: Domain) -> list[Piece]:
    found: dict[tuple[str, ...], Piece] = {}
    question = str(text)
    for sentence in _SENTENCE.split(seed.prose):
        chunks = [chunk.lower().replace("\u2019", "'").split() for chunk in _SPLIT.split(sentence)]
        is_told = bool(chunks[0]) and is_verb(chunks[0][0])
        for chunk in chunks:
            if NEGATIONS & set(chunk):
                continue
            for run in _runs(chunk):
                new = content_words(" ".join(run)) - seed.asked
                if new and not turned_round(" ".join(run), question):
                    weight = sum(domain.specificity(word) for word in run if stem(word) in new)
                    kind = _kind(run, is_told and run[0] == chunk[0])
                    found.setdefault(run, Piece(run, weight + 0.1, kind))
    return list(found.values())


def _sentences(text: Text, seed: Seed, domain: Domain) -> list[Piece]:
    """The answer's sentences, two that follow each other, and all of them where they are few."""
    sentences = [part.strip(" .,;:") for part in _SENTENCE.split(seed.said)]
    sentences = [part for part in sentences if len(part.split()) > 3]
    groups = [sentences[i : i + size] for size in (1, 2, len(sentences)) for i in range(len(sentences) - size + 1)]
    found: dict[tuple[str, ...], Piece] = {}
    for group in groups:
        words = tuple("; ".join(group).split())
        new = content_words(" ".join(words)) - seed.asked
        if new and len(words) <= _LONGEST_TOLD and not turned_round(" ".join(words), str(text)):
            weight = sum(domain.specificity(word) for word in sorted(new))
            found.setdefault(words, Piece(words, weight + 0.1, "sentence"))
    return list(found.values())


def _runs(words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Stretches of plain words with a content word at each end, and the noun phrases in them."""
    stretch: list[str] = []
    for word in [*words, ""]:
        if _TOKEN.fullmatch(word) and word not in KEPT_WORDS | _VAGUE:
            stretch.append(_SHIFT.get(word, word))
            continue
        yield from _trimmed(stretch[:_LONGEST])
        yield from _noun_phrases(stretch)
        stretch = []


def _trimmed(stretch: Sequence[str]) -> Iterator[tuple[str, ...]]:
    start, end = 0, len(stretch)
    while start < end and stretch[start] in _EMPTY - _OPENS_THING:
        start += 1
    while end > start and (stretch[end - 1] in _EMPTY or stretch[end - 1].endswith("'s")):
        end -= 1
    if end > start:
        yield tuple(stretch[start:end])


def _noun_phrases(stretch: Sequence[str]) -> Iterator[tuple[str, ...]]:
    for at, word in enumerate(stretch):
        if word in _OPENS_THING:
            end = at + 1
            while end < len(stretch) and stretch[end] not in _EMPTY and _may_go_on(stretch[end], stretch[at + 1 : end]):
                end += 1
            if end > at + 1:
                yield tuple(stretch[at:end])


def _may_go_on(word: str, before: Sequence[str]) -> bool:
    """Whether a word can belong to the noun phrase: a verb with -s or -ed behind a noun does not."""
    parts = LEXICON.parts_of_speech(word)
    return not before or not parts or parts[0] in ("noun", "adjective")


def _kind(run: Sequence[str], is_told: bool) -> Kind:
    """``is_told``: whether the words begin a clause of a sentence that tells the asker what to do."""
    first, last = run[0], LEXICON.parts_of_speech(run[-1])
    if first in _OPENS_THING and not set(run[1:]) & _EMPTY and (not last or last[0] == "noun"):
        return "thing"
    follows = run[1] if len(run) > 1 else ""
    if is_told and is_verb(first) and follows in _OPENS_THING and not {"i", "you"} & set(run):
        return "deed"
    return "words"
