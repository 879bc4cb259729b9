from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slmaug.errors import MissingPackage, SlmaugError
from slmaug.formats import FORMATS, Format, check_place, replacing, to_record, write_rows
from slmaug.record import Row, answer_hash


def row(question: str, answer: str, *steps: str) -> Row:
    return Row(question, answer, 7, "swap", steps, answer_hash(answer))


AWKWARD = [
    row("How do I read a file?", "    with open(p) as f:\n        f.read()\n", "Swap(rate=0.1)", "Typos(rate=0.2)"),
    row("如何读取文件？ 🎉👩‍👩‍👧", "line one\r\nline two\r\n\ttabbed\u2028still line two\x85\x0c\x00 end"),
    row('Say "hi" \\ </script>', "   "),
]
EXTRAS = {"seed_id": 7, "form": "swap", "steps": ["Swap(rate=0.1)", "Typos(rate=0.2)"]}


def read(path: Path) -> list[dict[str, Any]]:
    if path.suffix == ".parquet":
        return list(pq.read_table(path).to_pylist())
    return [json.loads(line) for line in path.read_bytes().split(b"\n") if line]


@pytest.mark.parametrize(
    ("format", "system", "columns"),
    [
        (
            "conversational",
            None,
            {"prompt": [{"role": "user", "content": "Q"}], "completion": [{"role": "assistant", "content": "A"}]},
        ),
        (
            "conversational",
            "Be brief.",
            {
                "prompt": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Q"}],
                "completion": [{"role": "assistant", "content": "A"}],
            },
        ),
        ("messages", None, {"messages": [{"role": "user", "content": "Q"}, {"role": "assistant", "content": "A"}]}),
        (
            "messages",
            "Be brief.",
            {
                "messages": [
                    {"role": "system", "content": "Be brief."},
                    {"role": "user", "content": "Q"},
                    {"role": "assistant", "content": "A"},
                ]
            },
        ),
        ("prompt-completion", None, {"prompt": "Q", "completion": "A"}),
        ("prompt-completion", "Be brief.", {"prompt": "Be brief.\n\nQ", "completion": "A"}),
        ("alpaca", None, {"instruction": "Q", "input": "", "output": "A"}),
        ("alpaca", "Be brief.", {"instruction": "Q", "input": "", "output": "A", "system": "Be brief."}),
        ("sharegpt", None, {"conversations": [{"from": "human", "value": "Q"}, {"from": "gpt", "value": "A"}]}),
        (
            "sharegpt",
            "Be brief.",
            {
                "conversations": [{"from": "human", "value": "Q"}, {"from": "gpt", "value": "A"}],
                "system": "Be brief.",
            },
        ),
    ],
)
def test_record(format: Format, system: str | None, columns: dict[str, Any]) -> None:
    """Each format has its own columns, in its trainer's names, and the four columns of provenance behind them."""
    record = to_record(row("Q", "A", "Swap(rate=0.1)", "Typos(rate=0.2)"), format, system)
    assert record == columns | EXTRAS | {"answer_sha256": answer_hash("A")}
    assert list(record)[-4:] == ["seed_id", "form", "steps", "answer_sha256"]


@pytest.mark.parametrize("system", [None, "Antworte kurz: ü"])
@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("suffix", [".jsonl", ".parquet"])
def test_round_trip(tmp_path: Path, suffix: str, format: Format, system: str | None) -> None:
    """What is read back is what was written: indentation, CRLF, emoji and control characters too."""
    path = tmp_path / f"rows{suffix}"
    sha256 = write_rows(AWKWARD, path, format, system)
    assert read(path) == [to_record(each, format, system) for each in AWKWARD]
    assert sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.text(), st.text()), max_size=4), st.sampled_from(FORMATS), st.none() | st.text())
def test_any_text_survives(pairs: list[tuple[str, str]], format: Format, system: str | None) -> None:
    """Any text makes the way through both kinds of file, one JSON object on each line."""
    rows = [row(question, answer) for question, answer in pairs]
    with tempfile.TemporaryDirectory() as folder:
        for suffix in (".jsonl", ".parquet"):
            path = Path(folder) / f"rows{suffix}"
            write_rows(rows, path, format, system)
            assert read(path) == [to_record(each, format, system) for each in rows]
        lines = (Path(folder) / "rows.jsonl").read_text("utf-8").splitlines()
        assert len(lines) == len(rows)


def test_same_rows_same_bytes(tmp_path: Path) -> None:
    """Writing twice gives the same bytes, in both kinds of file."""
    for suffix in (".jsonl", ".parquet"):
        first, second = tmp_path / f"1{suffix}", tmp_path / f"2{suffix}"
        assert write_rows(AWKWARD, first) == write_rows(AWKWARD, second)
        assert first.read_bytes() == second.read_bytes()


def test_jsonl_is_readable_text(tmp_path: Path) -> None:
    """JSONL keeps Chinese as Chinese, ends lines with a line feed and has no byte order mark."""
    path = tmp_path / "rows.jsonl"
    write_rows([row("如何？", "用 open()。")], path, "prompt-completion")
    expected = '{"prompt": "如何？", "completion": "用 open()。", "seed_id": 7, "form": "swap", "steps": [], '
    assert path.read_bytes().startswith(expected.encode())
    assert path.read_bytes().endswith(b'"}\n')


def test_lone_surrogates(tmp_path: Path) -> None:
    """A lone surrogate is escaped in JSONL and comes back; Parquet cannot hold it and says so."""
    odd = row("half \ud83d of it", "A")
    write_rows([odd], tmp_path / "rows.jsonl", system="\udcff")
    assert b"half \\ud83d of it" in (tmp_path / "rows.jsonl").read_bytes()
    assert read(tmp_path / "rows.jsonl") == [to_record(odd, system="\udcff")]
    with pytest.raises(SlmaugError, match=r"lone surrogate \\ud83d.*write \.jsonl") as caught:
        write_rows([odd], tmp_path / "rows.parquet")
    assert "\n" not in str(caught.value)
    assert os.listdir(tmp_path) == ["rows.jsonl"]


def test_no_rows(tmp_path: Path) -> None:
    """No rows make an empty JSONL file, and a Parquet file with all its columns."""
    write_rows([], tmp_path / "rows.jsonl")
    write_rows([], tmp_path / "rows.parquet")
    assert (tmp_path / "rows.jsonl").read_bytes() == b""
    names = ["prompt", "completion", "seed_id", "form", "steps", "answer_sha256"]
    assert pq.read_table(tmp_path / "rows.parquet").column_names == names


def test_parquet_types_do_not_depend_on_rows(tmp_path: Path) -> None:
    """Files without rows, without steps and with steps have one schema, so they can be read together."""
    schemas = []
    for number, rows in enumerate(([], [row("Q", "A")], [row("Q", "A", "Swap()")])):
        write_rows(rows, tmp_path / f"{number}.parquet", "messages")
        schemas.append(pq.read_schema(tmp_path / f"{number}.parquet"))
    assert schemas[0] == schemas[1] == schemas[2]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
@pytest.mark.parametrize("suffix", [".jsonl", ".parquet"])
def test_interrupted_write(tmp_path: Path, suffix: str, error: type[BaseException]) -> None:
    """An error or Ctrl-C in the middle leaves the older file as it was and nothing beside it."""
    path = tmp_path / f"rows{suffix}"
    path.write_bytes(b"older")

    def broken() -> Iterator[Row]:
        yield from AWKWARD
        raise error

    with pytest.raises(error):
        write_rows(broken(), path)
    assert path.read_bytes() == b"older"
    assert os.listdir(tmp_path) == [path.name]


def test_nothing_stands_there_before_it_is_whole(tmp_path: Path) -> None:
    """While a file is written its place is empty, or holds the older file."""
    path = tmp_path / "rows.jsonl"
    with replacing(path) as file:
        file.write(b"half")
        file.flush()
        assert not path.exists()
    assert path.read_bytes() == b"half"


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs Linux's /dev/full")
def test_full_disk(tmp_path: Path) -> None:
    """A full disk is one line that names the file, and a device is not replaced by a file."""
    path = tmp_path / "rows.jsonl"
    path.symlink_to("/dev/full")
    with pytest.raises(SlmaugError, match=r"rows\.jsonl: cannot be written: No space left on device$"):
        write_rows(AWKWARD, path)
    assert not Path("/dev/full").is_file()
    with open("/dev/full", "w") as full:
        with pytest.raises(SlmaugError, match="the stream: cannot be written: No space"):
            write_rows(AWKWARD, full)
        os.dup2(os.open(os.devnull, os.O_WRONLY), full.fileno())  # so that closing it can flush


def test_older_file_stays_when_the_disk_fills(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the bytes do not reach the disk the older file stays."""
    path = tmp_path / "rows.jsonl"
    path.write_text("older")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SlmaugError, match="No space left on device"):
        write_rows(AWKWARD, path)
    assert path.read_text() == "older"
    assert os.listdir(tmp_path) == ["rows.jsonl"]


@pytest.mark.skipif(os.name != "posix", reason="POSIX permissions")
def test_permissions(tmp_path: Path) -> None:
    """A new file has the permissions the umask leaves; an older file keeps its own."""
    old_mask = os.umask(0o027)
    try:
        write_rows([], tmp_path / "new.jsonl")
        (tmp_path / "old.jsonl").touch()
        (tmp_path / "old.jsonl").chmod(0o604)
        write_rows([], tmp_path / "old.jsonl")
    finally:
        os.umask(old_mask)
    assert (tmp_path / "new.jsonl").stat().st_mode & 0o777 == 0o640
    assert (tmp_path / "old.jsonl").stat().st_mode & 0o777 == 0o604


@pytest.mark.skipif(os.name != "posix", reason="symbolic links")
def test_symbolic_link(tmp_path: Path) -> None:
    """Writing to a link writes the file it points to; the link stays."""
    (tmp_path / "data").mkdir()
    link = tmp_path / "rows.jsonl"
    link.symlink_to(tmp_path / "data" / "real.jsonl")
    write_rows(AWKWARD, link)
    assert link.is_symlink()
    assert len(read(tmp_path / "data" / "real.jsonl")) == len(AWKWARD)
    assert os.listdir(tmp_path / "data") == ["real.jsonl"]


@pytest.mark.skipif(os.name != "posix", reason="named pipes")
def test_named_pipe(tmp_path: Path) -> None:
    """A named pipe is written to, not replaced."""
    pipe = tmp_path / "rows.jsonl"
    os.mkfifo(pipe)
    reader = subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE)
    sha256 = write_rows(AWKWARD, pipe)
    assert hashlib.sha256(reader.communicate()[0]).hexdigest() == sha256
    assert pipe.is_fifo()


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("rows.csv", "suffix '.csv'; expected .jsonl or .parquet, or - for standard output"),
        ("rows", "no suffix; expected .jsonl or .parquet"),
        ("folder", "folder: a folder; expected a file, such as "),
        ("folder.jsonl", "folder.jsonl: a folder; expected a file, such as "),
        ("no such/rows.jsonl", "make it: mkdir -p '"),
        ("file.txt/rows.jsonl", "cannot be written: Not a directory"),
        ("n" * 300 + ".jsonl", "cannot be written: File name too long"),
    ],
)
@pytest.mark.parametrize("refusing", [check_place, partial(write_rows, AWKWARD)])
def test_bad_places(tmp_path: Path, refusing: Callable[[Path], object], name: str, message: str) -> None:
    """A place that cannot be written to is one line that says what to do, ahead as in the writing; nothing is left."""
    for folder in ("folder", "folder.jsonl"):
        (tmp_path / folder).mkdir()
    (tmp_path / "file.txt").touch()
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(SlmaugError) as caught:
        refusing(tmp_path / name)
    assert message in str(caught.value)
    assert str(tmp_path / name) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert sorted(tmp_path.rglob("*")) == before


def test_no_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file one may not write is refused, as open() refuses it, though its folder would allow replacing it."""
    path = tmp_path / "rows.jsonl"
    path.write_text("older")
    monkeypatch.setattr(os, "access", lambda *_: False)  # the tests may run as root, who may write everything
    for refusing in (check_place, partial(write_rows, AWKWARD)):
        with pytest.raises(SlmaugError, match=r"rows\.jsonl: no permission to write it; expected"):
            refusing(path)
    assert path.read_text() == "older"


def test_folder_without_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder one may not write to is found out ahead; a device in such a folder is no matter."""
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) not in (tmp_path, Path("/dev")))
    with pytest.raises(SlmaugError, match=r"rows\.jsonl: no permission to write it; expected"):
        check_place(tmp_path / "rows.jsonl")
    if os.path.exists("/dev/null"):
        (tmp_path / "null.jsonl").symlink_to("/dev/null")
        check_place(tmp_path / "null.jsonl")


def test_good_places(tmp_path: Path) -> None:
    """A new file, an older one and standard output are places for rows, and looking leaves nothing behind."""
    (tmp_path / "older.parquet").touch()
    for place in (tmp_path / "rows.jsonl", str(tmp_path / "older.parquet"), "-"):
        check_place(place)
    assert os.listdir(tmp_path) == ["older.parquet"]


@pytest.mark.parametrize("suffix", [".jsonl", ".parquet"])
def test_unknown_format(tmp_path: Path, suffix: str) -> None:
    """An unknown format is an error that lists the known ones and the nearest, also where there are no rows."""
    for rows in ([], AWKWARD):
        with pytest.raises(SlmaugError, match=r"format is 'message'; expected one of conversational, .* 'messages'\?"):
            write_rows(rows, tmp_path / f"rows{suffix}", "message")  # type: ignore[arg-type]
    assert os.listdir(tmp_path) == []


def test_standard_output(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """The path "-" writes JSONL to standard output, behind what was printed before."""
    print("first")
    sha256 = write_rows(AWKWARD, "-")
    head, _, body = capfdbinary.readouterr().out.partition(b"\n")
    assert head == b"first"
    assert hashlib.sha256(body).hexdigest() == sha256
    assert [json.loads(line) for line in body.splitlines()] == [to_record(each) for each in AWKWARD]


def test_standard_output_is_utf8_everywhere() -> None:
    """JSONL on standard output is UTF-8 with line feeds, whatever the terminal's encoding."""
    code = "from tests.test_formats import AWKWARD; from slmaug.formats import write_rows; write_rows(AWKWARD, '-')"
    result = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONIOENCODING": "ascii", "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        cwd=Path(__file__).parents[1],
        capture_output=True,
        check=True,
    )
    assert [json.loads(line) for line in result.stdout.split(b"\n")[:-1]] == [to_record(each) for each in AWKWARD]


def test_text_stream() -> None:
    """A text stream gets the same JSONL."""
    stream = io.StringIO()
    write_rows(AWKWARD, stream, "alpaca")
    assert [json.loads(line) for line in stream.getvalue().split("\n")[:-1]] == [
        to_record(each, "alpaca") for each in AWKWARD
    ]


@pytest.mark.skipif(os.name != "posix", reason="pipes")
def test_broken_pipe() -> None:
    """A reader that went away is the caller's to handle: it stays a BrokenPipeError."""
    reader, writer = os.pipe()
    os.close(reader)
    stream = io.TextIOWrapper(io.FileIO(writer, "w"), write_through=True)
    with pytest.raises(BrokenPipeError):
        write_rows(AWKWARD, stream)
    stream.close()


def test_missing_pyarrow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without pyarrow a Parquet file is refused in one line that holds the command; the older file stays."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    (tmp_path / "rows.parquet").write_text("older")
    with pytest.raises(MissingPackage, match=r"pip install pyarrow$"):
        write_rows(AWKWARD, tmp_path / "rows.parquet")
    assert (tmp_path / "rows.parquet").read_text() == "older"
    assert os.listdir(tmp_path) == ["rows.parquet"]


def test_light_import() -> None:
    """Importing these modules imports none of the heavy libraries."""
    code = (
        "import sys, slmaug.rows, slmaug.formats, slmaug.manifest, slmaug.view; "
        "print(sorted({'pandas', 'pyarrow', 'datasets', 'torch', 'numpy'} & set(sys.modules)))"
    )
    env = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
    assert subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True).stdout == "[]\n"
