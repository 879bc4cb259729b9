"""Rationales: a language model writes the analysis in front of an answer; gates read it, the answer stays locked."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

from slmaug.cot.gates import Asked, Length, steps_read
from slmaug.cot.rationale_prompts import example_sentences, rationale_prompt
from slmaug.cot.rewriter import Analyses, Analysis, Language, Reject
from slmaug.cot.shape import SpokenLanguage
from slmaug.llm.model import Model, Prompt, check_model
from slmaug.llm.resampling import Request, Result, Unusable, asked, kind_of
from slmaug.record import Seed
from slmaug.rng import Random
from slmaug.text import Text

TOO_CLOSE = 0.8
"""The share of common word trigrams, among all of two rationales, from which they count as the same one."""

_WORD = re.compile(r"[\u4e00-\u9fff]|[^\W\u4e00-\u9fff]+")


@dataclass(frozen=True)
class Written:
    """The rationales that were accepted for one seed; a row gets one of them."""

    steps: tuple[str, ...]

    def write(self, rng: Random) -> str:
        return rng.choice(self.steps)


@dataclass(frozen=True)
class Rationales:
    """A rewriter that has each seed's analyses written by a language model, several to a seed.

    The model is shown question and answer and writes the three parts, nothing else. What a gate turns down is asked
    for again and kept as a reject; a seed for which nothing was good gets the offline outline, and the notes say so.
    """

    model: Model
    per_seed: int = 4
    """Distinct rationales for each seed: the first, third ... short, the others long."""
    language: Language = "auto"
    attempts: int = 4
    """How often each is asked for at most."""

    def __post_init__(self) -> None:
        check_model(self.model)
        for name in ("per_seed", "attempts"):
            value = getattr(self, name)
            if not isinstance(value, int) or value < 1:
                raise ValueError(f"{name} must be a whole number from 1, got {value!r}")
        if self.language not in get_args(Language):
            raise ValueError(f"language must be one of {', '.join(get_args(Language))}, got {self.language!r}")

    def prompts(self, seeds: Sequence[Seed]) -> list[Prompt]:
        """The calls of the first round: what a dry run counts. Later rounds ask again for what was turned down."""
        return [request.prompt for seed in seeds for request in self._requests(seed)]

    def __call__(self, seeds: Sequence[Seed]) -> Analyses:
        requests = [request for seed in seeds for request in self._requests(seed)]
        results = asked(self.model, requests, self.attempts)
        by_seed = [results[at : at + self.per_seed] for at in range(0, len(results), self.per_seed)]
        steps = [tuple(result.value for result in mine if result.value is not None) for mine in by_seed]
        analyses = _or_outlines([Written(mine) if mine else None for mine in steps], seeds, self.language)
        rejects = tuple(_rejects(seeds, by_seed))
        # The model's place and limits are left out: the same build elsewhere is the same build.
        told = f"{self.model.name!r}{_temperature(self.model)}"
        settings = f"Rationales(model={told}, per_seed={self.per_seed}, language={self.language!r})"
        return Analyses(analyses, rejects, self._notes(seeds, steps, rejects), settings)

    def _requests(self, seed: Seed) -> list[Request[str]]:
        """The requests for one seed; their gates share what was accepted, so that all differ."""
        accepted: list[str] = []
        requests = []
        for number in range(self.per_seed):
            language = spoken(seed, self.language)
            wanted = Asked(seed.question, seed.answer, language, _length(number))
            prompt = rationale_prompt(wanted, angle=number + seed.id, sample=number)
            requests.append(Request(prompt, _Gate(wanted, accepted)))
        return requests

    def _notes(
        self, seeds: Sequence[Seed], steps: Sequence[tuple[str, ...]], rejects: Sequence[Reject]
    ) -> dict[str, object]:
        made = list(zip(seeds, steps, strict=True))
        return {
            "model": self.model.name,
            "asked": self.per_seed * len(seeds),
            "accepted": sum(map(len, steps)),
            "seeds_without": [seed.id for seed, mine in made if not mine],
            "seeds_with_fewer": {str(seed.id): len(mine) for seed, mine in made if 0 < len(mine) < self.per_seed},
            "rejected_by_reason": dict(Counter(kind_of(reject.reason) for reject in rejects).most_common()),
        }


def spoken(seed: Seed, language: Language) -> SpokenLanguage:
    """The language to write in: that of the question where ``language`` is ``"auto"``, English where it is neither."""
    if language != "auto":
        return language
    return "zh" if Text.parse(seed.question).language == "zh" else "en"


def alike(first: str, second: str) -> bool:
    """Whether two rationales are one and the same to a reader: equal words, or nearly all word trigrams in common."""
    words, others = (_WORD.findall(text.casefold()) for text in (first, second))
    if words == others:
        return True
    ours, theirs = _trigrams(words), _trigrams(others)
    return len(ours & theirs) > TOO_CLOSE * len(ours | theirs)


@dataclass(frozen=True)
class _Gate:
    """Reads one rationale; ``accepted`` is shared by the gates of a seed and grows as they accept."""

    wanted: Asked
    accepted: list[str]

    def __call__(self, text: str) -> str:
        steps = steps_read(text, self.wanted)
        if any(sentence in steps for sentence in example_sentences(self.wanted.language, bool(self.wanted.code))):
            raise Unusable("the prompt's example handed back")
        if any(alike(steps, other) for other in self.accepted):
            raise Unusable("too close to another")
        self.accepted.append(steps)
        return steps


def _temperature(model: Model) -> str:
    """The model's temperature as a setting, empty where it has none: a batch has that of its chat."""
    parameters = getattr(getattr(model, "chat", model), "parameters", {})
    temperature = parameters.get("temperature") if isinstance(parameters, Mapping) else None
    return "" if temperature is None else f", temperature={temperature!r}"


def _length(number: int) -> Length:
    return "long" if number % 2 else "short"


def _trigrams(words: list[str]) -> set[tuple[str, ...]]:
    return set(zip(words, words[1:], words[2:], strict=False))


def _or_outlines(written: Sequence[Written | None], seeds: Sequence[Seed], language: Language) -> tuple[Analysis, ...]:
    """What was written, and the offline outline of each seed for which nothing was."""
    without = [seed for seed, mine in zip(seeds, written, strict=True) if mine is None]
    if not without:
        return tuple(mine for mine in written if mine is not None)
    from slmaug.cot.outline import Outline  # it brings in tree-sitter, which is not needed until here

    outlines = iter(Outline(language=language)(without).by_seed)
    return tuple(next(outlines) if mine is None else mine for mine in written)


def _rejects(seeds: Sequence[Seed], by_seed: Sequence[Sequence[Result[str]]]) -> list[Reject]:
    return [
        Reject(seed.id, seed.place, f"rationale {number + 1} ({_length(number)})", each.reason, each.text)
        for seed, results in zip(seeds, by_seed, strict=True)
        for number, result in enumerate(results)
        for each in result.rejected
    ]
