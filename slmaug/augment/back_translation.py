"""Back-translation: a question goes into another language and comes back in other words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from slmaug.rng import Random
from slmaug.text import Text

if TYPE_CHECKING:
    from slmaug.paraphrase import Protect
    from slmaug.translate.round_trip import RoundTrips
    from slmaug.translate.translator import Decoding, Translator

Wordings = Mapping[str, tuple[tuple[str, str], ...]]
"""By question: pivot language and wording of each paraphrase."""


@dataclass(frozen=True)
class BackTranslation:
    """Replace a question by one of its translations there and back (Sennrich, Haddow and Birch, 2016).

    Each text is translated into every pivot language in several ways, and all of these back, in as few passes as there
    are directions; see :func:`slmaug.translate.round_trip.round_trips` for what is checked on return. A text that has
    no good paraphrase passes unchanged. Translations are kept on disk: the same ones are never made twice.

    ``expand`` translates all seeds before it draws. Elsewhere, as behind another augmenter of a ``Chain``, texts are
    translated when they come.
    """

    via: Sequence[str] = ("de", "fr")
    """Pivot languages, ISO 639-1 codes."""
    samples: int = 4
    """Translations into each pivot language, words drawn among the likeliest; 1 is the likeliest translation alone.
    Each comes back in two ways."""
    translator: Translator | None = field(default=None, repr=False)
    """None takes opus-mt models by way of CTranslate2 on a processor and of transformers on a graphics card.

    It is no part of the repr, since it names folders of one machine; the notes of a set name the models."""
    decoding: Decoding | None = None
    """How the way to the pivot is decoded; None draws words where ``samples`` is above 1."""

    def __post_init__(self) -> None:
        if isinstance(self.via, str) or not all(isinstance(each, str) and each.isalpha() for each in self.via):
            raise ValueError(f'via must be language codes such as ("de", "fr"), got {self.via!r}')
        if not self.via:
            raise ValueError("via must name at least one pivot language")
        object.__setattr__(self, "via", tuple(dict.fromkeys(each.lower() for each in self.via)))
        if isinstance(self.samples, bool) or not isinstance(self.samples, int) or self.samples < 1:
            raise ValueError(f"samples must be a whole number from 1, got {self.samples!r}")

    def __call__(self, texts: Sequence[Text], rngs: Sequence[Random]) -> list[Text]:
        unique = {str(text): text for text in texts}
        alone = self.engine.alone or self.samples == 1
        found: dict[str, tuple[tuple[str, str], ...]] = {}
        # What becomes of a text must not depend on the batch it came in.
        for group in [list(unique.values())] if alone else [[text] for text in unique.values()]:
            found.update(self.wordings(group)[0])
        return [self._drawn(text, rng, found) for text, rng in zip(texts, rngs, strict=True)]

    def prepared(
        self, texts: Sequence[Text], protect: Protect = (), progress: Callable[[int], object] | None = None
    ) -> tuple[PreparedBackTranslation, dict[str, Any]]:
        """What draws from the paraphrases of these texts and needs no model any more; and the notes for a manifest.

        ``progress`` is called with the number of sentences that are new since its last call.
        """
        found, notes = self.wordings(texts, protect, progress)
        return PreparedBackTranslation(self, found), notes

    def check(self, languages: Sequence[str]) -> None:
        """Raise :class:`slmaug.errors.SlmaugError` where questions in one of these languages cannot be translated."""
        engine = self.engine
        for language in languages:
            for pivot in self.via:
                if pivot != language:
                    engine.check(language, pivot)
                    engine.check(pivot, language)

    @property
    def engine(self) -> Translator:
        """The translator, or what stands for None."""
        if self.translator is not None:
            return self.translator
        from slmaug.translate.engines import default_translator

        return default_translator()

    def wordings(
        self, texts: Sequence[Text], protect: Protect = (), progress: Callable[[int], object] | None = None
    ) -> tuple[Wordings, dict[str, Any]]:
        """The paraphrases of the texts, and the notes about them."""
        from slmaug.translate.cached import Cached
        from slmaug.translate.round_trip import decoding_for, round_trips

        engine = self.engine
        cached = Cached(engine, progress=progress)
        decoding = decoding_for(self.samples) if self.decoding is None else self.decoding
        found: dict[str, tuple[tuple[str, str], ...]] = {}
        trips: list[RoundTrips] = []
        by_language, untold = _by_language(texts)
        models: dict[str, str] = {}
        for language, members in by_language.items():
            via = [pivot for pivot in self.via if pivot != language]
            trips.append(round_trips(members, language, via, cached, decoding, protect))
            found.update(trips[-1].found)
            pairs = [pair for pivot in via for pair in ((language, pivot), (pivot, language))]
            models.update({f"{source}-{target}": engine.identity(source, target) for source, target in pairs})
        discarded: Counter[str] = Counter()
        for trip in trips:
            discarded.update(trip.discarded)
        questions = dict.fromkeys(map(str, texts))
        notes: dict[str, Any] = {
            "via": list(self.via),
            "models": models,
            "returned": sum(trip.returned for trip in trips),
            "accepted": sum(map(len, found.values())),
            "questions": len(questions),
            "questions_without": sum(question not in found for question in questions),
            "language_unknown": untold,
            "discarded_by_reason": dict(discarded.most_common()),
        }
        return found, notes

    def _drawn(self, text: Text, rng: Random, found: Wordings) -> Text:
        options = found.get(str(text), ())
        if not options:
            return text
        pivot, wording = rng.choice(options)
        new: Text = text.fact(("wording", wording), lambda source: _parsed(source, wording))
        return new.made_by((*text.steps, repr(replace(self, via=(pivot,)))))


@dataclass(frozen=True, repr=False)
class PreparedBackTranslation:
    """A back-translation whose translating is done: it draws from a table, and small enough to go to other processes.

    Texts that are not in the table are translated when they come.
    """

    augmenter: BackTranslation
    wordings: Wordings = field(compare=False)

    def __repr__(self) -> str:
        return repr(self.augmenter)

    def __call__(self, texts: Sequence[Text], rngs: Sequence[Random]) -> list[Text]:
        batch = list(texts)
        known = self.wordings
        rest = [i for i, text in enumerate(batch) if str(text) not in known and text.steps]
        for i, text in enumerate(batch):
            if str(text) in known:
                batch[i] = self.augmenter._drawn(text, rngs[i], known)
        if rest:
            new = self.augmenter([texts[i] for i in rest], [rngs[i] for i in rest])
            for i, text in zip(rest, new, strict=True):
                batch[i] = text
        return batch


def _parsed(source: Text, wording: str) -> Text:
    from slmaug.paraphrase import other_wording

    return other_wording(source, wording)


def languages_of(questions: Sequence[str]) -> list[str]:
    """The languages that questions are asked in, ISO 639-1 codes, the commonest first."""
    by_language, _ = _by_language([Text.parse(each) for each in questions])
    counts = {language: len(texts) for language, texts in by_language.items()}
    return sorted(counts, key=lambda language: (-counts[language], language))


def _by_language(texts: Sequence[Text]) -> tuple[dict[str, list[Text]], int]:
    """The distinct texts by language, and how many there are whose language cannot be told."""
    from slmaug.translate.tongues import tongue

    found: dict[str, list[Text]] = {}
    untold = 0
    for text in {str(text): text for text in texts}.values():
        language = text.language if text.language != "other" else tongue(str(text))
        if language is None:
            untold += 1
        else:
            found.setdefault(language, []).append(text)
    return found, untold
