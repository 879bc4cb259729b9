"""Drawing for all seeds: rounds, progress and worker processes; what was planned before and what is reported after."""

from __future__ import annotations

import multiprocessing
import os
import re
import signal
from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from slmaug import drawing, expand
from slmaug.augment import Deletion, Phrasing, Swap
from slmaug.augment.augmenter import per_text
from slmaug.files import read_seeds
from slmaug.plan import Common, SeedPlan
from slmaug.recipe import Form, Recipe
from slmaug.rng import Random
from slmaug.text import Text

PAIRS = [(f"How do I read the {word} file?", word) for word in ("first", "second", "third", "last")]


def letters(number: int) -> str:
    """A word for each number; digits would be locked."""
    return "".join(chr(ord("a") + int(digit)) for digit in str(number))


@dataclass(frozen=True)
class Questions:
    """One of ``count`` questions, the same ones for every seed: seeds get into each other's way."""

    count: int

    @per_text
    def __call__(self, text: Text, rng: Random) -> Text:
        return Text.parse(f"Question about {letters(rng.randrange(self.count))}")


@dataclass(frozen=True)
class Own:
    """One of ``count`` questions of the seed's own."""

    count: int

    @per_text
    def __call__(self, text: Text, rng: Random) -> Text:
        return Text.parse(f"{text} {letters(rng.randrange(self.count))}")


def crowded(questions: int) -> Recipe:
    return Recipe((Form("shared", 1, Questions(questions)), Form("own", 1, Own(30))))


@pytest.mark.parametrize(("questions", "n"), [(1000, 60), (30, 90), (30, 400)])
def test_progress(questions: int, n: int) -> None:
    """Progress only moves on, and ends at n exactly if n rows were made, though seeds collide and are drawn again."""
    calls: list[int] = []
    rows = expand(PAIRS, n, recipe=crowded(questions), progress=calls.append)
    assert min(calls) > 0
    assert len(rows) <= sum(calls) <= n
    assert (sum(calls) == n) is (len(rows) == n)
    assert len({row.question for row in rows}) == len(rows) <= n


def test_later_rounds_are_not_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """What later rounds add is reported as they go: more calls come than seeds."""
    drawn: list[int] = []
    calls: list[int] = []
    draw = drawing.draw

    def counted(plan: SeedPlan, common: Common) -> object:
        drawn.append(plan.position)
        return draw(plan, common)

    monkeypatch.setattr(drawing, "draw", counted)
    expand(PAIRS, 90, recipe=crowded(30), progress=calls.append)
    assert len(drawn) > len(PAIRS)
    assert len(calls) > len(PAIRS)


def test_workers_change_nothing() -> None:
    """The rows are those of one process, over several rounds, and progress ends at their number."""
    calls: list[int] = []
    rows = expand(PAIRS, 90, recipe=crowded(30), workers=2, progress=calls.append)
    assert rows == expand(PAIRS, 90, recipe=crowded(30))
    assert sum(calls) == len(rows)


@pytest.mark.skipif(multiprocessing.get_start_method() != "fork", reason="the worker must inherit what is patched")
def test_workers_ignore_interrupts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C reaches every process of a terminal; the workers leave it to their parent."""
    draw, parent = drawing.draw, os.getpid()

    def interrupted(plan: SeedPlan, common: Common) -> object:
        assert os.getpid() != parent
        os.kill(os.getpid(), signal.SIGINT)
        return draw(plan, common)

    monkeypatch.setattr(drawing, "draw", interrupted)
    assert len(expand(PAIRS, 20, recipe=crowded(1000), workers=2)) == 20


def test_an_error_in_a_worker_comes_out() -> None:
    """What an augmenter raises in a worker is raised by expand."""
    with pytest.raises(ZeroDivisionError):
        expand(PAIRS, 20, recipe=Recipe((Form("broken", 1, _broken),)), workers=2)


def _broken(texts: Sequence[Text], rngs: Sequence[Random]) -> list[Text]:
    raise ZeroDivisionError


# --- the report of an expansion

PROMPTS = [
    {"prompt": "How do I reset my password?", "completion": "So."},
    {"prompt": "Where can I pay by card?", "completion": "There."},
    {"prompt": "How do I reset my password?", "completion": "Otherwise."},
]


def test_settings() -> None:
    """The settings name the columns that were read, what was done with duplicates, and patterns with their flags."""
    protect = ["bank card", re.compile(r"kb-\d+", re.IGNORECASE | re.ASCII), re.compile("pay")]
    settings = expand(PROMPTS, 9, protect=protect, on_duplicate="first").report.settings
    assert settings["protect"] == ["bank card"]
    assert settings["protect_regex"] == [
        {"pattern": r"kb-\d+", "flags": ["ASCII", "IGNORECASE"]},
        {"pattern": "pay", "flags": []},
    ]
    assert (settings["question_column"], settings["answer_column"]) == ("prompt", "completion")
    assert settings["on_duplicate"] == "first"


def test_settings_of_seeds() -> None:
    """Seeds read before carry their columns and what was done with duplicates."""
    seeds = read_seeds(PROMPTS, on_duplicate="first")
    assert expand(seeds, 9).report.settings == expand(PROMPTS, 9, on_duplicate="first").report.settings


def test_shortfalls() -> None:
    """A form that runs dry is reported for each seed with what was rejected why; a set that falls short, as a whole."""
    recipe = Recipe((Form("swap", 1, Swap()), Form("deletion", 1, Deletion())))
    report = expand(PROMPTS[:2], 4000, recipe=recipe).report
    *of_seeds, whole = report.shortfalls
    assert {(each.seed_id, each.place, each.form) for each in of_seeds} == {
        (at, f"row {at}", form) for at in (0, 1) for form in ("swap", "deletion")
    }
    for each in of_seeds:
        assert each.made < each.asked
        assert list(each.rejected.values()) == sorted(each.rejected.values(), reverse=True)
        assert set(each.rejected) <= {
            "the same question again",
            "nothing to change",
            "too short to tell from another seed's question",
        }
    assert (whole.seed_id, whole.place, whole.form, whole.asked) == (None, "list of dicts", None, 4000)
    assert whole.made == sum(report.forms.values()) < 4000


def test_nothing_fell_short() -> None:
    """A whole set reports no shortfall."""
    recipe = Recipe((Form("context", 1, Phrasing("context")),))
    assert expand(PROMPTS[:2], 20, recipe=recipe).report.shortfalls == ()
