"""Training rows and real questions in: what comes back from every format, and what each error says."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slmaug.errors import SlmaugError
from slmaug.formats import FORMATS, Format, to_record, write_rows
from slmaug.record import Row
from slmaug.train.example import Example
from slmaug.train.reading import known_answers, read_examples, read_questions
from slmaug.train.records import examples_of

ANALYSIS = "**Step-by-Step Analysis:**\n1. **Define Purpose**: It reads.\n\n**Answer**:\n"
ROWS = (
    Row("How do I read\na file?", "Use `open()`:\r\n\tcode\n", 0, "seed", (), "aa", analysis=ANALYSIS),
    Row("如何读取文件？", "  用`open`。\u2028", 3, "polite", ("Phrasing()",), "bb"),
)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(str.strip)


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def lines(*records: Any) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


def expected(system: str | None, place: str) -> list[Example]:
    return [
        Example(row.question, row.completion, system, row.seed_id, place.format(number))
        for number, row in enumerate(ROWS)
    ]


def message(path: Path) -> str:
    with pytest.raises(SlmaugError) as caught:
        read_examples(path)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def question_message(path: Path, answers: dict[int, str] | None = None) -> str:
    with pytest.raises(SlmaugError) as caught:
        read_questions(path, {0: "So.", 3: "There."} if answers is None else answers)
    assert "\n" not in str(caught.value)
    return str(caught.value)


# --- what comes back ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("system", [None, "Be brief.\n\nBe right."])
def test_what_was_written(tmp_path: Path, format: Format, system: str | None) -> None:
    """Rows of every format come back byte for byte from JSONL, JSON and Parquet, with system prompt, seed and place."""
    path = tmp_path / "out.jsonl"
    write_rows(ROWS, path, format, system)
    read = read_examples(path)
    assert list(read.examples) == [
        Example(row.question, row.completion, system, row.seed_id, f"out.jsonl:{line}")
        for line, row in enumerate(ROWS, start=1)
    ]
    assert (read.name, read.format) == ("out.jsonl", format)
    assert read.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert [example.answer for example in read.examples] == [row.answer for row in ROWS]

    write_rows(ROWS, tmp_path / "out.parquet", format, system)
    assert list(read_examples(tmp_path / "out.parquet").examples) == expected(system, "out.parquet row {}")
    listed = write(tmp_path, "out.json", json.dumps([to_record(row, format, system) for row in ROWS]))
    assert [example.prompt for example in read_examples(listed).examples] == [each.prompt for each in read.examples]


@given(st.sampled_from(FORMATS), st.lists(TEXTS, min_size=4, max_size=4), st.none() | TEXTS)
def test_any_text(format: Format, texts: list[str], system: str | None) -> None:
    """Any texts come back as they were; a system prompt written into the prompt itself stays with its question."""
    rows = [Row(texts[0], texts[1], 0, "seed", (), ""), Row(texts[2], texts[3], 1, "seed", (), "")]
    found, examples = examples_of([(str(row.seed_id), to_record(row, format, system)) for row in rows])
    assert found == format
    for row, example in zip(rows, examples, strict=True):
        assert (example.completion, example.seed_id, example.place) == (row.completion, row.seed_id, str(row.seed_id))
        if format != "prompt-completion":
            assert (example.question, example.system) == (row.question, system)
        else:
            whole = example.question if example.system is None else f"{example.system}\n\n{example.question}"
            assert whole == to_record(row, format, system)["prompt"]


def test_others_files(tmp_path: Path) -> None:
    """Files of others: no seed ids or empty ones, Alpaca's input behind the instruction, a system turn in ShareGPT."""
    alpaca = {"instruction": "Sum up:", "input": "a text", "output": "So.", "history": []}
    read = read_examples(write(tmp_path, "a.jsonl", lines(alpaca, alpaca | {"input": "", "seed_id": None})))
    assert [example.question for example in read.examples] == ["Sum up:\na text", "Sum up:"]
    assert [example.seed_id for example in read.examples] == [None, None]
    turns = [
        {"from": "system", "value": "Be brief."},
        {"from": "human", "value": "How?"},
        {"from": "gpt", "value": "So."},
    ]
    read = read_examples(write(tmp_path, "s.jsonl", lines({"conversations": turns}, {"conversations": turns[1:]})))
    assert [example.system for example in read.examples] == ["Be brief.", None]


def test_known_answers(tmp_path: Path) -> None:
    """Rows give the answer of each of their seeds, without its analysis; two answers of one seed are an error."""
    examples = [
        Example("How?", ANALYSIS + "So.", seed_id=1, place="a:1"),
        Example("Why?", "So.", seed_id=1, place="a:2"),
    ]
    assert known_answers([*examples, Example("Who?", "I.")]) == {1: "So."}
    with pytest.raises(
        SlmaugError, match=r"^a:3: another answer of seed_id 1 than a:1; expected one answer for each seed"
    ):
        known_answers([*examples, Example("Why?", "Not so.", seed_id=1, place="a:3")])


# --- what each error says ----------------------------------------------------------------------------------------

GOOD = {"prompt": "How?", "completion": "So."}
CHAT = [{"role": "user", "content": "How?"}, {"role": "assistant", "content": "So."}]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "out.jsonl: the file is empty; expected rows: build them again"),
        (" \n\n", "out.jsonl: no rows; expected at least one"),
        (lines(GOOD), "out.jsonl:1: the only row of out.jsonl; training needs at least 2: build more rows"),
        (
            lines(GOOD) + '{"prompt": "How?", "compl',
            "out.jsonl:2: the last line ends in the middle of a JSON object, so the file was cut off; expected whole "
            "lines: build or copy it again",
        ),
        (
            lines(GOOD) + "how?\n",
            "out.jsonl:2: invalid JSON at column 1: Expecting value; expected one JSON object on each line",
        ),
        (lines(GOOD, [1]), "out.jsonl:2: a list ([1]); expected one JSON object on each line"),
        (
            lines({"text": "How?", "label": 1}),
            "out.jsonl:1: the keys 'text', 'label'; expected those of a training row: prompt and completion, messages, "
            "conversations, or instruction and output",
        ),
        (
            lines(GOOD, {"messages": CHAT}),
            "out.jsonl:2: a row in the format messages; expected prompt-completion, as at out.jsonl:1",
        ),
        (
            lines(GOOD, {"prompt": " ", "completion": "So."}),
            "out.jsonl:2: the question is empty; expected text: fill it in or remove the row",
        ),
        (
            lines(GOOD, {"prompt": "How?", "completion": None}),
            "out.jsonl:2: the completion is empty; expected text: fill it in or remove the row",
        ),
        (
            lines(GOOD, {"prompt": "How?", "completion": 5}),
            "out.jsonl:2: the completion is a number (5); expected text",
        ),
        (
            lines(GOOD, {"prompt": "How?", "completion": ANALYSIS}),
            "out.jsonl:2: the completion ends with its analysis; expected the answer behind it",
        ),
        (
            lines({"prompt": "How?", "completion": CHAT[1:]}),
            "out.jsonl:1: prompt is text ('How?'); expected a list of turns",
        ),
        (
            lines({"messages": CHAT * 2}),
            "out.jsonl:1: turns of user, assistant, user, assistant; expected one user turn and one assistant turn, at "
            "most with one system turn in front: one row for each exchange",
        ),
        (
            lines({"messages": []}),
            "out.jsonl:1: turns of no one; expected one user turn and one assistant turn, at most with one system turn "
            "in front: one row for each exchange",
        ),
        (
            lines({"messages": [{"role": "user"}]}),
            "out.jsonl:1: the turn {'role': 'user'}; expected an object with role and content",
        ),
        (
            lines({"instruction": "How?", "output": "So.", "history": [["a", "b"]]}),
            "out.jsonl:1: a history of earlier turns; expected one question and one answer in a row",
        ),
        (
            lines(GOOD | {"seed_id": "first"}),
            "out.jsonl:1: seed_id is text ('first'); expected the number of a seed, counted from 0",
        ),
        (
            lines({"prompt": "How\ud800?", "completion": "So."}),
            "out.jsonl:1: the question holds the lone surrogate \\ud800 at character 3; expected text that can be "
            "written as UTF-8: take it out",
        ),
        (
            lines({"Question": "How?", "Answer": "So."}),
            "out.jsonl:1: these are seeds; expected training rows: build them first: python -m slmaug.build {path} "
            "out.jsonl",
        ),
        (
            '{"prompt": "Où?"}\n'.encode("cp1252"),
            "out.jsonl:1: byte 0xF9 at byte offset 13; expected UTF-8 text; looks like WINDOWS-1252; save as UTF-8 or "
            "convert: iconv -f WINDOWS-1252 -t UTF-8 out.jsonl > out-utf8.jsonl",
        ),
    ],
)
def test_bad_rows(tmp_path: Path, content: str | bytes, said: str) -> None:
    """Every fault of a file is one line: where, what was found, what was expected."""
    path = write(tmp_path, "out.jsonl", content)
    assert message(path) == said.replace("{path}", str(path))


def test_bad_files(tmp_path: Path) -> None:
    """A missing file brings the nearest name, a folder what it holds, seeds the command that builds rows from them."""
    path = write(tmp_path, "out.jsonl", lines(GOOD, GOOD))
    assert message(tmp_path / "outt.jsonl") == f"{tmp_path}/outt.jsonl: no such file; did you mean {path}?"
    assert (
        message(tmp_path / "no" / "out.jsonl")
        == f"{tmp_path}/no/out.jsonl: no such file; there is no folder {tmp_path}/no"
    )
    assert message(tmp_path).startswith(f"{tmp_path}: a folder; expected a file (")
    seeds = write(tmp_path, "my seeds.csv", "Question,Answer\nHow?,So.\n")
    assert message(seeds) == (
        "my seeds.csv: these are seeds; expected training rows: build them first: "
        f"python -m slmaug.build '{seeds}' out.jsonl"
    )
    assert message(write(tmp_path, "out.txt", "How?")) == (
        "out.txt: suffix '.txt'; expected training rows in one of .jsonl, .ndjson, .json, .parquet"
    )
    assert message(write(tmp_path, "out.parquet", "PAR1")).startswith("out.parquet: not a sound Parquet file (")
    assert message(write(tmp_path, "out.json", "[]")) == "out.json: no rows; expected at least one"


# --- real questions ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("real.csv", 'Question,seed_id\nHow?,0\n"Where\n is it?",3\n'),
        ("real.csv", "\n question ;Seed_ID;note\nHow?;0;x\nWhere  is it?; 3 ;y\n"),
        ("real.tsv", "seed_id\tQuestion\n0\tHow?\n3\tWhere is it?\n"),
        ("real.csv", "Question,Answer\nHow?,So.\nWhere is it?,There.\n"),
        ("real.csv", "Question,seed_id,Answer\nHow?,9,So.\nWhere is it?,,There.\n"),
        ("real.jsonl", lines({"Question": "How?", "seed_id": 0}, {"seed_id": 3.0, "Question": "Where is it?"})),
        (
            "real.json",
            json.dumps([{"question": "How?", "answer": "So."}, {"question": "Where is it?", "answer": "There."}]),
        ),
        ("real.jsonl", lines(GOOD, {"prompt": "Where is it?", "completion": f"{ANALYSIS}There."})),
    ],
)
def test_questions(tmp_path: Path, name: str, content: str) -> None:
    """Questions come with an answer, with a seed's number or as training rows; the answer wins over the number."""
    path = write(tmp_path, name, content)
    read = read_questions(path, {0: "So.", 3: "There."})
    found = [(" ".join(each.question.split()), each.completion) for each in read.examples]
    assert found == [("How?", "So."), ("Where is it?", "There.")]
    assert (read.name, read.sha256, read.repeated) == (name, hashlib.sha256(path.read_bytes()).hexdigest(), 0)


def test_questions_in_parquet(tmp_path: Path) -> None:
    """A Parquet table of questions, with a column of numbers that has a gap elsewhere, is read as any other."""
    pandas = pytest.importorskip("pandas")
    pandas.DataFrame({"Question": ["How?", "Where?"], "seed_id": [0.0, 3.0]}).to_parquet(tmp_path / "real.parquet")
    read = read_questions(tmp_path / "real.parquet", {0: "So.", 3: "There."})
    assert [(each.seed_id, each.completion, each.place) for each in read.examples] == [
        (0, "So.", "real.parquet row 0"),
        (3, "There.", "real.parquet row 1"),
    ]


def test_repeated(tmp_path: Path) -> None:
    """A question that comes again with the same answer is kept once and counted; case makes another question of it."""
    path = write(tmp_path, "real.csv", "Question,seed_id\nHow so?,0\nWhere?,3\n How  so?,0\nhow so?,0\n")
    read = read_questions(path, {0: "So.", 3: "There."})
    assert [each.place for each in read.examples] == ["real.csv:2", "real.csv:3", "real.csv:5"]
    assert read.repeated == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "real.csv: the file is empty; expected rows: build them again"),
        (
            "text,label\nHow?,1\n",
            "real.csv:1: columns 'text', 'label'; expected Question and either Answer or seed_id (the number of the "
            "seed whose answer is right, counted from 0)",
        ),
        (
            "Question\nHow?\n",
            "real.csv:1: columns 'Question'; expected Question and either Answer or seed_id (the number of the seed "
            "whose answer is right, counted from 0)",
        ),
        ("Question,seed_id\n", "real.csv: a header and no rows; expected at least one question-answer pair"),
        (
            "Question,seed_id\nHow?,7\n",
            "real.csv:2: seed_id 7; expected one that the training rows have (0 to 3), or a column Answer in its place",
        ),
        (
            "Question,seed_id\nHow?,\n",
            "real.csv:2: no seed_id; expected one that the training rows have (0 to 3), or a column Answer in its "
            "place",
        ),
        (
            "Question,seed_id\nHow?,one\n",
            "real.csv:2: seed_id is text ('one'); expected the number of a seed, counted from 0",
        ),
        (
            "Question,Answer\n,So.\n",
            "real.csv:2: the column 'Question' is empty; expected text: fill it in or remove the row",
        ),
        (
            "Question,Answer\nHow?,So.\nHow?,Not so.\n",
            "real.csv:3: the question 'How?' has another answer here than at real.csv:2; expected one answer: remove "
            "one of the two",
        ),
        (
            "Question,seed_id\nHow?,0,1\n",
            "real.csv:2: 3 fields; expected 2 ('Question', 'seed_id'): put a field that holds a comma or a line break "
            "in double quotes",
        ),
    ],
)
def test_bad_questions(tmp_path: Path, content: str, said: str) -> None:
    """Every fault of a file of questions is one line: where, what was found, what was expected."""
    assert question_message(write(tmp_path, "real.csv", content)) == said


def test_no_answers_known(tmp_path: Path) -> None:
    """A seed's number is of no use where the rows name no seeds, and the error says so."""
    path = write(tmp_path, "real.csv", "Question,seed_id\nHow?,0\n")
    assert "(without any), or a column Answer in its place" in question_message(path, {})
    assert question_message(tmp_path / "reel.csv") == f"{tmp_path}/reel.csv: no such file; did you mean {path}?"
    rows = write(tmp_path, "real.jsonl", lines({"prompt": "How?"}))
    assert question_message(rows).startswith("real.jsonl:1: columns 'prompt'; expected Question and either Answer or")
