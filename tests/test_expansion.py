"""expand(): what holds for any seeds, and what holds for the sample files."""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slmaug import SeedError, expand
from slmaug.augment import Augmenter, Phrasing, Swap, Typos, per_text
from slmaug.cot.answer_lock import answer_of
from slmaug.files import read_seeds
from slmaug.recipe import Form, Recipe
from slmaug.record import answer_hash
from slmaug.rng import Random
from slmaug.rows import Rows
from slmaug.text import Text, question_key

GARDEN = [
    {"Question": "How do I prune a rose bush in winter?", "Answer": "Cut above a bud.\n"},
    {"Question": "Why can't I open `config.py` on my phone?", "Answer": "  It is not there.  "},
    {"Question": "Where is the fuse box?", "Answer": 'In the hall — behind "the" door.'},
    {"Question": "如何在 Python 中读取文件？", "Answer": "用 `open()`。\r\n"},
    {"Question": "How long does a visa for Kenya take?", "Answer": "Two weeks\t🙂"},
]


def facts(rows: Rows) -> list[tuple[object, ...]]:
    return [(r.question, r.answer, r.seed_id, r.form, r.steps, r.answer_sha256) for r in rows]


def check(rows: Rows, n: int, protect: Sequence[str] = ()) -> None:
    """The promises: n rows or a shortfall, every answer its seed's bytes, every lock whole, no question twice."""
    seeds = {seed.id: seed for seed in rows.seeds}
    assert len(rows) == n or any(each.form is None and each.made == len(rows) for each in rows.report.shortfalls)
    assert len(rows) <= n
    texts = {i: Text.parse(seed.question, protect) for i, seed in seeds.items()}
    locked = {i: (Counter(text.locked), Counter(text.unquoted().locked)) for i, text in texts.items()}
    for row in rows:
        seed = seeds[row.seed_id]
        assert row.answer == seed.answer
        assert row.answer_sha256 == answer_hash(seed.answer)
        assert row.analysis.startswith("**Step-by-Step Analysis:**\n1. **")
        assert answer_of(row.completion) == seed.answer
        assert any(
            all(row.question.count(span) >= count for span, count in spans.items()) for spans in locked[row.seed_id]
        )
    assert {(r.seed_id, r.question) for r in rows if r.form == "seed"} == {(s.id, s.question) for s in seeds.values()}
    keys = Counter(question_key(row.question) or row.question for row in rows)
    assert {key: count for key, count in keys.items() if count > 1} == {}
    assert sum(rows.report.per_seed.values()) == sum(rows.report.forms.values()) == len(rows)


class Wrong:
    """An augmenter that does one thing to every text."""

    def __init__(self, question: str) -> None:
        self.question = question

    def __call__(self, texts: Sequence[Text], rngs: Sequence[Random]) -> list[Text]:
        return [Text.parse(self.question) for _ in texts]


def test_rows_come_out_as_many_as_asked_and_evenly() -> None:
    """Each seed gets its share to within one, its own question among them, and all promises hold."""
    rows = expand(GARDEN, 303)
    check(rows, 303)
    assert len(rows) == 303
    assert max(rows.report.per_seed.values()) - min(rows.report.per_seed.values()) <= 1


def test_forms_come_by_weight() -> None:
    """A form of three times the weight makes three times the rows."""
    recipe = Recipe((Form("polite", 1, Phrasing("polite")), Form("context", 3, Phrasing("context"))))
    forms = expand(GARDEN[:3], 123, recipe=recipe).report.forms
    assert forms == {"context": 90, "polite": 30, "seed": 3}


@pytest.mark.parametrize("more", [{"workers": 2}, {"batch_size": 1}, {"batch_size": 7}], ids=str)
def test_workers_and_batch_size_change_no_row(more: dict[str, int]) -> None:
    """Same rows, same order, same steps."""
    assert facts(expand(GARDEN, 150, **more)) == facts(expand(GARDEN, 150))  # type: ignore[arg-type]


def test_the_hash_seed_of_python_changes_no_row() -> None:
    """Two processes with different PYTHONHASHSEED write the same bytes."""
    code = (
        "import hashlib; from slmaug import expand\n"
        "seeds = [{'Question': 'How do I prune a rose bush?', 'Answer': 'a'},\n"
        "         {'Question': '如何读取文件？', 'Answer': 'b'}]\n"
        "print(hashlib.sha256(ascii([(r.question, r.form, r.steps) for r in expand(seeds, 120)]).encode()).hexdigest())"
    )
    root = str(Path(__file__).parents[1])
    printed = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=root,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(printed) == 1


def test_another_random_seed_makes_other_rows() -> None:
    """The number is the source of randomness: same number same rows, another number others."""
    assert facts(expand(GARDEN, 100, random_seed=1)) == facts(expand(GARDEN, 100, random_seed=1))
    one, other = ({r.question for r in expand(GARDEN, 100, random_seed=seed)} for seed in (1, 2))
    assert len(one & other) < 60


def test_global_generators_are_left_alone() -> None:
    """Neither ``random`` nor numpy's global generator is read or moved."""
    numpy = pytest.importorskip("numpy")
    random.seed(5)
    numpy.random.seed(5)
    states = random.getstate(), numpy.random.get_state()[1].tolist()
    first = facts(expand(GARDEN, 60))
    assert (random.getstate(), numpy.random.get_state()[1].tolist()) == states
    random.seed(99)
    assert facts(expand(GARDEN, 60)) == first


def test_a_seed_more_leaves_most_rows_of_the_others() -> None:
    """With the same number of rows each, a new seed at the end changes no more than it must."""
    before = {(r.seed_id, r.question) for r in expand(GARDEN, 150)}
    after = {
        (r.seed_id, r.question) for r in expand([*GARDEN, {"Question": "Who waters the plants?", "Answer": "Me"}], 180)
    }
    assert len(before & after) > 0.95 * len(before)


def test_other_seeds_do_not_change_a_seed_s_rows() -> None:
    """The stream of a seed hangs on its id, not on what the others ask."""
    changed = [*GARDEN[:4], {"Question": "Does the shop deliver on Sundays?", "Answer": "Yes"}]
    one, other = ({r.question for r in expand(seeds, 150) if r.seed_id == 0} for seeds in (GARDEN, changed))
    assert len(one & other) > 0.9 * len(one)


@pytest.mark.parametrize("n", [1, 5, 6])
def test_n_may_be_as_small_as_the_number_of_seeds(n: int) -> None:
    """With n equal to the seeds, their own rows are all there is; below, the error names both numbers."""
    if n < 5:
        with pytest.raises(SeedError, match=r"n is 1, but .* has 5 usable seeds"):
            expand(GARDEN, n)
    else:
        rows = expand(GARDEN, n)
        check(rows, n)
        assert rows.report.forms["seed"] == 5


def test_one_seed_is_enough() -> None:
    """A single pair is expanded like many."""
    rows = expand(GARDEN[:1], 100)
    check(rows, 100)
    assert len(rows) == 100


def test_one_pair_twice_counts_once() -> None:
    """The same question with the same answer is one seed, and the report says what was skipped."""
    rows = expand([*GARDEN, dict(GARDEN[0])], 60)
    check(rows, 60)
    assert len(rows.seeds) == 5
    assert [skipped.place for skipped in rows.report.skipped] == ["row 5"]


def test_one_question_under_two_answers_is_an_error_or_the_first() -> None:
    """Case and spacing make no other question."""
    twice = [GARDEN[0], {"Question": "how do i prune a  rose bush in winter", "Answer": "Never."}]
    with pytest.raises(SeedError, match=r"row 1: .*how do i prune"):
        expand(twice, 50)
    assert {row.answer for row in expand(twice, 50, on_duplicate="first")} == {GARDEN[0]["Answer"]}


@pytest.mark.parametrize("question", ["`df.head()`", "???", "42", "https://a.b/c", "ファイル", "a", "🙂"])
def test_a_question_without_a_free_word_makes_what_it_can(question: str) -> None:
    """Only code, only signs: the seed's own row and whatever can be put around it, the rest reported as short."""
    rows = expand([{"Question": question, "Answer": "x"}, GARDEN[0]], 60)
    check(rows, 60)


def test_protected_terms_stay_in_every_row() -> None:
    """A phrase that the user protects is in each variant as the seed has it."""
    rows = expand([{"Question": "How do I prune a rose bush in winter?", "Answer": "a"}], 150, protect=["ROSE  bush"])
    check(rows, 150, ["rose bush"])
    assert all("rose bush" in row.question for row in rows)


def test_quotes_that_are_protected_stay_in_every_row() -> None:
    """Casual wordings leave out the quotes round a name, all or none, and never those that the user protects."""
    seeds = [{"Question": "How do I add 'a.png' to the file 'b.tar'?", "Answer": "a"}]
    free = expand(seeds, 100)
    check(free, 100)
    assert {(row.question.count("'a.png'"), row.question.count("'b.tar'")) for row in free} == {(1, 1), (0, 0)}
    for term in ("'b.tar'", re.compile("'[^']+'")):
        kept = expand(seeds, 100, protect=[term])
        check(kept, 100)
        assert all("'a.png'" in row.question and "'b.tar'" in row.question for row in kept)


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("open b.txt now", "a locked span was changed"),
        ("Open a.txt now", "the same question again"),
        ("", "no words left"),
    ],
)
def test_an_augmenter_that_breaks_a_promise_makes_no_row(question: str, reason: str) -> None:
    """The report counts the draws that were turned down, by reason."""
    rows = expand([{"Question": "Open a.txt now", "Answer": "x"}], 10, recipe=Wrong(question))
    check(rows, 10)
    assert len(rows) == 1
    assert {k for s in rows.report.shortfalls for k in s.rejected} == {reason}


def test_an_augmenter_that_raises_is_heard() -> None:
    """A custom augmenter's own error comes through, in one process."""

    class Broken:
        @per_text
        def __call__(self, text: Text, rng: Random) -> Text:
            raise LookupError("no such word")

    with pytest.raises(LookupError, match="no such word"):
        expand(GARDEN, 50, recipe=Broken())


@pytest.mark.parametrize(
    "recipe", [Swap(), {"mine": Typos(), "yours": Swap()}, Recipe((Form("one", 1, Typos()),))], ids=type
)
def test_a_recipe_may_be_an_augmenter_a_mapping_or_a_recipe(recipe: Augmenter) -> None:
    """All three work, and rows carry the names of the forms."""
    rows = expand(GARDEN, 25, recipe=recipe)
    check(rows, 25)
    assert set(rows.report.forms) <= {"seed", "swap", "mine", "yours", "one"}


def test_one_question_that_two_seeds_reach_is_neither_s() -> None:
    """Seeds a word apart do not meet in a variant."""
    near = [
        {"Question": f"How do I {verb} the card?", "Answer": verb} for verb in ("block", "unblock", "order", "lock")
    ]
    check(expand(near, 400), 400)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=30),
            st.lists(
                st.sampled_from(
                    "How do I|Why can't|is|the|card|not|`x`|C#|open|a_b|如何|读取|?|.|pay|I|\n|Foo Bar|3 GB".split("|")
                ),
                min_size=1,
                max_size=8,
            ).map(" ".join),
        ).filter(str.strip),
        min_size=1,
        max_size=4,
    ),
    st.integers(0, 40),
)
def test_the_promises_hold_for_any_questions(questions: list[str], more: int) -> None:
    """Whatever characters the questions are made of."""
    seeds = [{"Question": question, "Answer": f" {i}"} for i, question in enumerate(questions)]
    n = len(seeds) + more
    check(expand(seeds, n, on_duplicate="first"), n)


DATA = Path(os.environ.get("SLMAUG_DATA") or Path(__file__).parents[2] / "shared" / "data")


@pytest.mark.parametrize("name", ["support_seeds.csv", "bash_seeds.csv", "dotnet_zh_seeds.csv", "seeds_messy.csv"])
def test_the_sample_files_expand_with_every_promise_kept(name: str, tmp_path: Path) -> None:
    """3000 rows or a reported shortfall; no lock broken, no question twice, every answer byte for byte in the file."""
    if not (DATA / name).exists():
        pytest.skip(f"{DATA / name} is not here; set SLMAUG_DATA to the folder of the sample files")
    seeds = read_seeds(DATA / name, on_duplicate="first")
    rows = expand(seeds, 3000)
    check(rows, 3000)
    answers = {seed.id: seed.answer for seed in seeds.seeds}
    written = rows.write(tmp_path / "out.jsonl").read_bytes().decode("utf-8").split("\n")[:-1]
    for record in map(json.loads, written):
        assert record["completion"][0]["content"].endswith(answers[record["seed_id"]])
        assert answer_of(record["completion"][0]["content"]) == answers[record["seed_id"]]
