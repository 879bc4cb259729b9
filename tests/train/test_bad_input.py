"""What a user gets wrong is one line on standard error that says what to do, and never a traceback."""

import json
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from slmaug import expand
from slmaug.train.__main__ import main

pytest.importorskip("trl")

SEEDS = [
    ("How do I reset my password?", "Open **Settings**, then *Reset password*."),
    ("Where do I find my invoices?", "They are under **Billing**."),
]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with rows, a small model, and one of each kind of file that is wrong."""
    from slmaug.train.tiny import small_phi3, small_tokenizer

    folder = tmp_path_factory.mktemp("bad")
    rows = expand(SEEDS, 24, random_seed=1)
    rows.write(folder / "rows.jsonl")
    (folder / "one.jsonl").write_text((folder / "rows.jsonl").read_text().splitlines()[0] + "\n")
    (folder / "text.jsonl").write_text("hello\nworld\n")
    (folder / "fields.jsonl").write_text('{"a": 1}\n' * 5)
    (folder / "empty.jsonl").touch()
    (folder / "seeds.csv").write_text("Question,Answer\nHow?,So.\nWhy?,Because.\n")
    (folder / "columns.csv").write_text("Foo,Bar\na,b\n")
    (folder / "number.csv").write_text("Question,seed_id\nforgot my password,77\n")
    (folder / "leak.csv").write_text(f"Question,seed_id\n{json.dumps(rows[0].question)},{rows[0].seed_id}\n")
    (folder / "bad.yaml").write_text("learning_rate: 1: 2\n")
    (folder / "list.yaml").write_text("- learning_rate\n")
    (folder / "types.yaml").write_text("batch: many\n")
    (folder / "trl.yaml").write_text("num_train_epochs: [1, 2]\n")
    (folder / "env.yaml").write_text("env: 5\n")
    (folder / "file").touch()
    tokenizer = small_tokenizer([text for pair in SEEDS for text in pair], 512)
    model = folder / "model"
    small_phi3(tokenizer, width=64, layers=1).save_pretrained(model)
    tokenizer.save_pretrained(model)
    for name, without in (
        ("no_tokenizer", "tokenizer*"),
        ("no_weights", "model.safetensors"),
        ("no_template", "chat_template.jinja"),
    ):
        shutil.copytree(model, folder / name, ignore=shutil.ignore_patterns(without))
    shutil.copytree(model, folder / "unknown")
    (folder / "unknown" / "config.json").write_text('{"x": 1}')
    (folder / "nothing").mkdir()
    (folder / "notes").mkdir()
    (folder / "notes" / "readme.txt").write_text("hi")
    return folder


@pytest.fixture
def line(place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Any:
    """The one line that a command ends with; it is run in the folder of files and must end with exit code 1."""
    monkeypatch.chdir(place)

    def ended(command: str, *more: str) -> str:
        argv = [*command.split(), *more]
        code = main(argv if "--output-dir" in argv else [*argv, "--output-dir", str(tmp_path / "run"), "--quiet"])
        shown = capsys.readouterr()
        assert code == 1, shown.err
        assert shown.out == ""
        assert shown.err.count("\n") == 1, shown.err
        assert shown.err.startswith("slmaug: error: ")
        return shown.err

    return ended


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("text.jsonl", "text.jsonl:1: invalid JSON"),
        ("seeds.csv", "these are seeds; expected training rows: build them first: python -m slmaug.build"),
        ("fields.jsonl", "fields.jsonl:1: the keys 'a'; expected those of a training row"),
        ("empty.jsonl", "the file is empty"),
        ("one.jsonl", "training needs at least 2"),
        ("row.jsonl", "no such file; did you mean rows.jsonl?"),
        ("nothing", "a folder; expected a file"),
    ],
)
def test_wrong_rows(line: Any, rows: str, message: str) -> None:
    """Rows that are no rows are named with what is wrong with them."""
    assert message in line(f"{rows} --recipe smoke")


@pytest.mark.parametrize(
    ("model", "message"),
    [
        ("nothing", "the folder is empty; expected a model"),
        ("notes", "no config.json in this folder"),
        ("no_weights", "no weights (model.safetensors) in this folder"),
        ("no_tokenizer", "no tokenizer (tokenizer.json or tokenizer.model) in this folder"),
        ("no_template", "its tokenizer has no chat template"),
        ("unknown", "its config.json describes no model that transformers knows"),
        ("file", "a file; expected the folder of a model"),
    ],
)
def test_wrong_models(line: Any, model: str, message: str) -> None:
    """A folder that is no model, or half of one, is named with what it lacks."""
    assert message in line(f"rows.jsonl --recipe lora --model {model}")


@pytest.mark.parametrize(
    ("questions", "message"),
    [
        ("columns.csv", "columns 'Foo', 'Bar'; expected Question and either Answer or seed_id"),
        ("number.csv", "seed_id 77; expected one that the training rows have"),
        ("leak.csv", "expected real questions that no row holds"),
        ("none.csv", "no such file"),
    ],
)
def test_wrong_questions(line: Any, questions: str, message: str) -> None:
    """Real questions without the columns, without an answer, or in the rows are errors before anything is trained."""
    assert message in line(f"rows.jsonl --recipe smoke --questions {questions}")


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("--recipe smok", "recipe 'smok' is unknown; expected one of full, lora, smoke"),
        ("--recipe smoke --config bad.yaml", "bad.yaml:1: is not YAML: mapping values are not allowed here"),
        ("--recipe smoke --config list.yaml", "expected settings such as 'learning_rate: 1e-5', found none"),
        ("--recipe smoke --config types.yaml", "batch is 'many'; expected a whole number"),
        ("--recipe smoke --config trl.yaml", "num_train_epochs is [1, 2]; expected a value as --num_train_epochs"),
        ("--recipe smoke --config env.yaml", "env is 5; expected names with values"),
        ("--recipe smoke --learning_rate 0", "--learning_rate is 0.0; expected a number above 0"),
        ("--recipe smoke --learning_rate nan", "--learning_rate is nan; expected a number above 0"),
        ("--recipe smoke --num_train_epochs 0", "--num_train_epochs is 0.0; expected a number above 0"),
        ("--recipe smoke --max_steps 0", "--max_steps is 0; expected a number of steps from 1"),
        ("--recipe smoke --per_device_train_batch_size 0", "--per_device_train_batch_size is 0; expected 1 or more"),
        ("--recipe smoke --seed -1", "--seed is -1; expected a whole number"),
        ("--recipe smoke --max_length 5", "tokens, more than the 5 a row may have"),
        ("--recipe smoke --use_peft --lora_r 0", "--lora_r is 0; expected 1 or more"),
        ("--recipe smoke --use_peft --lora_target_modules none", "not found in the base model"),
        ("--recipe smoke --report_to nowhere", "nowhere is not supported"),
        ("--recipe smoke --optim adamw_bnb_8bit", "bitsandbytes"),
        ("--recipe smoke --fsdp full_shard", "training cannot begin with these settings: Using fsdp only works"),
        ("--recipe smoke --learning_rate 1e30", "the loss is nan at step"),
        ("--recipe smoke --output-dir file", "file: a file; expected a folder for the run"),
        ("--recipe smoke --output-dir file/run", "file: a file; expected a folder for the run"),
    ],
)
def test_wrong_settings(line: Any, command: str, message: str) -> None:
    """Values that no run can work with are named with what was expected, also those that only a library refuses."""
    if "bnb" in command and find_spec("bitsandbytes") is not None:
        pytest.skip("bitsandbytes is installed")
    assert message in line(f"rows.jsonl {command} --quiet --logging_steps 1")


def test_an_empty_output_folder(line: Any) -> None:
    """An empty --output-dir, as an unset variable of a shell leaves it, is not the folder one stands in."""
    assert "--output-dir is empty" in line("rows.jsonl --recipe smoke --output-dir", "")


def test_a_folder_that_cannot_be_made(line: Any) -> None:
    """Where the system refuses a folder, the line names it, whoever runs the command."""
    if not Path("/proc/self").is_dir():
        pytest.skip("needs /proc, in which nobody can make a folder")
    assert "/proc/slmaug" in line("rows.jsonl --recipe smoke --output-dir /proc/slmaug")


def test_no_space(line: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk without room for the checkpoints is found out before the training."""
    usage = shutil.disk_usage("/")._replace(free=1_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda place: usage)
    shown = line("rows.jsonl --recipe smoke")
    assert "no space: training needs about" in shown
    assert "--save_total_limit 1" in shown


@pytest.mark.parametrize("model", ["", "--model microsoft/Phi-3.5-mini-instrukt"])
def test_no_network_and_no_copy(line: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, model: str) -> None:
    """Without a network and a copy in the cache, the line says so and what to do, at once."""
    hub = pytest.importorskip("huggingface_hub")
    monkeypatch.setattr(hub.constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(hub.constants, "HF_HUB_OFFLINE", True)
    shown = line(f"rows.jsonl {model}")
    assert "microsoft/Phi-3.5-mini-instr" in shown
    assert "the folder of a model" in shown


LIGHT = """
import sys
sys.modules.update({name: None for name in %r})
from slmaug.train.__main__ import main
code = main(%r)
assert "torch" not in sys.modules or sys.modules["torch"] is None, "torch was imported for nothing"
raise SystemExit(code)
"""


@pytest.mark.parametrize(
    ("missing", "argv", "message"),
    [
        (["trl"], ["rows.jsonl", "--recipe", "smoke"], 'training needs trl: pip install "slmaug[train]"'),
        (["torch"], ["rows.jsonl", "--recipe", "smoke"], 'training needs torch: pip install "slmaug[train]"'),
        ([], ["rows.jsonl", "--model", "no_weights"], "no weights (model.safetensors) in this folder"),
    ],
)
def test_nothing_heavy_is_loaded_for_a_mistake(place: Path, missing: list[str], argv: list[str], message: str) -> None:
    """A missing package and half a model are told without importing torch, which alone takes seconds."""
    files = [str(place / each) if (place / each).exists() else each for each in argv]
    source = LIGHT % (missing, [*files, "--output-dir", str(place / "light")])
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True)
    assert done.returncode == 1, done.stderr
    assert message in done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
