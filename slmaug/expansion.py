"""expand(): thirty seeds in, three thousand rows out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from os import PathLike
from typing import TYPE_CHECKING, Any, Literal

from slmaug.augment import Augmenter
from slmaug.augment.domain import Domain, grounded
from slmaug.augment.preparing import prepared
from slmaug.cot.analysed import analysed, as_rewriter
from slmaug.cot.answer_parts import parts_of
from slmaug.cot.rewriter import Rewriter
from slmaug.drawing import drawn_for_all
from slmaug.files import Seeds, read_seeds
from slmaug.locks import protects_quotes
from slmaug.manifest import Report, Shortfall
from slmaug.paraphrase import Protect
from slmaug.plan import Common, Drawn, SeedPlan, planned
from slmaug.recipe import Recipe, as_recipe
from slmaug.record import OnDuplicate, Row, Seed, answer_hash
from slmaug.rng import Random, stream_key
from slmaug.rows import Rows
from slmaug.text import Text

if TYPE_CHECKING:
    from slmaug.semantic import Semantic
    from slmaug.translate.translator import Translator


def expand(
    source: str | PathLike[str] | Seeds | Iterable[object],
    n: int = 3000,
    *,
    recipe: Recipe | Augmenter | Mapping[str, Augmenter] | None = None,
    glossary: str | PathLike[str] | Sequence[Sequence[str]] | None = None,
    cot: Rewriter | Literal["outline", "none"] = "outline",
    random_seed: int = 0,
    protect: str | re.Pattern[str] | Sequence[str | re.Pattern[str]] = (),
    question_column: str | None = None,
    answer_column: str | None = None,
    on_duplicate: OnDuplicate = "error",
    translate_to: str | None = None,
    translator: Translator | None = None,
    semantic: Semantic | None = None,
    workers: int = 1,
    batch_size: int = 32,
    progress: Callable[[int], object] | None = None,
    translating: Callable[[int], object] | None = None,
) -> Rows:
    """Expand question-answer seeds to ``n`` training rows.

    Args:
        source: a path to CSV, TSV, JSONL, JSON or Parquet, a DataFrame, a ``datasets.Dataset``, dicts, or Seeds.
        n: rows in all, the seeds' own included; spread evenly over the seeds.
        recipe: a :class:`Recipe`, one augmenter, or augmenters by form name. None takes the default recipe.
        glossary: your own words that mean the same, for every :class:`slmaug.augment.rewording.Rewording` of the
            recipe: the path of a CSV file with a group a row, or groups of phrases. See docs/glossary.md.
        cot: what writes the step-by-step analysis in front of each answer: ``"outline"``, offline and read from the
            answer itself; ``"none"``; or a rewriter such as :class:`slmaug.cot.rationale.Rationales`. The answer stays
            byte for byte the seed's.
        random_seed: the only source of randomness. Equal input and settings give equal rows.
        protect: more terms to leave untouched: phrases (any case) and compiled patterns; one or several.
        question_column, answer_column: names of the columns where they are not ``Question`` and ``Answer``.
        on_duplicate: what to do with one question under two answers: an error, or go on with the first.
        translate_to: language that questions and the prose of answers are translated into first, such as ``"en"``; code
            stays byte for byte. See :func:`slmaug.translate.seeds.translated_seeds`.
        translator: what translates them; None takes opus-mt models. Back-translation has a translator of its own.
        semantic: drops variants that drifted from their seed, as far as a sentence encoder can tell, and has others
            drawn in their place. None drops none.
        workers: processes to draw in. They change the time, not the rows.
        batch_size: variants an augmenter is handed at once. It changes the time, not the rows.
        progress: called with the number of rows that are new since its last call; their sum never passes ``n``.
        translating: called with the number of sentences that are new since its last call, while seeds are translated
            or go there and back.

    Returns:
        The rows, shuffled. ``rows.report`` counts them and says what was skipped and what fell short.

    Raises:
        SeedError: the input cannot be used, with the place and what was expected; or n is less than the seeds.
        SlmaugError: something that translates is not at hand.
        ValueError: workers or batch_size is below 1.
    """
    if isinstance(source, Seeds):
        seeds = source
    else:
        seeds = read_seeds(
            source, question_column=question_column, answer_column=answer_column, on_duplicate=on_duplicate
        )
    if isinstance(protect, (str, re.Pattern)):
        protect = (protect,)
    for name, value in (("n", n), ("random_seed", random_seed), ("workers", workers), ("batch_size", batch_size)):
        if not isinstance(value, int):
            raise TypeError(f"{name} must be a whole number, got {value!r}")
    if workers < 1 or batch_size < 1:
        raise ValueError(f"workers and batch_size must be 1 or more, got {workers} and {batch_size}")
    chosen, rewriter = as_recipe(recipe), as_rewriter(cot)
    if glossary is not None:
        from slmaug.glossary import as_glossary, used, with_glossary

        terms = as_glossary(glossary)
        chosen = with_glossary(chosen, terms)
    if semantic is not None:
        semantic.check()
    planned(seeds, n, chosen)  # what cannot be planned turns out before anything is translated
    if translate_to is not None:
        from slmaug.translation import translated

        done = translated(seeds, translate_to, translator, protect=protect, progress=translating)
        seeds = done.seeds
    shares_of_seeds = planned(seeds, n, chosen)
    texts = [Text.parse(seed.question, protect) for seed in seeds.seeds]
    ready, notes = _prepared(chosen, texts, protect, translating)
    if glossary is not None:
        notes["glossary"] = used(terms, texts)
    domain = Domain.of(texts, [_prose(seed.answer) for seed in seeds.seeds])
    ready = Recipe(tuple(replace(form, augmenter=grounded(form.augmenter, domain)) for form in ready.forms))
    common = Common(
        recipe=ready,
        random_seed=random_seed,
        batch_size=batch_size,
        keys=frozenset(text.key for text in texts),
        words=tuple(frozenset(word.lower() for word in text.words) for text in texts),
    )
    plans = [
        SeedPlan(text, seed.id, position, shares, quotes_stay=protects_quotes(seed.question, protect))
        for position, (text, seed, shares) in enumerate(zip(texts, seeds.seeds, shares_of_seeds, strict=True))
    ]
    judge = None
    if semantic is not None:
        from slmaug.semantic import Drift

        judge = Drift(semantic, seeds.seeds, texts)
    drawn = drawn_for_all(plans, common, workers, progress, judge)
    if judge is not None:
        notes["semantic"] = judge.notes()
    rows = _rows(seeds.seeds, drawn)
    Random(stream_key(random_seed, "shuffle")).shuffle(rows)
    settings: dict[str, object] = {
        "n": n,
        "random_seed": random_seed,
        "recipe": repr(chosen),
        **({} if glossary is None else {"glossary": terms}),
        **({} if semantic is None else {"semantic": repr(semantic)}),
        "cot": "none",
        "protect": [term for term in protect if isinstance(term, str)],
        "protect_regex": [_regex(term) for term in protect if not isinstance(term, str)],
        "question_column": seeds.question_column,
        "answer_column": seeds.answer_column,
        "on_duplicate": seeds.on_duplicate,
    }
    made = Rows(rows, seeds.seeds, replace(_report(seeds, rows, drawn, settings, n), notes=notes))
    if translate_to is not None:
        made = done.told(made)
    return made if rewriter is None else with_analyses(made, rewriter, random_seed)


def _prose(answer: str) -> str:
    """What an answer says in words; each block of code leaves a line that no phrase reaches across."""
    return "\n".join(part.raw if part.kind == "prose" else "" for part in parts_of(answer))


def _prepared(
    recipe: Recipe, texts: Sequence[Text], protect: Protect, progress: Callable[[int], object] | None
) -> tuple[Recipe, dict[str, Any]]:
    """The recipe with the slow part of its forms done for all seeds; and what is to be said of it, by form."""
    forms, notes = [], {}
    for form in recipe.forms:
        augmenter, found = prepared(form.augmenter, texts, protect, progress) if form.weight else (form.augmenter, [])
        forms.append(replace(form, augmenter=augmenter))
        if found:
            notes[form.name] = found[0] if len(found) == 1 else {"parts": found}
    return (Recipe(tuple(forms)), {"back_translation": notes}) if notes else (recipe, {})


def with_analyses(rows: Rows, rewriter: Rewriter, random_seed: int = 0) -> Rows:
    """The rows with an analysis of the rewriter's in front of each answer.

    Only seeds that have a row are written for. The report gets the rewriter's notes and what it turned down.
    """
    present = {row.seed_id for row in rows}
    seeds = [seed for seed in rows.seeds if seed.id in present]
    analyses = rewriter(seeds)
    settings = {**rows.report.settings, "cot": analyses.settings or repr(rewriter)}
    notes = {**rows.report.notes, **({"analyses": analyses.notes} if analyses.notes else {})}
    rejects = (*rows.report.rejects, *analyses.rejects)
    report = replace(rows.report, settings=settings, notes=notes, rejects=rejects)
    return Rows(analysed(rows, seeds, analyses, random_seed), rows.seeds, report)


def _regex(pattern: re.Pattern[str]) -> dict[str, object]:
    """The pattern and the names of its flags; that it is Unicode goes without saying."""
    flags = [flag.name for flag in re.RegexFlag if pattern.flags & flag and flag is not re.UNICODE]
    return {"pattern": pattern.pattern, "flags": flags}


def _rows(seeds: Sequence[Seed], drawn: Sequence[Drawn]) -> list[Row]:
    rows = []
    for seed, result in zip(seeds, drawn, strict=True):
        digest = answer_hash(seed.answer)
        rows.append(Row(seed.question, seed.answer, seed.id, "seed", (), digest))
        rows.extend(Row(v.question, seed.answer, seed.id, v.form, v.steps, digest) for v in result.variants)
    return rows


def _report(seeds: Seeds, rows: Sequence[Row], drawn: Sequence[Drawn], settings: dict[str, object], n: int) -> Report:
    shortfalls = []
    for seed, result in zip(seeds.seeds, drawn, strict=True):
        for form, asked in result.asked.items():
            if result.made[form] < asked:
                rejected = dict(result.rejected[form].most_common())
                shortfalls.append(Shortfall(seed.id, seed.place, form, asked, result.made[form], rejected))
    if len(rows) < n:
        shortfalls.append(Shortfall(None, seeds.source, None, n, len(rows), {}))
    return Report(
        source=seeds.source,
        source_sha256=seeds.sha256,
        settings=settings,
        forms=dict(Counter(row.form for row in rows).most_common()),
        per_seed=dict(sorted(Counter(row.seed_id for row in rows).items())),
        skipped=seeds.skipped,
        shortfalls=tuple(shortfalls),
        asked=n,
    )
