"""Rows with an analysis in front of each answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from slmaug.cot.answer_lock import preface
from slmaug.cot.answer_parts import has_code
from slmaug.cot.rewriter import Analyses, Rewriter
from slmaug.record import Row, Seed
from slmaug.rng import Random, stream_key


def as_rewriter(given: Rewriter | Literal["outline", "none"] | None) -> Rewriter | None:
    """A rewriter from what a user passes; None where the answers stay as they are."""
    if given is None or given == "none":
        return None
    if given == "outline":
        from slmaug.cot.outline import Outline

        return Outline()
    if isinstance(given, (str, type)) or not callable(given):
        raise ValueError(
            "cot must be 'outline', 'none' or a rewriter such as Outline() or Rationales(Chat('gpt-4o-mini')), "
            f"got {given!r}"
        )
    return given


def analysed(rows: Sequence[Row], seeds: Sequence[Seed], analyses: Analyses, random_seed: int) -> list[Row]:
    """The rows, each with one wording of its seed's analysis.

    ``analyses`` are those of ``seeds``, in their order; a row of another seed stays as it is. A row's wording depends
    on its question and the random seed alone, not on its place among the rows.
    """
    if len(analyses.by_seed) != len(seeds):
        raise ValueError(f"{len(analyses.by_seed)} analyses for {len(seeds)} seeds; expected one each")
    known = {
        seed.id: (analysis, has_code(seed.answer)) for seed, analysis in zip(seeds, analyses.by_seed, strict=True)
    }
    found = []
    for row in rows:
        if row.seed_id in known:
            analysis, code = known[row.seed_id]
            rng = Random(stream_key(random_seed, "analysis", row.seed_id, row.question))
            row = replace(row, analysis=preface(analysis.write(rng), has_code=code))
        found.append(row)
    return found
