"""Seeds in any language become seeds in one: questions, the prose of answers and, where asked for, comments in code.

Code stays byte for byte, and so do fields that are in the language already. A field is translated whole or stays whole:
one sentence that fails a check keeps it as it was, and the notes and rejects say why.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from slmaug.cot.rewriter import Reject
from slmaug.llm.resampling import kind_of
from slmaug.paraphrase import Protect
from slmaug.record import Seed
from slmaug.text import question_key
from slmaug.translate.asking import BEST_OF_FOUR, Failure, asked
from slmaug.translate.fields import Aim, Field, Outcomes, Told, Tongue, field_of, told
from slmaug.translate.tongues import tongue as _tongue
from slmaug.translate.translator import Decoding, Translator

_PURPOSE = "translation"
_TAKEN = "another seed's question"


@dataclass(frozen=True)
class TranslatedSeeds:
    """The seeds, ids and places as they were, and what is to be said of their translation."""

    seeds: tuple[Seed, ...]
    notes: dict[str, object]
    """Counts of fields (a question and an answer are two) for the manifest; see docs/translating.md."""
    rejects: tuple[Reject, ...]
    """What was turned down, of the purpose "translation": each sentence, question or block of code, and why."""


def translated_seeds(
    seeds: Sequence[Seed],
    translator: Translator,
    target: str = "en",
    *,
    source: str | None = None,
    protect: Protect = (),
    comments: bool = False,
    tongue: Tongue = _tongue,
    progress: Callable[[int], object] | None = None,
    decoding: Decoding = BEST_OF_FOUR,
) -> TranslatedSeeds:
    """The seeds in the language ``target``.

    The language is told of each field: of a question, of the prose of an answer, and of the comments of a block.

    Args:
        seeds: questions and answers, each in any language.
        translator: is asked for each source language once for all sentences, and again for those that lost a
            placeholder. All pairs that are needed are checked before.
        target: an ISO 639-1 code, as are all languages here.
        source: the language of every field that is not in the target language; None tells it by ``tongue``.
        protect: more terms to leave untouched, as in :func:`slmaug.expand`.
        comments: also translate the comments in blocks of code.
        tongue: what tells the language of a text; None where it cannot be told.
        progress: called with the number of sentences that are settled since its last call.
        decoding: of several candidates the likeliest that passes the checks is taken.

    Raises:
        SlmaugError: the translator cannot translate from one of the languages; told before anything is translated.
    """
    aim = Aim(target, source, protect, comments, tongue)
    fields = [field_of(seed, name, aim) for seed in seeds for name in ("question", "answer")]
    outcomes = _outcomes(fields, aim, translator, decoding, progress)
    results = [told(field, outcomes, aim) for field in fields]
    taken = _keep_questions_apart(seeds, fields, results)
    made = tuple(
        replace(seed, question=question.text, answer=answer.text)
        for seed, question, answer in zip(seeds, results[::2], results[1::2], strict=True)
    )
    return TranslatedSeeds(made, _notes(fields, results, aim), tuple(_rejects(fields, results, taken)))


def _outcomes(
    fields: Iterable[Field],
    aim: Aim,
    translator: Translator,
    decoding: Decoding,
    progress: Callable[[int], object] | None,
) -> Outcomes:
    """Every sentence of every field, asked for by language; nothing where there is none."""
    sentences: dict[str, dict[str, None]] = {}
    for block in (block for field in fields for block in field.to_translate):
        if block.needed:
            sentences.setdefault(block.way.source, {}).update(dict.fromkeys(block.wanted))
    for language in sorted(sentences):
        translator.check(language, aim.target)
    found: dict[str, Mapping[str, str | Failure]] = {
        language: asked(sentences[language], aim.way_from(language), translator, decoding, progress)
        for language in sorted(sentences)
    }
    return _OrNothing(found)


class _OrNothing(dict[str, Mapping[str, str | Failure]]):
    """Outcomes; a language in which nothing was asked has none."""

    def __missing__(self, language: str) -> Mapping[str, str | Failure]:
        return {}


def _keep_questions_apart(seeds: Sequence[Seed], fields: Sequence[Field], results: list[Told]) -> dict[int, int]:
    """Put back each question that has become another seed's; returns whose it was, by position of the seed."""
    own = [question_key(seed.question) for seed in seeds]
    first = {key: at for at, key in reversed(list(enumerate(own)))}
    met: dict[int, int] = {}
    for at, seed in enumerate(seeds):
        result = results[2 * at]
        if result.text == seed.question:
            continue
        key = question_key(result.text)
        other = first.get(key, at)
        if other != at:
            met[at] = other
            results[2 * at] = Told(seed.question, [Failure(f"{_TAKEN}: {seeds[other].place or other}", result.text)])
        else:
            first[key] = at
    return met


def _rejects(fields: Sequence[Field], results: Sequence[Told], taken: Mapping[int, int]) -> Iterable[Reject]:
    for field, result in zip(fields, results, strict=True):
        seed = field.seed
        for failure in result.failures:
            yield Reject(seed.id, seed.place, _PURPOSE, _reason(failure.reason, field.name), failure.text)
        for failure in [*result.unsafe, *(Failure(reason, "") for reason in field.unsafe)]:
            yield Reject(seed.id, seed.place, _PURPOSE, _reason(failure.reason, "comments"), failure.text)


def _reason(reason: str, where: str) -> str:
    """The reason with the place in the seed behind the kind of fault."""
    kind, _, particulars = reason.partition(": ")
    return f"{kind}: {where}" + (f": {particulars}" if particulars else "")


def _notes(fields: Sequence[Field], results: Sequence[Told], aim: Aim) -> dict[str, object]:
    pairs = list(zip(fields, results, strict=True))
    states = Counter(field.state for field in fields)
    kept = [(field, result.failures[0]) for field, result in pairs if result.failures]
    done = Counter(field.language for field, result in pairs if field.state == "translate" and not result.failures)
    notes: dict[str, object] = {
        "target": aim.target,
        "translated": {str(language): count for language, count in sorted(done.items(), key=str)},
        "in_target": states["target"],
        "without_words": states["wordless"],
        "untold": [_place(field) for field in fields if field.state == "untold"],
        "kept": [_place(field) for field, _ in kept],
        "kept_by_reason": dict(Counter(kind_of(failure.reason) for _, failure in kept).most_common()),
        "emphasis_lost": sum(result.emphasis_lost for result in results),
    }
    if aim.comments:
        stayed = [*(f.reason for r in results for f in r.unsafe), *(reason for f in fields for reason in f.unsafe)]
        notes["comments"] = {
            "blocks": sum(result.comments for result in results),
            "kept_by_reason": dict(Counter(map(kind_of, stayed)).most_common()),
            "unread": dict(sorted(Counter(language for field in fields for language in field.unread).items())),
        }
    return notes


def _place(field: Field) -> str:
    return f"{field.seed.place or f'seed {field.seed.id}'}: {field.name}"
