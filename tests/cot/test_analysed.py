"""Analyses in front of answers: every row of a seed, its own wording, the answer untouched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from slmaug import expand
from slmaug.cot.analysed import analysed, as_rewriter
from slmaug.cot.answer_lock import answer_of
from slmaug.cot.outline import Outline
from slmaug.cot.rewriter import Analyses, Reject
from slmaug.record import Row, Seed, answer_hash
from slmaug.rng import Random
from slmaug.rows import Rows

SEEDS = [
    {"Question": "How do I print a line?", "Answer": "```python\nprint('line')\n```"},
    {"Question": "Where is the log?", "Answer": "   In `logs/`, or where LOG_DIR points to.  "},
]


@dataclass(frozen=True)
class Numbered:
    """A rewriter with two wordings for each seed, and one thing it turned down."""

    def __call__(self, seeds: Sequence[Seed]) -> Analyses:
        rejects = (Reject(seeds[0].id, seeds[0].place, "rationale", "too short", "No."),)
        return Analyses(tuple(TwoWays(seed) for seed in seeds), rejects, {"by": "numbers"})


@dataclass(frozen=True)
class TwoWays:
    seed: Seed

    def write(self, rng: Random) -> str:
        return f"1. **{rng.choice(('Look', 'See'))}**: {self.seed.question}"


def built(**settings: object) -> Rows:
    return expand(SEEDS, n=40, cot=Numbered(), **settings)  # type: ignore[arg-type]


def test_every_row_gets_the_analysis_of_its_own_seed() -> None:
    """The analysis speaks of the row's seed, and the answer behind it is the seed's, byte for byte."""
    for row in built():
        seed = SEEDS[row.seed_id]
        assert seed["Question"] in row.analysis
        assert row.answer == seed["Answer"]
        assert answer_of(row.completion) == seed["Answer"]
        assert row.answer_sha256 == answer_hash(seed["Answer"])


def test_an_answer_with_code_is_opened_as_a_code_sample() -> None:
    """The line before the answer says which of the two it is."""
    lines = {row.seed_id: row.analysis.splitlines()[-1] for row in built()}
    assert lines == {0: "**Code Sample**:", 1: "**Answer**:"}


def test_the_wording_varies_among_the_rows_of_a_seed() -> None:
    """Both wordings of a seed are used."""
    assert len({row.analysis for row in built() if row.seed_id == 0}) == 2


def test_a_row_has_the_same_analysis_wherever_it_stands() -> None:
    """The wording depends on seed, question and random seed: batches, workers and slices change nothing."""
    rows = built()
    assert list(built(workers=2)) == list(rows)
    analyses = Numbered()(rows.seeds)
    some = [Row(r.question, r.answer, r.seed_id, r.form, r.steps, r.answer_sha256) for r in rows[5:9]]
    assert analysed(some, rows.seeds, analyses, 0) == list(rows[5:9])
    assert analysed(some, rows.seeds, analyses, 1) != list(rows[5:9])


def test_the_report_says_how_the_analyses_were_made() -> None:
    """Settings, notes and rejects of the rewriter reach the report."""
    report = built().report
    assert report.settings["cot"] == "Numbered()"
    assert report.notes == {"analyses": {"by": "numbers"}}
    assert [reject.reason for reject in report.rejects] == ["too short"]


def test_the_outline_is_the_default_and_none_leaves_answers_alone() -> None:
    """Without a word an answer is outlined; with cot="none" the completion is the answer."""
    assert all(row.analysis for row in expand(SEEDS, n=10))
    assert all(row.completion == row.answer for row in expand(SEEDS, n=10, cot="none"))
    assert as_rewriter("outline") == Outline()
    assert as_rewriter(None) is None


@pytest.mark.parametrize("given", ["llm", "outlines", Outline, 3])
def test_what_is_no_rewriter_is_refused(given: object) -> None:
    """The error names what is possible."""
    with pytest.raises(ValueError, match="cot must be 'outline', 'none' or a rewriter"):
        expand(SEEDS, n=10, cot=given)  # type: ignore[arg-type]


def test_a_rewriter_that_forgets_a_seed_is_an_error() -> None:
    """As many analyses as seeds, or the rows would get those of another."""
    seeds = [Seed(0, "How?", "So."), Seed(1, "Why?", "Thus.")]
    with pytest.raises(ValueError, match="1 analyses for 2 seeds"):
        analysed([], seeds, Analyses((TwoWays(seeds[0]),)), 0)
