"""The seven rounds can be replayed: their rows, the model they start from, the statistics, and a run of all of them."""

from __future__ import annotations

import csv
import importlib
import json
import sys
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slmaug.files import read_seeds
from slmaug.train.likeness import words_of
from slmaug.train.reading import read_examples

EXAMPLES = Path(__file__).parents[1] / "examples"
SEEDS = [
    ("How do I find the large log files?", "They lie in logs."),
    ("Which port does the server listen on?", "On port 8080."),
    ("How can I reset the password of an account?", "Ask the desk."),
]
REAL = [("where are big logs kept", 0), ("port of the web server", 1), ("i forgot my password, help", 2)]


def _module(name: str) -> Any:
    sys.path.insert(0, str(EXAMPLES))
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(str(EXAMPLES))


pretrained_phi3, rounds_report, seven_rounds = map(_module, ("pretrained_phi3", "rounds_report", "seven_rounds"))

TINY = replace(
    seven_rounds.QUICK,
    rows_per_seed=4,
    most_steps=2,
    questions=3,
    pretraining=pretrained_phi3.Pretraining(width=32, layers=1, vocabulary=600, steps=3, batch=2, block=32),
    most_files=5,
)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The seeds and the real phrasings as CSV."""
    folder = tmp_path_factory.mktemp("sets")
    for name, header, rows in (
        ("seeds", ("Question", "Answer"), SEEDS),
        ("real", ("Question", "seed_id"), [*REAL, (SEEDS[0][0], 0)]),
    ):
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([header, *rows])
    return folder / "seeds.csv", folder / "real.csv"


@pytest.fixture(scope="module")
def rows(files: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The rows of all rounds, 20 a seed."""
    study = replace(TINY, rows_per_seed=20)
    written: list[Path] = seven_rounds.written(read_seeds(files[0]), study, tmp_path_factory.mktemp("rows"))
    return written


def test_each_round_has_the_rows_it_is_about(rows: list[Path]) -> None:
    """1 and 2 have the seeds; 3 and 4 the same repeated, 4 with an analysis; 5 edited words; 6 and 7 all forms."""
    sets = [read_examples(path).examples for path in rows]
    assert [len(each) for each in sets[:4]] == [3, 3, 60, 60]
    assert all({each.question for each in one} == {question for question, _ in SEEDS} for one in sets[:4])
    assert [any(each.completion != each.answer for each in one) for one in sets] == [False] * 3 + [True] * 4
    forms = [{json.loads(line)["form"] for line in path.read_text(encoding="utf-8").splitlines()} for path in rows]
    assert forms[4] <= {"seed", "insertion", "swap", "deletion"}
    assert {"context", "polite", "question"} <= forms[5]
    assert rows[5].read_bytes() == rows[6].read_bytes()


def test_no_question_that_is_asked_stands_in_a_round(files: tuple[Path, Path], rows: list[Path]) -> None:
    """A real phrasing that a row asks is left out, and the words on where the questions come from say how many are."""
    seeds = read_seeds(files[0])
    asked, source = seven_rounds.unseen_questions(files[1], seeds, rows, TINY)
    assert [each.question for each in asked] == [question for question, _ in REAL]
    assert [each.answer for each in asked] == [answer for _, answer in SEEDS]
    assert source == "3 of 4 real phrasings of real.csv; 1 that a round's rows ask are left out"


def test_without_real_phrasings_what_round_6_holds_out_is_asked(files: tuple[Path, Path], rows: list[Path]) -> None:
    """The stand-ins are rows of round 6 that no other round has, and it is said that they are not real."""
    study = replace(TINY, questions=6)
    asked, source = seven_rounds.unseen_questions(None, read_seeds(files[0]), rows, study)
    trained = {words_of(each.question) for path in rows[:5] for each in read_examples(path).examples}
    assert asked
    assert {each.question for each in asked} <= {each.question for each in read_examples(rows[5]).examples}
    assert not trained & {words_of(each.question) for each in asked}
    assert "no real phrasings" in source


def test_the_general_text_is_the_installation_s_and_holds_no_phrase_it_must_not() -> None:
    """Paragraphs and chats are found offline, the same twice, and one with a given phrase is left out."""
    text = pretrained_phi3.general_text(most_files=5)
    assert text == pretrained_phi3.general_text(most_files=5)
    assert sum(map(len, text.plain)) > 100_000
    assert text.chats
    question, answer = text.chats[0]
    phrase = "  ".join(answer.upper().split())
    less = text.without([phrase, "a phrase that stands nowhere in it"])
    assert (question, answer) not in less.chats
    assert all(" ".join(answer.casefold().split()) not in " ".join(each.casefold().split()) for each in less.texts)
    assert text.without([]) == text


@given(
    documents=st.lists(st.lists(st.integers(1, 99), max_size=7), min_size=1, max_size=9).filter(any),
    length=st.integers(1, 20),
    random_seed=st.integers(0, 9),
)
def test_every_block_is_full_and_begins_where_a_document_begins(
    documents: list[list[int]], length: int, random_seed: int
) -> None:
    """Blocks have the length asked for, and none begins in the midst of a document."""
    for block in islice(pretrained_phi3.blocks(documents, length, random_seed), 5):
        assert len(block) == length
        assert any(each[:length] == block[: len(each)] for each in documents if each)


@given(right=st.integers(0, 60), wrong=st.integers(0, 60))
def test_the_interval_holds_the_share(right: int, wrong: int) -> None:
    """Wilson's interval lies between 0 and 1 around the share, and is narrower for ten times the questions."""
    total = right + wrong
    if not total:
        return
    low, high = rounds_report.wilson(right, total)
    assert 0 <= low <= right / total + 1e-12
    assert right / total - 1e-12 <= high <= 1
    more = rounds_report.wilson(10 * right, 10 * total)
    assert more[1] - more[0] < high - low


def test_the_interval_is_wilson_s() -> None:
    """10 of 20: 0.299 to 0.701, as in Newcombe (1998) and every table of it."""
    assert rounds_report.wilson(10, 20) == pytest.approx((0.2993, 0.7007), abs=1e-4)


@given(pairs=st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=40))
def test_the_test_of_a_round_does_not_depend_on_its_direction(pairs: list[tuple[bool, bool]]) -> None:
    """What one direction gains the other loses, at the same p-value; questions that stay as they were have no part."""
    before, after = [one for one, _ in pairs], [other for _, other in pairs]
    gained, lost, p = rounds_report.paired(before, after)
    assert (lost, gained, p) == rounds_report.paired(after, before)
    assert (gained, lost, p) == rounds_report.paired([*before, True, False], [*after, True, False])
    assert gained - lost == sum(after) - sum(before)
    assert 0 < p <= 1


def test_the_words_on_a_round_follow_from_its_numbers() -> None:
    """Eight gained of eight is an effect, p = 2/2**8; one gained is none; and eight lost is harm."""
    none, eight, one = [False] * 20, [True] * 8 + [False] * 12, [True] + [False] * 19
    assert rounds_report.verdict(None, none) == "the start"
    assert rounds_report.verdict(none, eight) == "helps: 8 gained, 0 lost (p = 0.0078)"
    assert rounds_report.verdict(none, one) == "no difference shown: 1 gained, 0 lost (p = 1)"
    assert rounds_report.verdict(eight, none) == "hurts: 0 gained, 8 lost (p = 0.0078)"


def test_rounds_run_and_a_finished_one_is_not_run_again(
    files: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A replay leaves table and picture; called again it changes no round and prints the same; other settings are an
    error."""
    pytest.importorskip("trl")
    pytest.importorskip("matplotlib")
    argv = ["--seeds", str(files[0]), "--real", str(files[1]), "--out", str(tmp_path), "--rounds", "1", "6"]
    assert seven_rounds.main(argv, lambda _: TINY) == 0
    first = capsys.readouterr().out
    results = [tmp_path / f"round{number}" / "result.json" for number in (1, 6)]
    times = [each.stat().st_mtime_ns for each in results]
    with (tmp_path / "table.csv").open(encoding="utf-8") as file:
        table = list(csv.DictReader(file))
    assert [(each["round"], each["rows"]) for each in table] == [("1", "3"), ("6", "12")]
    assert table[0]["steps"] == "2 of 30"
    assert (tmp_path / "table.md").read_text(encoding="utf-8") == first
    assert (tmp_path / "rounds.png").read_bytes().startswith(b"\x89PNG")
    lora, full = (json.loads(each.read_text(encoding="utf-8"))["parameters"] for each in results)
    assert lora < full

    assert seven_rounds.main(argv, lambda _: TINY) == 0
    assert capsys.readouterr().out == first
    assert [each.stat().st_mtime_ns for each in results] == times

    assert seven_rounds.main(argv, lambda _: replace(TINY, rate_factor=2.0)) == 1
    message = capsys.readouterr().err.splitlines()[-1]
    assert "another replay, with another rate_factor; give another --out" in message
