from __future__ import annotations

import json
import multiprocessing
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import fields
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import slmaug
from slmaug import formats
from slmaug.build import main
from slmaug.config import Settings
from slmaug.cot.answer_lock import answer_of

SEEDS = """\
Question,Answer
How do I reset my password?,"Open Settings and choose ""Reset""."
Where can I change the delivery address?,"In your account, under Addresses."
Why was my card declined at the shop?,"The bank says no; call them."
What do I do if the parcel is lost?,Write to us.
,An answer without a question
How long does a refund take?,Five days.
"""
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="signals and pseudo terminals of POSIX")
ROOT = Path(slmaug.__file__).parent.parent


@pytest.fixture(autouse=True)
def seeds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own with seeds.csv in it: five usable rows and one without a question, on line 6."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "seeds.csv"
    path.write_text(SEEDS, encoding="utf-8")
    return path


def records(path: str = "out.jsonl") -> list[dict[str, Any]]:
    return [json.loads(line) for line in Path(path).read_text(encoding="utf-8").splitlines()]


def files() -> set[str]:
    return {each.name for each in Path().iterdir()}


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "slmaug.build", *arguments]


BYTECODE = tempfile.TemporaryDirectory()  # shared by the processes below, that not each compiles all modules anew


def environment(**more: str) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**inherited, "PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": BYTECODE.name, **more}


def ran(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments), capture_output=True, text=True, encoding="utf-8", env=environment(**more), check=False
    )


# --- a build -----------------------------------------------------------------------------------------------------


def test_command() -> None:
    """The command writes the rows asked for, each with a seed's answer, and a manifest; it speaks on stderr only."""
    done = ran("seeds.csv", "out.jsonl", "--n", "200")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.startswith("200 rows written to out.jsonl in ")
    assert files() == {"seeds.csv", "out.jsonl", "out.manifest.json"}
    rows = records()
    assert len(rows) == 200
    assert len({row["prompt"][0]["content"] for row in rows}) == 200
    answers = {answer_of(row["completion"][0]["content"]) for row in rows}
    assert answers >= {'Open Settings and choose "Reset".', "Write to us."}
    assert json.loads(Path("out.manifest.json").read_text(encoding="utf-8"))["counts"]["rows"] == 200


def test_bytes() -> None:
    """Neither the number of workers nor PYTHONHASHSEED changes a byte of the rows or of the manifest."""
    outputs = set()
    for workers, hash_seed in (("1", "0"), ("2", "77")):
        done = ran("seeds.csv", "out.jsonl", "--n", "200", "--workers", workers, PYTHONHASHSEED=hash_seed)
        assert done.returncode == 0
        outputs.add((Path("out.jsonl").read_bytes(), Path("out.manifest.json").read_bytes()))
    assert len(outputs) == 1


def test_random_seed() -> None:
    """Another random seed gives other rows."""
    assert main(["seeds.csv", "a.jsonl", "--n", "60"]) == 0
    assert main(["seeds.csv", "b.jsonl", "--n", "60", "--random-seed", "1"]) == 0
    assert Path("a.jsonl").read_bytes() != Path("b.jsonl").read_bytes()


def test_summary(capsys: pytest.CaptureFixture[str]) -> None:
    """The summary counts the rows by form, says how far they differ, and names the skipped line and why."""
    assert main(["seeds.csv", "out.jsonl", "--n", "203"]) == 0
    said = capsys.readouterr().err
    assert "5 seeds of seeds.csv; rows per seed: 40 to 41\n" in said
    assert re.search(r"distinct  203 questions; \d+ when letter case, punctuation and word order do not count", said)
    assert re.search(
        r"changed   \d+% of words on average; \d+% of content words are new "
        r"\(of these <?\d+% on the matter, <?\d+% from the answers\)\n",
        said,
    )
    assert re.search(
        r"variety   self-BLEU 0\.\d\d within a seed; forms balanced to \d+%, at one seed to \d+%; "
        r"nine in ten have \d+ to \d+ words\n",
        said,
    )
    assert "  alike" not in said
    assert "  1 row of seeds.csv skipped\n    seeds.csv:6: column 'Question' is empty\n" in said
    table = {name: int(count) for name, count in re.findall(r"^  ([\w-]+) +(\d+) +<?\d+%$", said, re.MULTILINE)}
    assert table == Counter(row["form"] for row in records())


def test_columns_line_up(capsys: pytest.CaptureFixture[str]) -> None:
    """All rows of the table of forms are equally wide."""
    main(["seeds.csv", "out.jsonl", "--n", "200"])
    rows = [line for line in capsys.readouterr().err.splitlines() if line.endswith("%")]
    assert len(rows) > 5
    assert len({len(line) for line in rows}) == 1


def test_words_changed(capsys: pytest.CaptureFixture[str]) -> None:
    """Word order does not count as a change: swapped words change 0 % of them and add no bag of words."""
    arguments = [f"--form={name}=0" for name in form_names() if name != "swap"]
    main(["seeds.csv", "out.jsonl", "--n", "10", *arguments])
    said = capsys.readouterr().err
    assert "10 questions; 5 when letter case, punctuation and word order do not count" in said
    assert "changed   0% of words" in said


def test_lookalikes(capsys: pytest.CaptureFixture[str]) -> None:
    """Two seeds that only function words tell apart are named with how many of their questions look alike."""
    Path("pair.csv").write_text("Question,Answer\nOpen file from disk,a\nOpen file to disk,b\n", encoding="utf-8")
    main(["pair.csv", "out.jsonl", "--n", "2"])
    assert "alike     1 pair of questions with different answers; of seeds 0 and 1: 1\n" in capsys.readouterr().err
    manifest = json.loads(Path("out.manifest.json").read_text(encoding="utf-8"))
    assert manifest["metrics"]["lookalike_seeds"] == [{"seeds": [0, 1], "pairs": 1}]


def form_names() -> list[str]:
    return [form.name for form in slmaug.DEFAULT.forms]


def test_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    """A quiet build that is whole says nothing."""
    assert main(["seeds.csv", "out.jsonl", "--n", "20", "--quiet"]) == 0
    assert capsys.readouterr() == ("", "")


def test_forms() -> None:
    """A form of weight 0 makes no rows; a greater weight makes more of them."""
    weights = ["--form", "search=0", "--form", "polite=1000"]
    assert main(["seeds.csv", "out.jsonl", "--n", "40", *weights]) == 0
    forms = Counter(row["form"] for row in records())
    assert forms["search"] == 0
    assert forms["polite"] > 20


def test_protect() -> None:
    """Protected terms and what a protected pattern matches stand in every variant."""
    protect = ["--protect", "my password", "--protect", "delivery address", "--protect-regex", r"(?i)parcel is \w+"]
    assert main(["seeds.csv", "out.jsonl", "--n", "300", *protect]) == 0
    for row in records():
        question = row["prompt"][0]["content"].lower()
        words = {0: "my password", 1: "delivery address", 3: "parcel is lost"}.get(row["seed_id"], "")
        assert words in question


def test_format_and_system() -> None:
    """--format and --system shape the records."""
    assert main(["seeds.csv", "out.jsonl", "--n", "20", "--format", "messages", "--system", "Be kind."]) == 0
    assert records()[0]["messages"][0] == {"role": "system", "content": "Be kind."}


def test_columns(capsys: pytest.CaptureFixture[str]) -> None:
    """--question-column and --answer-column name the columns."""
    Path("other.csv").write_text("a,b\nSo.,How do I pay by card?\n", encoding="utf-8")
    assert main(["other.csv", "out.jsonl", "--n", "9", "--question-column", "b", "--answer-column", "a"]) == 0
    assert {answer_of(row["completion"][0]["content"]) for row in records()} == {"So."}


def test_duplicates(capsys: pytest.CaptureFixture[str]) -> None:
    """One question with two answers stops the build; --on-duplicate first goes on and names the skipped line."""
    with open("seeds.csv", "a", encoding="utf-8") as file:
        file.write("How long does a refund take?,Ten days.\n")
    assert main(["seeds.csv", "out.jsonl", "--n", "20"]) == 1
    assert "seeds.csv:8: the question" in one_error(capsys)
    assert main(["seeds.csv", "out.jsonl", "--n", "20", "--on-duplicate", "first"]) == 0
    assert "seeds.csv:8: same question as seeds.csv:7, with another answer" in capsys.readouterr().err


def test_too_few(capsys: pytest.CaptureFixture[str]) -> None:
    """Where the forms run dry the rows there are get written, the missing are counted last, and the exit code is 3."""
    forms = [f"--form={name}=0" for name in form_names() if name != "swap"]
    assert main(["seeds.csv", "out.jsonl", "--n", "3000", *forms]) == 3
    said = capsys.readouterr().err
    made = len(records())
    assert 5 < made < 3000
    assert said.startswith(f"{made:,} rows written to out.jsonl")
    assert re.search(r"fell short; .*\n    swap  \d+ of 2,995 asked at 5 seeds: ", said)
    assert said.splitlines()[-1].startswith(f"slmaug: warning: {3000 - made:,} of 3,000 rows are missing")
    assert main(["seeds.csv", "out.jsonl", "--n", "3000", "--quiet", *forms]) == 3
    assert capsys.readouterr().err.startswith("slmaug: warning: ")


def test_flags_anywhere(capsys: pytest.CaptureFixture[str]) -> None:
    """Flags may stand before, between and behind the files."""
    assert main(["--n", "20", "seeds.csv", "--quiet", "out.jsonl", "--form", "swap=0"]) == 0
    assert len(records()) == 20


# --- standard output ---------------------------------------------------------------------------------------------


def test_standard_output() -> None:
    """Behind - come the bytes that a file would hold and nothing else; no file is made."""
    assert main(["seeds.csv", "out.jsonl", "--n", "60"]) == 0
    expected = Path("out.jsonl").read_text(encoding="utf-8")
    before = files()
    done = ran("seeds.csv", "-", "--n", "60")
    assert done.stdout == expected
    assert done.stderr.startswith("60 rows written to standard output")
    assert files() == before


@POSIX
def test_head() -> None:
    """A reader that goes away after one line ends the build without a word, with a broken pipe's exit code."""
    script = f"set -o pipefail; {sys.executable} -m slmaug.build seeds.csv - --n 1500 --quiet | head -1"
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, env=environment(), check=False)
    assert len(done.stdout.splitlines()) == 1
    assert (done.returncode, done.stderr) == (141, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux's /dev/full")
@pytest.mark.parametrize("arguments", ["seeds.csv -", "seeds.csv --preview 2", "seeds.csv --dry-run"])
@pytest.mark.parametrize(("target", "message"), [(">/dev/full", ": cannot be written"), (">&-", " is closed")])
def test_no_standard_output(arguments: str, target: str, message: str) -> None:
    """A standard output that takes nothing is one line."""
    script = f"exec {sys.executable} -m slmaug.build {arguments} --n 9 --quiet {target}"
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, env=environment(), check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert re.fullmatch(rf"slmaug: error: standard output{message}[^\n]*\n", done.stderr)


@POSIX
def test_no_standard_error() -> None:
    """A closed standard error costs the words, not the rows."""
    script = f"exec {sys.executable} -m slmaug.build seeds.csv out.jsonl --n 9 2>&-"
    assert subprocess.run(["bash", "-c", script], env=environment(), check=False).returncode == 0
    assert len(records()) == 9


def test_preview(capsys: pytest.CaptureFixture[str]) -> None:
    """--preview shows K rows before and after with the changes in brackets, and writes nothing."""
    assert main(["seeds.csv", "out.jsonl", "--n", "200", "--preview", "4"]) == 0
    shown, said = capsys.readouterr()
    assert shown.count("  after     ") == 4
    assert "[" in shown
    assert "\x1b" not in shown
    assert "4 of 200 rows shown, none written" in said
    assert "seeds.csv:6: column 'Question' is empty" in said
    assert files() == {"seeds.csv"}


@pytest.mark.parametrize("arguments", [["seeds.csv", "--preview"], ["--preview", "seeds.csv"]])
def test_preview_alone(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    """A preview needs no output, shows 10 rows unless told, and a file behind it is not taken for the number."""
    assert main([*arguments, "--n", "200", "--quiet"]) == 0
    shown, said = capsys.readouterr()
    assert shown.count("  after     ") == 10
    assert said == ""


def test_dry_run(capsys: pytest.CaptureFixture[str]) -> None:
    """--dry-run prints seeds, skipped rows and rows by seed and form that add up to n, and writes nothing."""
    assert main(["seeds.csv", "out.jsonl", "--n", "203", "--dry-run", "--form", "search=0"]) == 0
    shown, said = capsys.readouterr()
    assert said == ""
    assert "203 rows would be written, to out.jsonl (conversational)" in shown
    table = {name: int(count) for name, count in re.findall(r"^  ([\w-]+) +(\d+) .*%$", shown, re.MULTILINE)}
    assert set(table) == {*form_names(), "seed"}
    assert table["search"] == 0
    assert sum(table.values()) == 203
    assert re.findall(r"^ +(\d+)  seeds.csv:\d+  ", shown, re.MULTILINE) == ["41", "41", "41", "40", "40"]
    assert "seeds.csv:6: column 'Question' is empty" in shown
    assert shown.endswith("Nothing was written.\n")
    assert files() == {"seeds.csv"}


def test_dry_run_is_the_plan(capsys: pytest.CaptureFixture[str]) -> None:
    """A dry run names the numbers that a build where no form falls short then makes."""
    plentiful = {"context", "polite", "question"}
    arguments = ["seeds.csv", "out.jsonl", "--n", "40"]
    arguments += [f"--form={name}=0" for name in form_names() if name not in plentiful]
    main([*arguments, "--dry-run"])
    shown = capsys.readouterr().out
    planned = {name: int(count) for name, count in re.findall(r"^  ([\w-]+) +(\d+) .*%$", shown, re.MULTILINE)}
    main(arguments)
    assert "fell short" not in capsys.readouterr().err
    assert Counter(row["form"] for row in records()) == Counter(planned)


def test_dry_run_fails_as_a_build(capsys: pytest.CaptureFixture[str]) -> None:
    """What would stop the build stops the dry run, with the same words."""
    Path("folder.jsonl").mkdir()
    Path("taken.manifest.json").mkdir()
    places = ("none/out.jsonl", "folder.jsonl", "taken.jsonl", "out.jsonl --n 2")
    for line in (*(f"seeds.csv {place}" for place in places), "none.csv out.jsonl"):
        arguments = line.split()
        assert main(arguments) == 1
        error = one_error(capsys)
        assert main([*arguments, "--dry-run"]) == 1
        assert one_error(capsys) == error


# --- the settings file -------------------------------------------------------------------------------------------


def test_config_equals_flags() -> None:
    """A settings file gives the rows and the manifest of the same flags, byte for byte."""
    Path("recipe.yaml").write_text(
        "input: seeds.csv\noutput: out.jsonl\nn: 120\nrandom-seed: 5\nworkers: 1\nprotect: [refund]\n"
        "protect_regex: ['par\\w+']\nformat: messages\nsystem: Hi.\non_duplicate: first\nforms: {search: 2, swap: 0}\n",
        encoding="utf-8",
    )
    assert main(["--config", "recipe.yaml"]) == 0
    by_file = Path("out.jsonl").read_bytes(), Path("out.manifest.json").read_bytes()
    flags = "--n 120 --random-seed 5 --protect refund --protect-regex par\\w+ --format messages --system Hi."
    flags += " --on-duplicate first --form search=2 --form swap=0"
    assert main(["seeds.csv", "out.jsonl", *flags.split()]) == 0
    assert (Path("out.jsonl").read_bytes(), Path("out.manifest.json").read_bytes()) == by_file


def test_flags_win() -> None:
    """A flag wins over the file; protected terms add up; a form's weight wins for that form alone."""
    Path("recipe.yaml").write_text(
        "n: 120\noutput: a.jsonl\nprotect: [refund]\nforms: {search: 0, terse: 0}\n", encoding="utf-8"
    )
    extra = ["--n", "60", "--protect", "parcel", "--form", "terse=9"]
    assert main(["seeds.csv", "b.jsonl", "--config", "recipe.yaml", *extra]) == 0
    assert not Path("a.jsonl").exists()
    rows = records("b.jsonl")
    assert len(rows) == 60
    forms = Counter(row["form"] for row in rows)
    assert forms["search"] == 0 < forms["terse"]
    settings = json.loads(Path("b.manifest.json").read_text(encoding="utf-8"))["settings"]
    assert settings["protect"] == ["refund", "parcel"]
    assert settings["protect_regex"] == []


# --- errors ------------------------------------------------------------------------------------------------------


def one_error(capsys: pytest.CaptureFixture[str]) -> str:
    """The one line on stderr."""
    shown, said = capsys.readouterr()
    assert shown == ""
    assert re.fullmatch(r"slmaug: error: [^\n]+\n", said)
    return said


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ("", 2, "no seeds; expected a file"),
        ("seeds.csv", 2, "no place for the rows; expected a second file"),
        ("seeds.csv a.jsonl b.jsonl", 2, "expected two files, seeds and output, got 3"),
        ("seeds.csv out.jsonl --nn 5", 2, "unrecognized arguments: --nn 5"),
        ("seeds.csv out.jsonl --n", 2, "argument --n: expected one argument"),
        ("seeds.csv out.jsonl --n many", 2, "argument --n: expected a whole number from 1, got 'many'"),
        ("seeds.csv out.jsonl --n -3", 2, "argument --n: expected a whole number from 1, got '-3'"),
        ("seeds.csv out.jsonl --workers 0", 2, "argument --workers: expected a whole number from 1, got '0'"),
        ("seeds.csv out.jsonl --random-seed x", 2, "argument --random-seed: expected a whole number, got 'x'"),
        ("seeds.csv out.jsonl --format alpacca", 2, "argument --format: invalid choice: 'alpacca'"),
        ("seeds.csv out.jsonl --form swap", 2, "argument --form: expected NAME=WEIGHT"),
        ("seeds.csv out.jsonl --form swap=-1", 2, "argument --form: expected NAME=WEIGHT"),
        ("seeds.csv out.jsonl --form swap=inf", 2, "argument --form: expected NAME=WEIGHT"),
        ("seeds.csv out.jsonl --protect=", 2, "argument --protect: expected a word"),
        ("seeds.csv out.jsonl --protect-regex (a", 2, "argument --protect-regex: '(a' is no regular expression"),
        ("seeds.csv out.jsonl --preview --dry-run", 2, "--preview and --dry-run exclude each other"),
        ("seeds.csv out.jsonl --form serch=1", 1, "form weights: no form 'serch' in the recipe; it has "),
        ("none.csv out.jsonl", 1, "none.csv: no such file"),
        ("seed.csv out.jsonl", 1, "seed.csv: no such file; did you mean seeds.csv?"),
        ("seeds.csv out.txt", 1, "out.txt: suffix '.txt'; expected .jsonl or .parquet"),
        ("seeds.csv none/out.jsonl", 1, "none/out.jsonl: no folder none; make it: mkdir -p none"),
        ("seeds.csv out.jsonl --n 4", 1, "n is 4, but seeds.csv has 5 usable seeds"),
        ("seeds.csv out.jsonl --question-column Q", 1, "seeds.csv:1: no column 'Q'"),
        ("seeds.csv out.jsonl --config none.yaml", 1, "none.yaml: cannot be read: No such file"),
    ],
)
def test_errors(capsys: pytest.CaptureFixture[str], arguments: str, code: int, message: str) -> None:
    """What a person can put right is one line without a traceback, and nothing is written; 2 is for wrong usage."""
    assert main(arguments.split()) == code
    assert one_error(capsys).startswith(f"slmaug: error: {message}")
    assert files() == {"seeds.csv"}


def test_no_forms(capsys: pytest.CaptureFixture[str]) -> None:
    """Weights that are all 0 are an error."""
    assert main(["seeds.csv", "out.jsonl", *(f"--form={name}=0" for name in form_names())]) == 1
    assert "at least one form with a weight above 0" in one_error(capsys)


@pytest.mark.parametrize("name", ["same.jsonl", "linked.jsonl"])
def test_output_is_input(capsys: pytest.CaptureFixture[str], name: str) -> None:
    """The input is never written over, under whatever name it goes."""
    content = json.dumps({"Question": "How do I pay?", "Answer": "So."})
    Path("same.jsonl").write_text(content, encoding="utf-8")
    Path("linked.jsonl").symlink_to("same.jsonl")
    assert main(["same.jsonl", name, "--n", "5"]) == 1
    assert f"{name}: this build reads it (same.jsonl); expected another file" in one_error(capsys)
    assert Path("same.jsonl").read_text(encoding="utf-8") == content


def test_manifest_is_input(capsys: pytest.CaptureFixture[str]) -> None:
    """Nor is the input written over by the manifest."""
    content = json.dumps([{"Question": "How do I pay?", "Answer": "So."}])
    Path("out.manifest.json").write_text(content, encoding="utf-8")
    assert main(["out.manifest.json", "out.jsonl", "--n", "5"]) == 1
    assert "out.manifest.json: this build reads it" in one_error(capsys)
    assert Path("out.manifest.json").read_text(encoding="utf-8") == content


@pytest.mark.skipif(multiprocessing.get_start_method() != "fork", reason="the worker must inherit what is patched")
def test_dead_worker(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker process that dies is one line, too."""
    monkeypatch.setattr("slmaug.drawing.draw", lambda *_: os._exit(9))
    assert main(["seeds.csv", "out.jsonl", "--workers", "2", "--quiet"]) == 1
    assert "a worker process died, perhaps for want of memory; try fewer workers" in one_error(capsys)


# --- signals -----------------------------------------------------------------------------------------------------


@POSIX
@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.parametrize(
    ("number", "code", "word"), [(signal.SIGINT, 130, "interrupted"), (signal.SIGTERM, 143, "terminated")]
)
def test_stopped(number: signal.Signals, code: int, word: str, workers: str) -> None:
    """Ctrl-C and SIGTERM end a long build within a second, on one line; older files stay and no other is left."""
    Path("out.jsonl").write_text("older\n", encoding="utf-8")
    script = """if True:
        import os, sys
        from slmaug import build, drawing
        to_draw = drawing.draw
        def draw(plan, common):
            os.write(1, b"drawing\\n")
            return to_draw(plan, common)
        drawing.draw = draw
        sys.exit(build.main(sys.argv[1:]))"""
    arguments = [sys.executable, "-c", script, "seeds.csv", "out.jsonl", "--n", "200000", "--workers", workers]
    with subprocess.Popen(
        arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment(), start_new_session=True
    ) as process:
        assert process.stdout
        for _ in range(int(workers)):
            assert process.stdout.readline() == "drawing\n"
        start = time.perf_counter()
        if number is signal.SIGINT:
            os.killpg(process.pid, number)  # as a terminal does: to the workers, too
        else:
            process.send_signal(number)
        shown, said = process.communicate(timeout=20)
        took = time.perf_counter() - start
    assert set(shown.split()) <= {"drawing"}
    assert (process.returncode, said) == (code, f"slmaug: {word}; no file was changed\n")
    assert took < 2
    assert files() == {"seeds.csv", "out.jsonl"}
    assert Path("out.jsonl").read_text(encoding="utf-8") == "older\n"


@POSIX
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_stopped_while_writing(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
    number: signal.Signals,
    code: int,
) -> None:
    """A signal in the midst of the writing leaves the older files and no temporary one; handlers are put back."""
    main(["seeds.csv", "out.jsonl", "--n", "30", "--quiet"])
    older = Path("out.jsonl").read_bytes(), Path("out.manifest.json").read_bytes()
    written = SimpleNamespace(count=0)
    json_bytes = formats.json_bytes
    if signal.getsignal(number) is signal.SIG_IGN:  # under nohup, whose wish a build respects
        signal.signal(number, signal.SIG_DFL)
        request.addfinalizer(lambda: signal.signal(number, signal.SIG_IGN))

    def slow(value: object, indent: int | None = None) -> bytes:
        written.count += 1
        if written.count == 20:
            os.kill(os.getpid(), number)
        return json_bytes(value, indent)

    monkeypatch.setattr(formats, "json_bytes", slow)
    handlers = [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)]
    assert main(["seeds.csv", "out.jsonl", "--n", "60"]) == code
    assert written.count == 20
    assert capsys.readouterr().err.endswith("; no file was changed\n")
    assert files() == {"seeds.csv", "out.jsonl", "out.manifest.json"}
    assert (Path("out.jsonl").read_bytes(), Path("out.manifest.json").read_bytes()) == older
    assert [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)] == handlers


# --- terminal ----------------------------------------------------------------------------------------------------


@POSIX
def test_narrow_terminal() -> None:
    """A terminal gets a progress bar, which is gone at the end, and no line of the summary is wider than it."""
    import fcntl
    import pty
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 44, 0, 0))
    env = environment()
    env.pop("COLUMNS", None)
    with subprocess.Popen(
        command("seeds.csv", "out.jsonl", "--n", "600"), stdout=subprocess.PIPE, stderr=theirs, env=env
    ) as process:
        os.close(theirs)
        said = b""
        try:
            while piece := os.read(ours, 4096):
                said += piece
        except OSError:  # Linux's way of saying that the other end is closed
            pass
    os.close(ours)
    bar, _, summary = said.decode().replace("\r\n", "\n").rpartition("\r")
    assert process.returncode == 0
    assert "600" in bar
    assert summary.startswith("600 rows written to out.jsonl")
    assert max(map(len, summary.splitlines())) <= 44


def test_plain_encoding() -> None:
    """Where the output's encoding lacks a character, an escape stands for it."""
    Path("seeds.csv").write_text("Question,Answer\nWhere is the café?,There.\n", encoding="utf-8")
    done = ran("seeds.csv", "--dry-run", PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Where is the caf\\xe9?" in done.stdout


def test_help(capsys: pytest.CaptureFixture[str]) -> None:
    """--help names every flag, its default, the exit codes and examples."""
    assert main(["--help"]) == 0
    text = capsys.readouterr().out
    settings = {f"--{each.name.replace('_', '-')}" for each in fields(Settings)} - {"--input", "--output", "--forms"}
    flags = set(re.findall(r"^  (--[\w-]+)", text, re.MULTILINE))
    assert flags == {"--version", "--config", "--preview", "--dry-run", "--quiet", "--form", *settings}
    flat = " ".join(text.split())
    for words in ("(default: 3000)", "(default: conversational)", "examples:", "3 written, but something fell short"):
        assert words in flat


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    """--version prints the version."""
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"slmaug {slmaug.__version__}\n"


def test_light() -> None:
    """--help loads no augmenters and nothing outside the standard library; a build no pandas and no process pool."""
    heavy = "slmaug.augment slmaug.text multiprocessing numpy pandas pyarrow jieba datasets yaml tqdm torch"
    script = "import sys; from slmaug.build import main; main(sys.argv[1:]); print(*sys.modules, file=sys.stderr)"
    env = environment()

    def loaded(*arguments: str) -> set[str]:
        done = subprocess.run(
            [sys.executable, "-c", script, *arguments], capture_output=True, text=True, env=env, check=True
        )
        return set(done.stderr.splitlines()[-1].split())

    assert not loaded("--help") & set(heavy.split())
    assert not loaded("seeds.csv", "out.jsonl", "--n", "60") & set(heavy.split()[2:])
