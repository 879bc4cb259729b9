"""The journal: what was paid for is kept, whatever happens to the process or to the file."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from slmaug.errors import SlmaugError
from slmaug.llm.journal import Journal, call_key
from slmaug.llm.model import OUTCOMES, Prompt, Reply

PROMPT = Prompt("Be brief.", "How?")
TEXTS = st.text(st.characters(codec=None), max_size=30)  # lone surrogates, line ends and all
REPLIES = st.builds(Reply, TEXTS, st.sampled_from(OUTCOMES), TEXTS, st.integers(0, 10**9), st.integers(0, 10**9))


@given(st.lists(REPLIES, max_size=8))
def test_what_is_put_in_is_read_back(replies: list[Reply]) -> None:
    """Any text at all survives the file, and a line of the file is a line for every reader."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "journal.jsonl")
        with Journal.open(path) as journal:
            for i, reply in enumerate(replies):
                journal.put(f"key {i}", "m", reply)
        assert len(path.read_text(encoding="ascii").splitlines()) == len(replies)
        with Journal.open(path) as again:
            assert [again.get(f"key {i}") for i in range(len(replies))] == replies
            assert again.damaged == 0


@given(st.data())
def test_a_journal_cut_anywhere_keeps_every_whole_record(data: st.DataObject) -> None:
    """No cut raises; records whose bytes are all there are there; what is put in afterwards is read back, too."""
    replies = data.draw(st.lists(REPLIES, min_size=1, max_size=5))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "journal.jsonl")
        ends = []
        with Journal.open(path) as journal:
            for i, reply in enumerate(replies):
                journal.put(f"key {i}", "m", reply)
                ends.append(path.stat().st_size)
        cut = data.draw(st.integers(0, ends[-1]))
        os.truncate(path, cut)
        with Journal.open(path) as torn:
            for i, reply in enumerate(replies):
                assert torn.get(f"key {i}") == (reply if cut >= ends[i] - 1 else None)  # its line feed may be gone
            assert torn.damaged == (cut not in {0, *ends} and cut + 1 not in ends)
            torn.put("after", "m", Reply("whole"))
        with Journal.open(path) as again:
            assert again.get("after") == Reply("whole")
            assert len(again) == len(torn)


@given(st.lists(st.one_of(st.binary(max_size=40), st.just(b'{"key": 1}'), st.just(b"[" * 5000)), max_size=4))
@example([b"\x00", b'{"key": "k", "outcome": "odd", "text": "", "detail": ""}', b'{"kind": 7}', b"null", b"NaN"])
def test_damaged_lines_are_counted_and_the_others_read(lines: list[bytes]) -> None:
    """Whatever bytes a journal holds, it opens; what is whole in it counts."""
    whole = b'{"key": "k", "outcome": "complete", "text": "kept", "detail": ""}'
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "journal.jsonl")
        path.write_bytes(b"\n".join([*lines, whole, b""]))
        with Journal.open(path) as journal:
            assert journal.get("k") == Reply("kept")
            written = [part for line in lines for part in line.split(b"\n") if part.strip()]
            assert journal.damaged == len(written)


def test_the_first_reply_to_a_call_counts(tmp_path: Path) -> None:
    """A second one is neither kept nor written, so what an earlier run saw is what a later one sees."""
    with Journal.open(tmp_path / "journal.jsonl") as journal:
        journal.put("k", "m", Reply("first"))
        journal.put("k", "m", Reply("second"))
        assert journal.get("k") == Reply("first")
    assert len((tmp_path / "journal.jsonl").read_bytes().splitlines()) == 1


def test_notes_of_a_kind_come_back_in_order(tmp_path: Path) -> None:
    """They stand beside the replies and are none."""
    with Journal.open(tmp_path / "journal.jsonl") as journal:
        journal.note({"kind": "batch", "id": "a"})
        journal.put("k", "m", Reply("text"))
        journal.note({"kind": "batch", "id": "b"})
        journal.note({"kind": "other"})
    with Journal.open(tmp_path / "journal.jsonl") as again:
        assert [note["id"] for note in again.notes("batch")] == ["a", "b"]
        assert len(again) == 1
        with pytest.raises(ValueError, match="'kind'"):
            again.note({"key": "k"})


def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    """A reply may hold what a seed held; the mode is 0600."""
    if os.name == "nt":
        pytest.skip("POSIX modes")
    with Journal.open(tmp_path / "journal.jsonl"):
        assert stat.S_IMODE((tmp_path / "journal.jsonl").stat().st_mode) == 0o600


WRITER = """
import sys
from slmaug.llm.journal import Journal
from slmaug.llm.model import Reply
with Journal.open(sys.argv[1]) as journal:
    for i in range(200):
        journal.put(f"{sys.argv[2]} {i}", "m", Reply(sys.argv[2] * 3000))
"""


def test_several_processes_may_write_at_once(tmp_path: Path) -> None:
    """Four of them with long lines, and no line is torn or lost."""
    path = tmp_path / "journal.jsonl"
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, str(path), name]) for name in "abcd"]
    assert [writer.wait() for writer in writers] == [0] * 4
    with Journal.open(path) as journal:
        assert journal.damaged == 0
        assert len(journal) == 800
        assert all(journal.get(f"{name} {i}") == Reply(name * 3000) for name in "abcd" for i in range(200))


def test_another_process_torn_off_in_mid_line_costs_no_record_of_ours(tmp_path: Path) -> None:
    """A line's end is looked for before each write, not only when the file is opened."""
    path = tmp_path / "journal.jsonl"
    with Journal.open(path) as journal:
        journal.put("a", "m", Reply("one"))
        with path.open("ab") as other:
            other.write(b'{"key": "torn')
        journal.put("b", "m", Reply("two"))
    with Journal.open(path) as again:
        assert (again.get("a"), again.get("b"), again.damaged) == (Reply("one"), Reply("two"), 1)


def test_it_holds_no_prompt(tmp_path: Path) -> None:
    """Key, model, reply and counts: nothing of what was sent."""
    with Journal.open(tmp_path / "journal.jsonl") as journal:
        journal.put(call_key("m", {}, Prompt("secret", "secret")), "m", Reply("text"))
    record = json.loads((tmp_path / "journal.jsonl").read_bytes())
    assert set(record) == {"key", "model", "outcome", "text", "detail", "prompt_tokens", "completion_tokens"}


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("missing/journal.jsonl", "No such file"),
        (".", "a folder or a device"),
        ("a\0b", "null"),
    ],
)
def test_a_place_that_cannot_be_written_is_one_line(tmp_path: Path, path: str, reason: str) -> None:
    """It names the place, the reason and what was expected."""
    with pytest.raises(SlmaugError, match=reason) as caught:
        Journal.open(tmp_path / path)
    assert len(str(caught.value).splitlines()) == 1
    assert "expected a file you may write to" in str(caught.value)


@pytest.mark.parametrize(
    "content",
    [
        b"id,Question,Answer\n1,How?,So.\n",
        b'{"question": "How?", "answer": "So."}\n',
        b"\x00\x01",
        b'{"key": 1}',
        b"[]",
    ],
)
def test_a_file_of_something_else_is_refused_and_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    """Such as the seeds, or an output, named by mistake."""
    path = tmp_path / "seeds.csv"
    path.write_bytes(content)
    with pytest.raises(SlmaugError, match=r"seeds\.csv is no journal; expected a file that slmaug made, or a new one$"):
        Journal.open(path)
    assert path.read_bytes() == content


FULL = """
import resource, sys
from slmaug.errors import SlmaugError
from slmaug.llm.journal import Journal
from slmaug.llm.model import Reply
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
journal = Journal.open(sys.argv[1])
journal.put("a", "m", Reply("x" * 500))
try:
    journal.put("b", "m", Reply("x" * 500))
except SlmaugError as error:
    print(error)
assert journal.get("b") is None
"""


def test_a_file_that_cannot_grow_is_one_line(tmp_path: Path) -> None:
    """As on a full disk: the reply that was half written is not taken for kept, and what was kept before still is."""
    if os.name == "nt":
        pytest.skip("no limit on a file's size")
    path = tmp_path / "journal.jsonl"
    told = subprocess.run([sys.executable, "-c", FULL, str(path)], capture_output=True, text=True, check=True).stdout
    assert re.fullmatch(r"journal .*: cannot be written: File too large; expected a file you may write to.*\n", told)
    with Journal.open(path) as journal:
        assert (journal.get("a"), journal.get("b"), journal.damaged) == (Reply("x" * 500), None, 1)


def test_a_closed_journal_still_answers(tmp_path: Path) -> None:
    """Closing twice is no mistake; writing after it is."""
    journal = Journal.open(tmp_path / "journal.jsonl")
    journal.put("k", "m", Reply("text"))
    journal.close()
    journal.close()
    assert journal.get("k") == Reply("text")
    with pytest.raises(ValueError, match="is closed"):
        journal.put("l", "m", Reply("text"))


def test_a_key_depends_on_all_that_a_reply_depends_on() -> None:
    """Model, parameters, both texts, the limit and the sample, each by itself."""
    keys = {
        call_key("m", {}, PROMPT),
        call_key("n", {}, PROMPT),
        call_key("m", {"temperature": 0.5}, PROMPT),
        call_key("m", {"temperature": 0.0}, PROMPT),
        call_key("m", {}, Prompt("Be brief.How?", "")),
        call_key("m", {}, Prompt("", "Be brief.How?")),
        call_key("m", {}, Prompt("Be brief.", "How?", 5)),
        call_key("m", {}, Prompt("Be brief.", "How?", sample=1)),
    }
    assert len(keys) == 8


def test_a_key_is_the_same_in_every_release() -> None:
    """A journal that was paid for stays good: this value must not change."""
    assert call_key("gpt-4o-mini", {"temperature": 0.7}, Prompt("s", "u\ud800é", 100, 2)).startswith("757408c8e9e66936")
