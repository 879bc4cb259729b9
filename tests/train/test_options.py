"""TRL's own settings: each one works, or one line says why it does not."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from slmaug import expand
from slmaug.errors import SlmaugError
from slmaug.train import fine_tune
from slmaug.train.options import evaluated
from slmaug.train.settings import parsed, with_trl

pytest.importorskip("trl")

SEEDS = [
    ("How do I reset my password?", "Open **Settings**, then *Reset password*."),
    ("Where do I find my invoices?", "They are under **Billing**."),
    ("How do I list files?", "Use `ls`:\n\n```bash\nls -la\n```"),
]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with 36 rows of three seeds and a small model of their words."""
    from slmaug.train.tiny import small_phi3, small_tokenizer

    folder = tmp_path_factory.mktemp("options")
    rows = expand(SEEDS, 36, random_seed=1, cot="none")
    rows.write(folder / "rows.jsonl")
    tokenizer = small_tokenizer([text for each in rows for text in (each.question, each.answer)], 512)
    small_phi3(tokenizer, width=64, layers=1).save_pretrained(folder / "model")
    tokenizer.save_pretrained(folder / "model")
    return folder


def trained(place: Path, name: str, **settings: Any) -> tuple[Path, dict[str, Any], list[dict[str, Any]]]:
    """The folder, the manifest and the log of a run of a few steps."""
    small = {"num_train_epochs": 2, "batch": 8, "watch_rows": 3, "score_rows": 3, "logging_steps": 1, "quiet": True}
    run = fine_tune(
        place / "rows.jsonl",
        recipe=settings.pop("recipe", "smoke"),
        model=place / "model",
        output_dir=place / name,
        **small | settings,
    )
    manifest = json.loads((run.folder / "manifest.json").read_text())
    return run.folder, manifest, [json.loads(line) for line in (run.folder / "history.jsonl").read_text().splitlines()]


@pytest.fixture(scope="module")
def plain(place: Path) -> tuple[Path, dict[str, Any], list[dict[str, Any]]]:
    """A run with none of these settings."""
    return trained(place, "plain")


def losses(history: list[dict[str, Any]]) -> list[float]:
    return [each["loss"] for each in history if "loss" in each]


# --- what is refused ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        ("--packing true", "--packing has no place here: rows are not joined or cut here; --padding_free true"),
        ("--assistant_only_loss", "the loss falls on the completions and on nothing else already"),
        ("--completion_only_loss false", "the loss falls on completions alone"),
        ("--chat_template_path chat.jinja", "a model is trained with its own chat template"),
        ("--eos_token <|end|>", "a turn ends as the model's own chat template ends it"),
        ("--trust_remote_code", "code that a model brings along is never run"),
        ("--load_in_4bit", "use --recipe lora without it"),
        ("--model_revision v1", "hf download NAME --revision REVISION"),
        ("--push_to_hub", "hf upload NAME FOLDER"),
        ("--resume_from_checkpoint c", "a run goes on from its last checkpoint by itself"),
        ("--lora_r 8", "--lora_r has no effect on full fine-tuning; add --use_peft"),
        ("--metric_for_best_model eval_los", "expected one of eval_accuracy, eval_entropy, eval_loss"),
        ("--max_steps -3", "--max_steps is -3; expected a number of steps from 1"),
    ],
)
def test_a_setting_without_a_place_is_refused(argv: str, message: str) -> None:
    """What would change the rows after they were checked, or have no effect at all, is an error with a way out."""
    with pytest.raises(SlmaugError, match=message.replace("|", "[|]")) as caught:
        with_trl(parsed(["out.jsonl", *argv.split()]), cpu=True)
    assert "\n" not in str(caught.value)


def test_what_states_the_rule_is_no_error() -> None:
    """Settings that ask for what is done anyway pass."""
    argv = ["out.jsonl", "--completion_only_loss", "true", "--packing", "false", "--assistant_only_loss", "false"]
    with_trl(parsed(argv), cpu=True)


# --- when to evaluate and to save --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("argv", "strategies", "best"),
    [
        ("", ("epoch", "epoch"), True),
        ("--eval_strategy steps --eval_steps 5", ("steps", "steps"), True),
        ("--eval_steps 5", ("steps", "steps"), True),
        ("--save_strategy steps --save_steps 5", ("steps", "steps"), True),
        ("--eval_strategy no", ("no", "epoch"), False),
        ("--eval_strategy no --save_steps 5", ("no", "steps"), False),
        ("--save_strategy no", ("epoch", "no"), False),
        ("--save_strategy best", ("epoch", "best"), True),
        ("--load_best_model_at_end false", ("epoch", "epoch"), False),
    ],
)
def test_evaluating_and_saving_go_together(argv: str, strategies: tuple[str, str], best: bool) -> None:
    """Where only one of the two is set the other follows, and the best checkpoint is taken where it can be."""
    settings = parsed(["out.jsonl", *argv.split()])
    config = evaluated(with_trl(settings, cpu=True)[0], settings.given, evaluates=True)
    assert (config.eval_strategy.value, config.save_strategy.value) == strategies
    assert config.load_best_model_at_end is best
    if strategies == ("steps", "steps"):
        assert config.eval_steps == config.save_steps == 5


def test_nothing_to_evaluate_on() -> None:
    """Without held-out rows there is no evaluation, and asking for one is an error."""
    settings = parsed(["out.jsonl"])
    config = evaluated(with_trl(settings, cpu=True)[0], settings.given, evaluates=False)
    assert (config.eval_strategy.value, config.save_strategy.value) == ("no", "epoch")
    assert not config.load_best_model_at_end
    asked = parsed(["out.jsonl", "--eval_strategy", "epoch"])
    with pytest.raises(SlmaugError, match="there is nothing to evaluate on"):
        evaluated(with_trl(asked, cpu=True)[0], asked.given, evaluates=False)


@pytest.mark.parametrize(("metric", "greater"), [("eval_loss", False), ("eval_accuracy", True), ("eval_rank", True)])
def test_the_best_is_the_lowest_loss_or_the_highest_accuracy(metric: str, greater: bool) -> None:
    """The direction of a metric follows from the metric."""
    settings = parsed(["out.jsonl", "--metric_for_best_model", metric])
    config = evaluated(with_trl(settings, cpu=True)[0], settings.given, evaluates=True)
    assert (config.metric_for_best_model, config.greater_is_better) == (metric, greater)


def test_evaluation_within_an_epoch(place: Path) -> None:
    """With --eval_steps 2 the model is evaluated every two steps, and the checkpoint of lowest loss is exported."""
    _, manifest, history = trained(place, "steps", eval_steps=2, metric_for_best_model="eval_loss")
    evaluations = {each["step"]: each["eval_loss"] for each in history if "eval_loss" in each}
    assert list(evaluations) == list(range(2, manifest["training"]["steps"] + 1, 2))
    assert manifest["training"]["best_step"] == min(evaluations, key=lambda step: evaluations[step])


def test_no_evaluation_at_all(place: Path) -> None:
    """With --eval_strategy no the last weights are exported, and nothing claims an accuracy on the way."""
    _, manifest, history = trained(place, "never", eval_strategy="no", max_steps=1)
    assert not any("eval_loss" in each for each in history)
    assert (manifest["training"]["steps"], manifest["training"]["best_step"]) == (1, 1)
    assert manifest["training"]["best_accuracy"] is None


# --- what works --------------------------------------------------------------------------------------------------


def test_reports_go_where_trl_sends_them(place: Path) -> None:
    """--report_to tensorboard writes an events file into the run's folder."""
    pytest.importorskip("tensorboard")
    folder, _, _ = trained(place, "board", report_to="tensorboard", max_steps=1)
    assert list(folder.rglob("events.out.tfevents.*"))


def test_padding_free_trains_the_same(place: Path, plain: tuple[Path, Any, list[dict[str, Any]]]) -> None:
    """Rows laid end to end give the losses of padded ones; the exported model names no attention of ours."""
    folder, _, history = trained(place, "free", padding_free=True)
    assert losses(history) == pytest.approx(losses(plain[2]), rel=1e-4)
    assert "slmaug" not in (folder / "config.json").read_text()


def test_accumulation_and_checkpointing_train_the_same(
    place: Path, plain: tuple[Path, Any, list[dict[str, Any]]]
) -> None:
    """Four micro-batches of two rows, and activations computed again, give the losses of one micro-batch of eight."""
    _, manifest, history = trained(place, "four", gradient_accumulation_steps=4, activation_checkpointing=True)
    assert manifest["settings"]["gradient_accumulation_steps"] == 4
    assert losses(history) == pytest.approx(losses(plain[2]), rel=1e-3)


def test_bfloat16_on_a_processor(place: Path) -> None:
    """--bf16 true --use_cpu true trains and exports bfloat16 weights."""
    folder, _, _ = trained(place, "half", bf16=True, use_cpu=True, max_steps=1)
    assert json.loads((folder / "config.json").read_text())["dtype"] == "bfloat16"


@pytest.mark.parametrize("more", [{}, {"use_dora": True}, {"lora_target_modules": ["o_proj"], "lora_r": 2}])
def test_adapters(place: Path, more: dict[str, Any]) -> None:
    """--use_peft alone adapts all linear layers; DoRA, rank and targets pass; the export is a whole, merged model."""
    name = f"adapters-{len(more)}"
    folder, manifest, _ = trained(place, name, use_peft=True, max_steps=1, **more)
    assert (folder / "model.safetensors").is_file()
    assert not (folder / "adapter_config.json").exists()
    assert 0 < manifest["model"]["trained_parameters"] < manifest["model"]["parameters"]
    assert manifest["lora"]["lora_target_modules"] == more.get("lora_target_modules", "all-linear")


def test_rows_longer_than_max_length_are_counted(place: Path, plain: tuple[Path, dict[str, Any], Any]) -> None:
    """--max_length refuses longer rows and says how many; no row is cut."""
    limit = plain[1]["data"]["longest_tokens"] - 1
    _, manifest, _ = trained(place, "short", max_length=limit, max_steps=1)
    data = manifest["data"]
    assert data["refused_rows"] > 0
    assert data["longest_tokens"] <= limit
    assert data["training_rows"] + data["held_out_rows"] + data["refused_rows"] == data["rows"] == 36


def test_equal_runs_have_equal_manifests(place: Path, plain: tuple[Path, dict[str, Any], Any]) -> None:
    """Settings, rows and results are the same; only the seconds differ, and no path of this machine is in it."""
    folder, manifest, _ = trained(place, "again")
    first = plain[1]
    for each in (first, manifest):
        each["training"].pop("seconds", None)
    assert manifest == first
    for name in ("manifest.json", "README.md", "Modelfile", "report.html"):
        assert str(place) not in (folder / name).read_text(), name


# --- several processes -------------------------------------------------------------------------------------------


def test_two_processes(place: Path) -> None:
    """Two processes train together, end well, and print and export once; the small model is made by the first."""
    torch = pytest.importorskip("torch")
    if not (torch.distributed.is_available() and torch.distributed.is_gloo_available()):
        pytest.skip("needs gloo")
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    folder = place / "two"
    argv = [
        *(sys.executable, "-m", "torch.distributed.run", "--nproc_per_node", "2", "--master_port", str(port)),
        *("-m", "slmaug.train", str(place / "rows.jsonl"), "--recipe", "smoke", "--use_cpu", "true"),
        *("--max_steps", "2", "--batch", "8", "--watch-rows", "2", "--score-rows", "2", "--output-dir", str(folder)),
    ]
    done = subprocess.run(argv, capture_output=True, text=True, env=os.environ | {"OMP_NUM_THREADS": "1"})
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("ask it:") == done.stderr.count("one row as the model sees it") == 1
    assert (folder / "model.safetensors").is_file()
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["training"]["steps"] == 2
    assert manifest["settings"]["per_device_train_batch_size"] == 4
