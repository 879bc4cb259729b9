"""expand(): thirty seeds in, three thousand rows out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from dataclasses import replace
from os import PathLike
from typing import Literal

from slmaug.augment import Augmenter
from slmaug.errors import SeedError
from slmaug.files import Seeds, read_seeds
from slmaug.manifest import Report, Shortfall
from slmaug.plan import Drawn, SeedPlan, draw, even_shares
from slmaug.recipe import Recipe, as_recipe
from slmaug.record import Row, Seed, answer_hash
from slmaug.rng import Random, stream_key
from slmaug.rows import Rows
from slmaug.text import Text

_ROUNDS = 8  # of settling questions that two seeds both reached, and of sharing out what a seed could not fill


def expand(
    source: str | PathLike[str] | Seeds | Iterable[object],
    n: int = 3000,
    *,
    recipe: Recipe | Augmenter | Mapping[str, Augmenter] | None = None,
    random_seed: int = 0,
    protect: Sequence[str | re.Pattern[str]] = (),
    question_column: str | None = None,
    answer_column: str | None = None,
    on_duplicate: Literal["error", "first"] = "error",
    workers: int = 1,
    batch_size: int = 32,
    progress: Callable[[int], object] | None = None,
) -> Rows:
    """Expand question-answer seeds to ``n`` training rows.

    Args:
        source: a path to CSV, TSV, JSONL, JSON or Parquet, a DataFrame, a ``datasets.Dataset``, dicts, or Seeds.
        n: rows in all, the seeds' own included; spread evenly over the seeds.
        recipe: a :class:`Recipe`, one augmenter, or augmenters by form name. None takes the default recipe.
        random_seed: the only source of randomness. Equal input and settings give equal rows.
        protect: more terms to leave untouched: phrases (any case) and compiled patterns.
        question_column, answer_column: names of the columns where they are not ``Question`` and ``Answer``.
        on_duplicate: what to do with one question under two answers: an error, or go on with the first.
        workers: processes to draw in. They change the time, not the rows.
        batch_size: variants an augmenter is handed at once. It changes the time, not the rows.
        progress: called with the number of rows each time some are done.

    Returns:
        The rows, shuffled. ``rows.report`` counts them and says what was skipped and what fell short.

    Raises:
        SeedError: the input cannot be used, with the place and what was expected.
    """
    seeds = source if isinstance(source, Seeds) else read_seeds(
        source, question_column=question_column, answer_column=answer_column, on_duplicate=on_duplicate
    )
    if n < len(seeds.seeds):
        raise SeedError(f"n is {n}, but {seeds.source} has {len(seeds.seeds)} usable seeds and each needs a row")
    if workers < 1 or batch_size < 1:
        raise ValueError(f"workers and batch_size must be 1 or more, got {workers} and {batch_size}")
    chosen = as_recipe(recipe)
    texts = [Text.parse(seed.question, protect) for seed in seeds.seeds]
    keys = [text.key for text in texts]
    words = [frozenset(word.lower() for word in text.words) for text in texts]
    plans = [
        SeedPlan(
            text=texts[i],
            index=seeds.seeds[i].id,
            count=count - 1,
            recipe=chosen,
            random_seed=random_seed,
            taken=frozenset(keys) - {keys[i]},
            others=tuple(words[:i] + words[i + 1 :]),
            batch_size=batch_size,
        )
        for i, count in enumerate(even_shares(n, len(texts)))
    ]
    pool = ProcessPoolExecutor(workers) if workers > 1 else None
    with pool or nullcontext():
        drawn = _settled(plans, pool.map if pool else map, progress)
    rows = _rows(seeds.seeds, drawn)
    Random(stream_key(random_seed, "shuffle")).shuffle(rows)
    settings = {
        "n": n,
        "random_seed": random_seed,
        "recipe": repr(chosen),
        "protect": [term.pattern if isinstance(term, re.Pattern) else term for term in protect],
        "on_duplicate": on_duplicate,
    }
    return Rows(rows, seeds.seeds, _report(seeds, rows, drawn, settings, n))


def _settled(plans: list[SeedPlan], run: Callable[..., Iterable[Drawn]], progress: Callable[[int], object] | None) -> list[Drawn]:
    """Draw for every seed until no question stands under two of them and no seed with room leaves rows unmade."""
    drawn: list[Drawn] = []
    for result in run(draw, plans):
        drawn.append(result)
        if progress:
            progress(len(result.variants) + 1)
    wanted = sum(plan.count for plan in plans)
    full: set[int] = set()
    for _ in range(_ROUNDS):
        owners = Counter(variant.key for result in drawn for variant in result.variants)
        shared = frozenset(key for key, count in owners.items() if count > 1)
        again = {i for i, result in enumerate(drawn) if shared and any(v.key in shared for v in result.variants)}
        for i in again:
            plans[i] = replace(plans[i], taken=plans[i].taken | shared)
        if not again:
            full |= {i for i, (plan, result) in enumerate(zip(plans, drawn)) if len(result.variants) < plan.count}
            missing = wanted - sum(len(result.variants) for result in drawn)
            room = [i for i in range(len(plans)) if i not in full]
            if not missing or not room:
                break
            for i, more in zip(room, even_shares(missing, len(room))):
                if more:
                    plans[i] = replace(plans[i], count=len(drawn[i].variants) + more)
                    again.add(i)
        order = sorted(again)
        for i, result in zip(order, run(draw, [plans[i] for i in order])):
            drawn[i] = result
    return _without_shared(drawn)


def _without_shared(drawn: list[Drawn]) -> list[Drawn]:
    """Leave out what two seeds still share after the last round."""
    owners = Counter(variant.key for result in drawn for variant in result.variants)
    for result in drawn:
        for variant in [v for v in result.variants if owners[v.key] > 1]:
            result.variants.remove(variant)
            result.made[variant.form] -= 1
            result.rejected[variant.form]["another seed's question"] += 1
    return drawn


def _rows(seeds: Sequence[Seed], drawn: Sequence[Drawn]) -> list[Row]:
    rows = []
    for seed, result in zip(seeds, drawn):
        digest = answer_hash(seed.answer)
        rows.append(Row(seed.question, seed.answer, seed.id, "seed", (), digest))
        rows.extend(Row(v.question, seed.answer, seed.id, v.form, v.steps, digest) for v in result.variants)
    return rows


def _report(seeds: Seeds, rows: Sequence[Row], drawn: Sequence[Drawn], settings: dict[str, object], n: int) -> Report:
    shortfalls = []
    for seed, result in zip(seeds.seeds, drawn):
        for form, asked in result.asked.items():
            if result.made[form] < asked:
                shortfalls.append(
                    Shortfall(f"{seed.place} form '{form}'", asked, result.made[form], _why(result.rejected[form]))
                )
    if len(rows) < n:
        shortfalls.append(Shortfall(seeds.source, n, len(rows), "every form of every seed ran dry"))
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


def _why(rejected: Counter[str]) -> str:
    return ", ".join(f"{reason} ({count} draws)" for reason, count in rejected.most_common()) or "nothing to draw"
