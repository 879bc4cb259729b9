from __future__ import annotations

import re
from pathlib import Path

import pytest

from slmaug.config import Settings, read_config
from slmaug.errors import MissingPackage, SlmaugError


def config(folder: Path, text: str | bytes) -> str:
    path = folder / "recipe.yaml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return str(path)


def test_every_key(tmp_path: Path) -> None:
    """Every setting can stand in the file, and what is read fits Settings as it is."""
    text = """\
input: seeds.csv
output: out.jsonl
n: 50
random_seed: -7
workers: 2
protect: [bank card, .NET]
protect_regex: ['KB-[0-9]+']
format: messages
system: ""
question_column: q
answer_column: a
on_duplicate: first
forms: {search: 2, swap: 0.5}
"""
    found = Settings(**read_config(config(tmp_path, text)))
    assert found == Settings(
        input="seeds.csv",
        output="out.jsonl",
        n=50,
        random_seed=-7,
        workers=2,
        protect=("bank card", ".NET"),
        protect_regex=(re.compile("KB-[0-9]+"),),
        format="messages",
        system="",
        question_column="q",
        answer_column="a",
        on_duplicate="first",
        forms={"search": 2, "swap": 0.5},
    )


def test_hyphens(tmp_path: Path) -> None:
    """A key may be spelled as its flag is."""
    assert read_config(config(tmp_path, "random-seed: 3\non-duplicate: first\n")) == {
        "random_seed": 3,
        "on_duplicate": "first",
    }


def test_nothing(tmp_path: Path) -> None:
    """A file of comments alone says nothing, which is no error."""
    assert read_config(config(tmp_path, "# n: 3\n")) == {}


def test_anchors_and_mark(tmp_path: Path) -> None:
    """YAML's anchors and a byte order mark are read."""
    text = b"\xef\xbb\xbfprotect: &terms [a, b]\nprotect_regex: *terms\n"
    assert read_config(config(tmp_path, text))["protect"] == ("a", "b")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("n: 5\nprotct: [x]", "2: unknown key 'protct'; did you mean protect?"),
        ("form: {swap: 0}", "1: unknown key 'form'; did you mean forms?"),
        ("xyzzy: 1", "1: unknown key 'xyzzy'; expected one of input, output, n, random_seed, "),
        ("n: many", "1: key 'n' is the text 'many'; expected a whole number from 1"),
        ("n: true", "1: key 'n' is the truth value true; expected a whole number from 1"),
        ("n: 0", "1: key 'n' is the number 0; expected a whole number from 1"),
        ("n: 2.5", "1: key 'n' is the number 2.5; expected"),
        ("workers: [1]", "1: key 'workers' is the list [1]; expected"),
        ("random_seed: '1'", "1: key 'random_seed' is the text '1'; expected a whole number"),
        ("input:", "1: key 'input' is empty; expected text"),
        ("system: 5", "1: key 'system' is the number 5; expected text"),
        ("format: alpacca", "1: key 'format' is the text 'alpacca'; expected one of conversational, messages, "),
        ("format: [alpaca]", "1: key 'format' is the list ['alpaca']; expected one of"),
        ("on_duplicate: last", "1: key 'on_duplicate' is the text 'last'; expected error or first"),
        ("protect: card", "1: key 'protect' is the text 'card'; expected a list of texts"),
        ("protect: [4.8]", "1: key 'protect' is a list with the number 4.8 (put it in quotes); expected a list"),
        ("protect: [' ']", "1: key 'protect' is a list with the text ' '; expected a list of texts"),
        ("protect_regex: ['(a']", "1: key 'protect_regex' is a list with the text '(a'; expected a list of regular"),
        ("forms: [swap]", "1: key 'forms' is the list ['swap']; expected a weight from 0 for each form"),
        ("forms: {swap: yes}", "1: key 'forms' is the truth value true at 'swap'; expected a weight"),
        ("forms: {swap: -1}", "1: key 'forms' is the number -1 at 'swap'; expected a weight"),
        ("forms: {swap: .nan}", "1: key 'forms' is the number nan at 'swap'; expected a weight"),
        ("forms: {1: 2}", "1: key 'forms' is a mapping with the number 1 for a name; expected a weight"),
        ("n: 5\nn: 6", "2: key 'n' stands here a second time; expected it once"),
        ("random_seed: 5\nrandom-seed: 6", "2: key 'random-seed' stands here a second time; expected it once"),
        ("forms:\n  swap: 1\n  swap: 2", "3: key 'swap' stands here a second time; expected it once"),
        ("? [n]\n: 5", "1: a key is a list or a mapping; expected a name"),
        ("n: [1,", "1:7: not YAML: "),
        ("n: !!python/object:os.system 1", "1:4: not YAML: "),
        ("n: 2024-99-99", " not YAML: month must be in 1..12; put the value in quotes"),
        ("- n", " the file is no mapping; expected lines such as 'n: 3000'"),
        (b"n: \xff", " byte 0xFF at offset 3; expected UTF-8 text"),
    ],
)
def test_errors(tmp_path: Path, text: str | bytes, message: str) -> None:
    """What is wrong is said on one line: file, line, key, what was found and what was expected."""
    path = config(tmp_path, text)
    with pytest.raises(SlmaugError) as caught:
        read_config(path)
    assert str(caught.value).startswith(f"{path}:{message}")
    assert "\n" not in str(caught.value)


def test_no_file(tmp_path: Path) -> None:
    """A file that is not there is an error that names it."""
    with pytest.raises(SlmaugError, match=r"none\.yaml: cannot be read: No such file or directory"):
        read_config(str(tmp_path / "none.yaml"))


def test_no_yaml(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without PyYAML the error holds the command that installs it."""
    monkeypatch.setitem(__import__("sys").modules, "yaml", None)
    with pytest.raises(MissingPackage, match="pip install pyyaml"):
        read_config(config(tmp_path, "n: 1"))
