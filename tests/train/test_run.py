import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from slmaug import expand
from slmaug.errors import SlmaugError
from slmaug.train.encoding import IGNORED
from slmaug.train.preflight import preflight
from slmaug.train.settings import joined

pytest.importorskip("trl")

SEEDS = [
    ("How do I reset my password?", "Open **Settings**, then *Reset password*."),
    ("Where do I find my invoices?", "They are under **Billing**."),
    ("How do I list files?", "Use `ls`:\n\n```bash\nls -la\n```"),
    ("How do I read a file in Python?", "    with open(path) as file:\n        print(file.read())\n"),
]
QUESTIONS = "Question,seed_id\nforgot my password what now,0\nneed last invoice pdf,1\n"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with 48 rows of four seeds and two real questions."""
    folder = tmp_path_factory.mktemp("run")
    expand(SEEDS, 48, random_seed=1).write(folder / "rows.jsonl")
    (folder / "real.csv").write_text(QUESTIONS)
    return folder


def settings(place: Path, output: str, **more: Any) -> Any:
    rows = {"rows": str(place / "rows.jsonl"), "recipe": "smoke", "output_dir": str(place / output), "quiet": True}
    return joined(rows | {name: more.pop(name) for name in ("questions", "batch", "watch_rows") if name in more}, more)


def command(place: Path, output: str, *more: str) -> list[str]:
    given = ["--recipe", "smoke", "--output-dir", str(place / output), "--num_train_epochs", "8", "--watch-rows", "4"]
    return [sys.executable, "-m", "slmaug.train", str(place / "rows.jsonl"), *given, *more]


def digest(folder: Path) -> str:
    return hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()


@pytest.fixture(scope="module")
def whole(place: Path) -> Path:
    """The folder of a run that nothing interrupted, with LoRA's dropout so that chance has a part in it."""
    done = subprocess.run(
        command(place, "whole", "--questions", str(place / "real.csv"), *LORA), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return place / "whole"


# Dropout draws from torch's random state, so resuming is exact only where that state is restored, too.
LORA = ("--use_peft", "--lora_r", "4", "--lora_dropout", "0.1", "--lora_target_modules", "all-linear")


def test_a_run_leaves_a_model_and_all_its_papers(whole: Path) -> None:
    """The folder holds the model as others load it, the scores, the curves, the card, and no checkpoint any more."""
    names = {each.name for each in whole.iterdir()}
    assert names >= {
        "model.safetensors", "config.json", "generation_config.json", "tokenizer.json", "Modelfile", "README.md",
        "manifest.json", "history.jsonl", "curves.png", "report.html", "wrong_answers.csv", "answers.json",
    }  # fmt: skip
    assert not list((whole / "checkpoints").glob("checkpoint-*"))
    manifest = json.loads((whole / "manifest.json").read_text())
    assert set(manifest["evaluation"]) == {"training", "held_out", "real.csv"}
    assert manifest["evaluation"]["real.csv"]["questions"] == 2
    assert manifest["data"]["training_rows"] + manifest["data"]["held_out_rows"] == manifest["data"]["rows"] == 48
    assert 0 < manifest["model"]["trained_parameters"] < manifest["model"]["parameters"]
    text = (whole / "manifest.json").read_text() + (whole / "report.html").read_text()
    assert str(whole.parent) not in text, "a path of this machine is in what a user may publish"


def test_a_finished_run_is_not_trained_again(place: Path, whole: Path) -> None:
    """The same command once more asks the model again and trains nothing: the weights are the very file."""
    before = (whole / "model.safetensors").stat().st_mtime_ns
    done = subprocess.run(command(place, "whole", *LORA), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert (whole / "model.safetensors").stat().st_mtime_ns == before


def interrupted(argv: list[str], folder: Path, number: signal.Signals, ready: Callable[[], bool]) -> int:
    """Start a run, send it a signal once ``ready``, and give its exit code."""
    process = subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not ready() and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(number)
    return process.wait()


@pytest.mark.skipif(os.name == "nt", reason="signals as POSIX has them")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_killed_run_goes_on_to_the_same_weights(place: Path, whole: Path, number: signal.Signals) -> None:
    """Killed between two checkpoints, or asked to stop within an epoch: the same command ends in equal bytes."""
    folder = place / number.name
    argv = command(place, number.name, *LORA)

    def ready() -> bool:
        states = list((folder / "checkpoints").glob("checkpoint-*/trainer_state.json"))
        return len(states) >= 2

    code = interrupted(argv, folder, number, ready)
    assert code == (-signal.SIGKILL if number == signal.SIGKILL else 128 + signal.SIGTERM)
    assert not (folder / "model.safetensors").exists(), "the run was over before it was interrupted"
    done = subprocess.run(argv, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "going on from checkpoint-" in done.stderr
    assert digest(folder) == digest(whole)


def test_other_settings_in_the_same_folder_are_refused(place: Path, whole: Path) -> None:
    """A folder that holds a run is not trained into with another learning rate; the line names both rates."""
    argv = command(place, "whole", *LORA, "--learning_rate", "1e-4")
    done = subprocess.run(argv, capture_output=True, text=True)
    assert done.returncode == 1
    assert "learning_rate was 0.002 and is 0.0001; give another --output-dir, or --restart" in done.stderr
    assert len(done.stderr.strip().splitlines()[-1:]) == 1


@pytest.fixture(scope="module")
def trainer(place: Path) -> Any:
    """A trainer that has trained nothing, with what it was prepared from."""
    from slmaug.train.fit import trainer_for
    from slmaug.train.prepare import prepare

    prepared = prepare(settings(place, "look"))
    return trainer_for(prepared), prepared


def test_the_preflights_loss_is_the_completions_alone(trainer: Any) -> None:
    """It equals the mean of -log p over the completion's tokens, worked out by hand from the logits of one row."""
    import torch

    made, prepared = trainer
    chat, example = prepared.base.chat, prepared.data.split.training[3]
    seen = preflight(made, chat, example, 3)
    encoded = chat.encoded(example)
    with torch.no_grad():
        logits = made.model(input_ids=torch.tensor([encoded.input_ids])).logits[0].double()
    total = 0.0
    for place in range(encoded.prompt_length, len(encoded.input_ids)):
        scores = logits[place - 1]
        total -= float(scores[encoded.input_ids[place]] - torch.logsumexp(scores, dim=0))
    trained = len(encoded.input_ids) - encoded.prompt_length
    assert seen.trained == trained
    assert seen.loss == pytest.approx(total / trained, rel=1e-5)


def test_the_preflight_shows_what_is_trained(trainer: Any) -> None:
    """The prompt with its special tokens is plain, the completion up to <|end|> is marked."""
    made, prepared = trainer
    example = prepared.data.split.training[0]
    seen = preflight(made, prepared.base.chat, example, 0)
    (prompt, plain), (completion, trained) = seen.pieces
    assert (plain, trained) == (False, True)
    assert prompt.startswith("<|user|>")
    assert prompt.rstrip().endswith("<|assistant|>")
    assert completion == example.completion + "<|end|>"
    assert "⟦" in seen.text(colour=False)
    assert "\x1b[32m" in seen.text(colour=True)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda row: row["labels"].__setitem__(0, row["input_ids"][0]), "part of its prompt is trained"),
        (lambda row: row["labels"].__setitem__(-1, IGNORED), "its completion is not trained whole"),
        (lambda row: (row["labels"].pop(), row["input_ids"].pop()), "it was cut"),
    ],
)
def test_the_preflight_fails_loudly(trainer: Any, damage: Callable[[dict[str, Any]], object], message: str) -> None:
    """A trained prompt, an end token that is masked as padding, and a cut row each stop the run with the reason."""
    made, prepared = trainer
    sound = made.train_dataset
    row = {name: list(sound[0][name]) for name in ("input_ids", "labels")}
    damage(row)
    made.train_dataset = [row]
    try:
        with pytest.raises(SlmaugError, match=message):
            preflight(made, prepared.base.chat, prepared.data.split.training[0], 0)
    finally:
        made.train_dataset = sound


def test_the_preflight_sees_padding_that_is_trained(trainer: Any) -> None:
    """A collator that leaves labels on padding is found, also where the pad token is a token that ends a turn."""
    made, prepared = trainer
    sound = made.data_collator

    def careless(rows: list[dict[str, Any]]) -> dict[str, Any]:
        batch = sound(rows)
        batch["labels"] = batch["input_ids"].clone()
        return batch

    made.data_collator = careless
    try:
        with pytest.raises(SlmaugError, match="padding is trained"):
            preflight(made, prepared.base.chat, prepared.data.split.training[0], 0)
    finally:
        made.data_collator = sound


def test_the_model_keeps_its_embeddings(trainer: Any) -> None:
    """No row is added to the embedding: the model has the size it was loaded with."""
    made, prepared = trainer
    assert made.model.get_input_embeddings().weight.shape[0] == prepared.base.config.vocab_size


def test_the_best_checkpoint_is_the_one_with_most_right_answers(place: Path, whole: Path) -> None:
    """Among equally accurate evaluations the lower loss ranks higher; one answer more outweighs any loss."""
    from slmaug.train.prepare import prepare

    prepared = prepare(settings(place, "look", num_train_epochs=3))
    assert prepared.config.metric_for_best_model == "eval_rank"
    assert prepared.config.load_best_model_at_end
    history = [json.loads(line) for line in (whole / "history.jsonl").read_text().splitlines()]
    for each in (entry for entry in history if "eval_rank" in entry):
        assert each["eval_rank"] == pytest.approx(each["eval_accuracy"] - each["eval_loss"] / 1e6)
