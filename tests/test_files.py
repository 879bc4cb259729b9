"""Seeds in: what comes back, what is left out, and what each error says."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import subprocess
import sys
import threading
from collections import OrderedDict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from slmaug.errors import MissingPackage, SeedError, SlmaugError
from slmaug.files import Seeds, Skipped, read_seeds
from slmaug.record import Seed

ROOT = Path(__file__).resolve().parents[1]
MESSY = Path(os.environ.get("SLMAUG_DATA", ROOT.parent / "shared" / "data")) / "seeds_messy.csv"
SUPPORTED = ".csv, .tsv, .jsonl, .ndjson, .json, .parquet"
NAME_THEM = "name them with --question-column and --answer-column"
QUOTE = "put a field that holds a comma or a line break in double quotes"
CLOSING = 'expected a closing " (a quote inside a quoted field is written twice)'
TWICE = '(is a closing " missing? inside a field it is written twice)'

PAIRS = [("How do I read a file?", "Use `open()`:\r\n\tcode\n"), ("Why N/A?", "NaN"), ("  Spaces?  ", "  kept  ")]


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def pairs(read: Seeds) -> list[tuple[str, str]]:
    return [(seed.question, seed.answer) for seed in read.seeds]


def csv_text(rows: list[tuple[str, str]], **options: Any) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, **options).writerows([("Question", "Answer"), *rows])
    return out.getvalue()


def message(source: Any, **options: Any) -> str:
    with pytest.raises(SlmaugError) as caught:
        read_seeds(source, **options)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def seeds_or_line(path: Path) -> Seeds | str:
    """The seeds, or what the error says."""
    try:
        return read_seeds(path, on_duplicate="first")
    except SeedError as error:
        return str(error)


# --- one source, many kinds --------------------------------------------------------------------------------------


def test_csv_values_come_back_byte_for_byte(tmp_path: Path) -> None:
    """A byte order mark goes, all else stays: CRLF, LF and CR in fields, tabs, outer spaces, the text NaN."""
    rows = [*PAIRS, ("Old Mac?", "a\rb"), ('Say "hi", Ann', "a,b\u2028c")]
    path = write(tmp_path, "seeds.csv", "\ufeff" + csv_text(rows))
    read = read_seeds(path)
    assert pairs(read) == rows
    assert [seed.place for seed in read.seeds] == [f"seeds.csv:{line}" for line in (2, 5, 6, 7, 9)]
    assert (read.source, read.question_column, read.answer_column) == ("seeds.csv", "Question", "Answer")
    assert read.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert read.skipped == ()


def test_json_files_give_the_seeds_of_the_csv(tmp_path: Path) -> None:
    """JSONL, NDJSON and a JSON list hold the same seeds, placed by the line each object starts on."""
    records = [{"Question": question, "Answer": answer, "Topic": None} for question, answer in PAIRS]
    lines = "\n\n".join(json.dumps(record) for record in records)
    for name in ("s.jsonl", "s.NDJSON"):
        read = read_seeds(write(tmp_path, name, lines))
        assert pairs(read) == PAIRS
        assert [seed.place for seed in read.seeds] == [f"{name}:1", f"{name}:3", f"{name}:5"]
    read = read_seeds(str(write(tmp_path, "s.json", json.dumps(records, indent=1))))
    assert pairs(read) == PAIRS
    assert [seed.place for seed in read.seeds] == ["s.json:2", "s.json:7", "s.json:12"]


def test_parquet_and_dataframe_give_the_seeds_of_the_csv(tmp_path: Path) -> None:
    """The text NaN is a text, a real NaN or None or NA is empty; rows count from 0 and the index plays no part."""
    pandas = pytest.importorskip("pandas")
    rows = [*PAIRS, ("empty", None)]
    frame = pandas.DataFrame(rows, columns=["Question", "Answer"], index=[7, 8, 9, 7])
    for column in (
        frame.Answer,
        frame.Answer.astype("string"),
        frame.Answer.astype(object),
        frame.Answer.astype("category"),
    ):
        read = read_seeds(frame.assign(Answer=column))
        assert pairs(read) == PAIRS
        assert read.skipped == (Skipped("row 3", "column 'Answer' is empty"),)
        assert read.source == "DataFrame"
        assert [seed.place for seed in read.seeds] == ["row 0", "row 1", "row 2"]
    pytest.importorskip("pyarrow")
    frame.to_parquet(tmp_path / "s.parquet")
    read = read_seeds(tmp_path / "s.parquet")
    assert pairs(read) == PAIRS
    assert read.skipped == (Skipped("s.parquet row 3", "column 'Answer' is empty"),)


def test_dataset_gives_the_seeds_of_the_csv() -> None:
    """A datasets.Dataset is read as plain values whatever its format; a DatasetDict names its splits."""
    datasets = pytest.importorskip("datasets")
    rows = [{"Question": question, "Answer": answer, "n": 1} for question, answer in PAIRS]
    dataset = datasets.Dataset.from_list(rows)
    read = read_seeds(dataset.with_format("numpy"))
    assert pairs(read) == PAIRS
    assert (read.source, read.sha256) == ("Dataset", read_seeds(PAIRS).sha256)
    assert message(datasets.DatasetDict(train=dataset)) == (
        "DatasetDict: a mapping; expected a list of dicts, (question, answer) tuples or seeds; pass one split: 'train'"
    )


def test_lists_give_the_seeds_of_the_csv() -> None:
    """Dicts, tuples, seeds and generators are one source with one hash; a seed keeps the place it came from."""
    dicts = [{"Question": question, "Answer": answer} for question, answer in PAIRS]
    seeds = [Seed(9, question, answer, "a.csv:3") for question, answer in PAIRS]
    reads = [read_seeds(source) for source in (PAIRS, dicts, seeds, (pair for pair in PAIRS))]
    assert all(pairs(read) == PAIRS and read.sha256 == reads[0].sha256 for read in reads)
    assert all([seed.id for seed in read.seeds] == [0, 1, 2] for read in reads)
    assert [read.source for read in reads] == [
        "list of tuples",
        "list of dicts",
        "list of Seeds",
        "generator of tuples",
    ]
    assert [seed.place for seed in reads[2].seeds] == ["a.csv:3"] * 3
    assert reads[0].sha256 != read_seeds(PAIRS[:2]).sha256


def test_values_are_exact_str() -> None:
    """A subclass of str gives up its own characters, so nothing later meets a strange __str__."""

    class Loud(str):
        def __str__(self) -> str:
            return self.upper()

    seed = read_seeds([(Loud("why?"), Loud("so"))]).seeds[0]
    assert (seed.question, seed.answer) == ("why?", "so")
    assert type(seed.answer) is str


def test_reading_a_csv_imports_no_heavy_library(tmp_path: Path) -> None:
    """pandas, pyarrow and datasets stay out unless the input needs them."""
    path = write(tmp_path, "s.csv", csv_text(PAIRS))
    code = (
        "import sys; from slmaug.files import read_seeds; read_seeds(sys.argv[1]); read_seeds([('q', 'a')]);"
        "print([name for name in ('pandas', 'pyarrow', 'datasets', 'torch') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_parquet_without_pyarrow_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message holds the command."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingPackage) as caught:
        read_seeds(write(tmp_path, "s.parquet", b"PAR1"))
    assert str(caught.value) == "s.parquet: reading Parquet needs pyarrow; install it: pip install pyarrow"


# --- any text ----------------------------------------------------------------------------------------------------

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1).filter(str.strip)
ANY_PAIRS = st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=4)
QUICK = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def all_pairs(source: Path, rows: list[tuple[str, str]]) -> None:
    read = read_seeds(source, on_duplicate="first")
    assert len(read.seeds) + len(read.skipped) == len(rows)
    assert pairs(read) == [rows[seed.id] for seed in read.seeds]


@QUICK
@given(rows=ANY_PAIRS)
def test_what_csv_writer_wrote_comes_back(tmp_path: Path, rows: list[tuple[str, str]]) -> None:
    """Any Unicode text survives CSV and TSV, whatever is quoted."""
    all_pairs(write(tmp_path, "s.csv", csv_text(rows)), rows)
    all_pairs(write(tmp_path, "s.csv", csv_text(rows, quoting=csv.QUOTE_ALL, lineterminator="\n")), rows)
    all_pairs(write(tmp_path, "s.tsv", csv_text(rows, delimiter="\t")), rows)


@QUICK
@given(rows=ANY_PAIRS, ascii_only=st.booleans())
def test_what_json_wrote_comes_back(tmp_path: Path, rows: list[tuple[str, str]], ascii_only: bool) -> None:
    """Any Unicode text survives JSONL and JSON, escaped or not."""
    records = [{"Question": question, "Answer": answer} for question, answer in rows]
    lines = "\n".join(json.dumps(record, ensure_ascii=ascii_only) for record in records)
    all_pairs(write(tmp_path, "s.jsonl", lines), rows)
    all_pairs(write(tmp_path, "s.json", json.dumps(records, ensure_ascii=ascii_only, indent=2)), rows)


@QUICK
@given(data=st.binary(max_size=60), suffix=st.sampled_from([".csv", ".tsv", ".jsonl", ".json"]))
def test_any_bytes_end_in_seeds_or_one_line(tmp_path: Path, data: bytes, suffix: str) -> None:
    """A broken file never ends in another exception, nor in a message of two lines."""
    start = b"Question,Answer\n" if suffix == ".csv" else b""
    found = seeds_or_line(write(tmp_path, f"s{suffix}", start + data))
    assert isinstance(found, Seeds) or len(found.splitlines()) == 1


@QUICK
@given(text=st.text(st.sampled_from('ab",\n\r'), max_size=14))
def test_a_record_is_read_as_csv_reads_it_or_refused(tmp_path: Path, text: str) -> None:
    """Quotes and commas in any order: the pairs are csv's own, or one line says which quote is wrong."""
    path = write(tmp_path, "s.csv", "Question,Answer\n" + text)
    found = seeds_or_line(path)
    if isinstance(found, str):
        assert len(found.splitlines()) == 1
    else:
        rows = [tuple(row) for row in csv.reader(io.StringIO(text, newline=""), strict=True) if "".join(row).strip()]
        assert set(pairs(found)) <= set(rows)


# --- columns -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "names"),
    [
        ("Answer,Question", ("Question", "Answer")),
        ("answer, _QUESTION ", (" _QUESTION ", "answer")),
        ("question,Answer,Question", ("Question", "Answer")),
        ("completion,prompt", ("prompt", "completion")),
        ("output,Instruction", ("Instruction", "output")),
        ("completion,prompt,question,answer", ("question", "answer")),
    ],
)
def test_usual_column_names_are_found(tmp_path: Path, header: str, names: tuple[str, str]) -> None:
    """Exact first, then whatever the case and the outer spaces, then the pairs other tools write."""
    columns = header.split(",")
    path = write(tmp_path, "s.csv", f"{header}\n{','.join(f'cell of {name}' for name in columns)}\n")
    read = read_seeds(path)
    assert (read.question_column, read.answer_column) == names
    assert pairs(read) == [(f"cell of {names[0]}", f"cell of {names[1]}")]


def test_named_columns_are_taken(tmp_path: Path) -> None:
    """One name given leaves the other as usual; Excel's empty columns do no harm."""
    path = write(tmp_path, "s.csv", "Frage,Question,Answer,,\nwas,what,so,,\n")
    assert pairs(read_seeds(path, question_column="frage")) == [("was", "so")]
    assert pairs(read_seeds(path, question_column="Frage", answer_column="Question")) == [("was", "what")]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (
            "Questoin,Answer",
            "no column 'Question'; found 'Questoin', 'Answer' (did you mean 'Questoin'?); " + NAME_THEM,
        ),
        ("a;b", "no columns 'Question' and 'Answer'; found 'a;b'; " + NAME_THEM),
        (
            "a,b,c,d,e,f,g,h,i,j",
            "no columns 'Question' and 'Answer'; found 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h' and 2 more; " + NAME_THEM,
        ),
        (
            "instruction,input,output",
            "no columns 'Question' and 'Answer'; found 'instruction', 'input', 'output'; " + NAME_THEM,
        ),
        (
            "prompt,completion,instruction,output",
            "no columns 'Question' and 'Answer'; found 'prompt', 'completion', 'instruction', 'output'; " + NAME_THEM,
        ),
        (
            "Question,Answer,Answer",
            "2 columns fit one name: 'Answer', 'Answer'; expected one, rename the others",
        ),
        (
            "QUESTION,question,Answer",
            "2 columns fit one name: 'QUESTION', 'question'; expected one, rename the others",
        ),
    ],
)
def test_column_errors_name_what_was_found(tmp_path: Path, header: str, expected: str) -> None:
    """A missing or doubled column is named with the columns there are, the near match and the flags."""
    assert message(write(tmp_path, "s.csv", header + "\nx\n")) == f"s.csv:1: {expected}"


def test_one_column_cannot_be_both(tmp_path: Path) -> None:
    """Asking for the answer as the question is a slip."""
    path = write(tmp_path, "s.csv", "Question,Answer\na,b\n")
    assert message(path, question_column="answer") == (
        "s.csv:1: question and answer are both column 'Answer'; expected two"
    )


@pytest.mark.parametrize(("delimiter", "suffix"), [(";", "csv"), ("\t", "csv"), ("|", "csv"), (",", "tsv")])
def test_another_delimiter_is_read_from_the_header(tmp_path: Path, delimiter: str, suffix: str) -> None:
    """A file with semicolons or tabs is simply read, quoted header or not."""
    path = write(tmp_path, f"s.{suffix}", csv_text(PAIRS, delimiter=delimiter, quoting=csv.QUOTE_ALL))
    assert pairs(read_seeds(path)) == PAIRS
    assert pairs(read_seeds(write(tmp_path, f"s.{suffix}", csv_text(PAIRS, delimiter=delimiter)))) == PAIRS


# --- broken files ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("s.csv", "", "s.csv: the file is empty; expected question-answer pairs"),
        ("s.csv", "\ufeff\r\n ", "s.csv: the file holds only white space; expected question-answer pairs"),
        ("s.csv", '""\n', f"s.csv:1: no columns 'Question' and 'Answer'; found none; {NAME_THEM}"),
        (
            "s.csv",
            "Question,Answer\n\n",
            "s.csv: a header and no rows; expected at least one question-answer pair",
        ),
        (
            "s.csv",
            'Question,Answer\n"a\nb",c\n \nd,e, f\n',
            f"s.csv:5: 3 fields; expected 2 ('Question', 'Answer'): {QUOTE}",
        ),
        ("s.csv", "Question,Answer\na\n", f"s.csv:2: 1 field; expected 2 ('Question', 'Answer'): {QUOTE}"),
        (
            "s.csv",
            'Question,Answer\n"a\nb","c\nd,e\n',
            "s.csv:3: the quote that opens here is never closed: '\"c\\nd,e\\n'; " + CLOSING,
        ),
        ("s.csv", 'Question,Answer\na,"', "s.csv:2: the quote that opens here is never closed: '\"'; " + CLOSING),
        (
            "s.csv",
            'Question,Answer\na,"b\nc,"d"\n',
            "s.csv:2: the quote that opens here is closed on line 3 before 'd\"'; "
            f"expected a comma or a line end {TWICE}",
        ),
        (
            "s.csv",
            'Question,Answer\na,"b" c\n',
            f"s.csv:2: the quote that opens here is closed before ' c'; expected a comma or a line end {TWICE}",
        ),
        (
            "s.csv",
            b"Question,Answer\na,b\0\n",
            "s.csv:2: a NUL byte at byte offset 19; expected UTF-8 text; "
            "the file may be damaged; save it again as UTF-8",
        ),
        (
            "s.csv",
            b"PK\x03\x04\x14\0\xff",
            "s.csv:1: byte 0xFF at byte offset 6; expected UTF-8 text; "
            "looks like an Excel workbook or zip archive under another name",
        ),
        (
            "s.csv",
            "Question,Answer\n为什么这样做呢,因为需要".encode()[:-1],
            "s.csv:2: byte 0xE8 at byte offset 47; expected UTF-8 text; "
            "the file may be damaged; save it again as UTF-8",
        ),
        (
            "s.jsonl",
            '{"Question": "a", "Answer": "b"}\n\n{"Question": }',
            "s.jsonl:3: invalid JSON at column 14: Expecting value; expected one JSON object on each line",
        ),
        (
            "s.jsonl",
            '{"Question": "a", "Answer": "b"} x',
            "s.jsonl:1: invalid JSON at column 33: text after the object; expected one JSON object on each line",
        ),
        ("s.jsonl", "[1]", "s.jsonl:1: a list ([1]); expected one JSON object on each line"),
        (
            "s.jsonl",
            '{"Question": "a", "Answer": "b"}\n{"Question": "c"}',
            "s.jsonl:2: no column 'Answer'; found 'Question'; expected it as in the other rows",
        ),
        (
            "s.jsonl",
            '{"Question": "a", "Answer": "b", "Answer": "c"}',
            "s.jsonl:1: the key 'Answer' is there twice in one object; expected it once",
        ),
        (
            "s.jsonl",
            '{"prompt": "a", "completion": [{"role": "user"}]}',
            "s.jsonl:1: column 'completion' holds a list ([{'role': 'user'}]); expected text",
        ),
        (
            "s.jsonl",
            '{"Question": "a", "Answer": 4.5}',
            "s.jsonl:1: column 'Answer' holds a number (4.5); expected text",
        ),
        (
            "s.jsonl",
            '{"Question": "a", "Answer": "b\\ud83d"}',
            "s.jsonl:1: column 'Answer' holds the lone surrogate \\ud83d at character 1; "
            "expected text that can be written as UTF-8",
        ),
        (
            "s.json",
            '[{"Question": "a",\n "Answer": }]',
            "s.json:2: invalid JSON at column 12: Expecting value; expected a list of objects",
        ),
        (
            "s.json",
            '{"a": 1}\n{"a": 2}',
            "s.json:2: invalid JSON at column 1: Extra data; expected a list of objects; "
            "one object on each line? then name it .jsonl",
        ),
        ("s.json", '{"a": 1}', "s.json: an object ({'a': 1}); expected a list of objects"),
        (
            "s.json",
            '[{"Question": "a", "Answer": "b"},\n "c"]',
            "s.json:2: text ('c'); expected a list of objects",
        ),
        ("s.json", "[]", "s.json: no rows; expected at least one question-answer pair"),
    ],
)
def test_a_broken_file_is_named_with_place_and_remedy(
    tmp_path: Path, name: str, content: str | bytes, expected: str
) -> None:
    """One line says which file, which line, what was found and what was expected."""
    assert message(write(tmp_path, name, content)) == expected


@pytest.mark.parametrize(
    ("codec", "text", "line", "offset", "byte", "guess"),
    [
        ("gbk", "为什么这样做呢,因为需要", 2, 22, "0xD5", "GBK"),
        ("cp1252", "why café\u2019s,naïve", 2, 23, "0xE9", "WINDOWS-1252"),
        ("utf-16", "a,b", 1, 0, "0xFF", "UTF-16"),
    ],
)
def test_another_encoding_is_guessed(
    tmp_path: Path, codec: str, text: str, line: int, offset: int, byte: str, guess: str
) -> None:
    """The first bad byte has an offset and a line, and the command that converts can be pasted."""
    data = f"Question,Answer\n{text}\n".encode(codec)
    if codec == "utf-16" and sys.byteorder == "big":
        pytest.skip("the codec writes the machine's own byte order")
    assert message(write(tmp_path, "my s.csv", data)) == (
        f"my s.csv:{line}: byte {byte} at byte offset {offset}; expected UTF-8 text; looks like {guess}; "
        f"save as UTF-8 or convert: iconv -f {guess} -t UTF-8 'my s.csv' > 'my s-utf8.csv'"
    )


def test_utf16_without_a_mark_is_known_by_its_nuls(tmp_path: Path) -> None:
    """ASCII in UTF-16 is sound UTF-8 with NULs, which no text holds."""
    assert message(write(tmp_path, "s.csv", "Question,Answer\n".encode("utf-16-be"))) == (
        "s.csv:1: a NUL byte at byte offset 0; expected UTF-8 text; looks like UTF-16BE; "
        "save as UTF-8 or convert: iconv -f UTF-16BE -t UTF-8 s.csv > s-utf8.csv"
    )


def test_deep_or_huge_json_is_an_error_not_a_crash(tmp_path: Path) -> None:
    """A hundred thousand brackets and a number of 5000 digits end in one line."""
    assert message(write(tmp_path, "s.jsonl", "[" * 100_000)).startswith("s.jsonl:1: unreadable JSON: ")
    assert message(write(tmp_path, "s.json", "[" * 100_000)).startswith("s.json: unreadable JSON: ")
    assert message(write(tmp_path, "s.jsonl", '{"a":' + "1" * 5000 + "}")).startswith("s.jsonl:1: unreadable JSON: ")


def test_a_corrupt_parquet_file_is_named(tmp_path: Path) -> None:
    """pyarrow's own first line stands in brackets; a cut file and a wrong column are told apart."""
    pyarrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    found = message(write(tmp_path, "s.parquet", b"no parquet at all"))
    assert found.startswith("s.parquet: not a sound Parquet file (")
    assert found.endswith("); write it again")
    parquet.write_table(pyarrow.table({"Question": ["a"], "Answer": [["b"]]}), tmp_path / "t.parquet")
    assert message(tmp_path / "t.parquet") == "t.parquet row 0: column 'Answer' holds a list (['b']); expected text"
    assert message(tmp_path / "t.parquet", answer_column="Text") == (
        f"t.parquet: no column 'Text'; found 'Question', 'Answer'; {NAME_THEM}"
    )
    parquet.write_table(pyarrow.table({"Question": [""][:0], "Answer": [""][:0]}), tmp_path / "u.parquet")
    assert message(tmp_path / "u.parquet") == "u.parquet: no rows; expected at least one question-answer pair"


def test_a_field_of_any_length_is_read_and_the_limit_left_alone(tmp_path: Path) -> None:
    """csv's limit is the whole process's: it is as before, also after an error and with threads at work."""
    before = csv.field_size_limit()
    answer = "x" * (before + 50_000)
    good = write(tmp_path, "s.csv", csv_text([("a", answer)]))
    bad = write(tmp_path, "t.csv", f'Question,Answer\na,{answer}\nb,"c" d\n')
    assert message(bad).startswith("t.csv:3: the quote that opens here is closed before ' d'; ")
    lengths: list[int] = []
    threads = [threading.Thread(target=lambda: lengths.append(len(read_seeds(good).seeds[0].answer))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert lengths == [len(answer)] * 6
    assert csv.field_size_limit() == before


# --- paths -------------------------------------------------------------------------------------------------------


def test_a_missing_file_is_looked_for_nearby(tmp_path: Path) -> None:
    """A near name in the same folder is offered; a missing folder is named."""
    write(tmp_path, "seeds.csv", "")
    assert message(tmp_path / "seed.csv") == f"{tmp_path}/seed.csv: no such file; did you mean {tmp_path}/seeds.csv?"
    assert message(tmp_path / "other.parquet") == f"{tmp_path}/other.parquet: no such file"
    assert message(tmp_path / "no" / "s.csv") == (
        f"{tmp_path}/no/s.csv: no such file; there is no folder {tmp_path}/no"
    )
    assert message(tmp_path / "a\nb.csv") == f"{tmp_path}/a\\nb.csv: no such file"
    assert message(f"{tmp_path}/{'a' * 300}.csv") == f"{tmp_path}/{'a' * 300}.csv: cannot be read: File name too long"


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    """The files in it that could have been meant are named."""
    assert message(tmp_path) == f"{tmp_path}: a folder; expected a file ({SUPPORTED})"
    write(tmp_path, "seeds.csv", "")
    write(tmp_path, "notes.txt", "")
    assert message(tmp_path) == f"{tmp_path}: a folder; expected a file ({SUPPORTED}); it holds seeds.csv"


def test_an_unknown_suffix_lists_the_known_ones(tmp_path: Path) -> None:
    """A spreadsheet is told how to become a CSV."""
    assert message(write(tmp_path, "s.txt", "x")) == f"{tmp_path}/s.txt: suffix '.txt'; expected one of {SUPPORTED}"
    assert message(write(tmp_path, "s", "x")) == f"{tmp_path}/s: no suffix; expected one of {SUPPORTED}"
    assert message(write(tmp_path, "s.xlsx", "x")) == (
        f"{tmp_path}/s.xlsx: suffix '.xlsx'; expected one of {SUPPORTED}; save the sheet as CSV UTF-8"
    )


def test_a_file_without_permission_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error is raised by hand, since root may read everything."""

    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert message(write(tmp_path, "s.csv", "x")) == (
        f"{tmp_path}/s.csv: no permission to read it; expected a file you may read"
    )


# --- rows --------------------------------------------------------------------------------------------------------


def test_empty_cells_are_left_out_and_the_ids_still_count_them(tmp_path: Path) -> None:
    """White space alone is empty; each row left out has its place and its reason."""
    read = read_seeds(write(tmp_path, "s.csv", 'Question,Answer\na,"\n "\nb,c\n,d\n\n,\ne,f\n'))
    assert read.skipped == (
        Skipped("s.csv:2", "column 'Answer' is empty"),
        Skipped("s.csv:5", "column 'Question' is empty"),
        Skipped("s.csv:7", "columns 'Question' and 'Answer' are empty"),
    )
    assert read.seeds == (Seed(1, "b", "c"), Seed(4, "e", "f"))
    assert [seed.place for seed in read.seeds] == ["s.csv:4", "s.csv:8"]


def test_no_usable_pair_is_an_error(tmp_path: Path) -> None:
    """The first reason is told."""
    assert message(write(tmp_path, "s.csv", "Question,Answer\na,\n")) == (
        "s.csv: no usable pair in the only row; s.csv:2: column 'Answer' is empty"
    )
    assert message([("", "a"), ("b", None)]) == (
        "list of tuples: no usable pair in any of 2 rows; row 0: column 'Question' is empty"
    )


def test_a_pair_that_comes_twice_is_used_once() -> None:
    """Case, punctuation and spacing make no other question; what is locked, as C and C#, does."""
    read = read_seeds([("How do I sort in C#?", "x"), ("how do i  sort in C#", "x"), ("How do I sort in C?", "x")])
    assert [seed.id for seed in read.seeds] == [0, 2]
    assert read.skipped == (Skipped("row 1", "same question and answer as row 0"),)


def test_questions_of_punctuation_are_told_apart() -> None:
    """Without words the text itself is compared."""
    assert len(read_seeds([("??", "a"), ("!!", "b")]).seeds) == 2


def test_two_answers_to_one_question_are_an_error_unless_the_first_is_asked_for(tmp_path: Path) -> None:
    """Both places and both answers are told; on_duplicate="first" leaves the later one out and says so."""
    path = write(tmp_path, "s.csv", 'Question,Answer\nWhy?,"a\nb"\nwhy,c\n')
    assert message(path) == (
        "s.csv:4: the question 'why' has answer 'c' here and 'a\\nb' at s.csv:2; "
        "expected one answer: remove one, or keep the earlier (on_duplicate='first', --on-duplicate first)"
    )
    read = read_seeds(path, on_duplicate="first")
    assert pairs(read) == [("Why?", "a\nb")]
    assert read.skipped == (Skipped("s.csv:4", "same question as s.csv:2, with another answer"),)


def test_answers_that_differ_late_are_shown_where_they_differ() -> None:
    """Two equal beginnings would tell nobody anything."""
    found = message([("Why?", "x" * 50 + "one"), ("Why?", "x" * 50 + "two")])
    assert "has answer '…xxxxxxxxxxtwo' here and '…xxxxxxxxxxone' at row 0; " in found


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ([("a", 3)], "row 0: column 'Answer' holds a number (3); expected text"),
        ([("a", True)], "row 0: column 'Answer' holds a truth value (True); expected text"),
        ([("a", b"b")], "row 0: column 'Answer' holds bytes (b'b'); expected text"),
        ([("a",)], "row 0: a tuple of 1; expected 2 values, a question and an answer"),
        ([1], "row 0: a number (1); expected dicts, (question, answer) tuples or seeds"),
        ([("a", "b"), "c"], "row 1: text ('c'); expected a tuple, as row 0 is"),
        ([], "list: no rows; expected at least one question-answer pair"),
        ({"a": 1}, "dict: a mapping; expected a list of dicts, (question, answer) tuples or seeds"),
        (OrderedDict(), "OrderedDict: a mapping; expected a list of dicts, (question, answer) tuples or seeds"),
        (
            None,
            "NoneType: no source of seeds; expected a path, DataFrame, Dataset or list of dicts, "
            "(question, answer) tuples or seeds",
        ),
        (
            [{"Question": "a", "Answr": "b"}],
            f"list of dicts: no column 'Answer'; found 'Question', 'Answr' (did you mean 'Answr'?); {NAME_THEM}",
        ),
        ([{"\ud800": 1}], f"list of dicts: no columns 'Question' and 'Answer'; found '\\ud800'; {NAME_THEM}"),
        (
            [("\udfff", "b")],
            "row 0: column 'Question' holds the lone surrogate \\udfff at character 0; "
            "expected text that can be written as UTF-8",
        ),
    ],
)
def test_objects_that_are_no_seeds_are_named(source: object, expected: str) -> None:
    """Wrong kinds of rows and values, and text that no file can hold, end in one line."""
    assert message(source) == expected


def test_missing_values_in_dicts_are_empty() -> None:
    """None and NaN from DataFrame.to_dict are no text; "null" is."""
    read = read_seeds([{"Question": "a", "Answer": float("nan")}, {"Question": "b", "Answer": "null"}])
    assert pairs(read) == [("b", "null")]
    assert read.skipped == (Skipped("row 0", "column 'Answer' is empty"),)


def test_an_unknown_on_duplicate_is_refused() -> None:
    """The two that exist are named."""
    assert message(PAIRS, on_duplicate="last") == "on_duplicate is 'last'; expected 'error' or 'first'"


# --- the sample --------------------------------------------------------------------------------------------------


@pytest.mark.skipif(not MESSY.exists(), reason="no seeds_messy.csv: set SLMAUG_DATA to the folder of the sample data")
def test_the_messy_sample_is_read() -> None:
    """Every value is what csv reads; one empty answer and one second answer are left out, each with its line."""
    assert message(MESSY).startswith("seeds_messy.csv:77: the question ")
    read = read_seeds(MESSY, on_duplicate="first")
    with MESSY.open(encoding="utf-8-sig", newline="") as file:
        rows = [(row["Question"], row["Answer"]) for row in csv.DictReader(file)]
    assert [seed.id for seed in read.seeds] == [0, 1, 2, 3, 4, 5, 7, 9, 10, 11, 12]
    assert pairs(read) == [rows[seed.id] for seed in read.seeds]
    assert read.skipped == (
        Skipped("seeds_messy.csv:75", "column 'Answer' is empty"),
        Skipped("seeds_messy.csv:77", "same question as seeds_messy.csv:76, with another answer"),
    )
