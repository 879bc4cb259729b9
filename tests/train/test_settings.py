from pathlib import Path

import pytest

from slmaug.errors import SlmaugError
from slmaug.train.settings import joined, parsed, with_trl

pytest.importorskip("trl")


def test_the_rows_are_found_wherever_they_stand() -> None:
    """The file of rows may stand first, last or between flags, also behind a flag of TRL's with its value."""
    for line in (
        "out.jsonl --recipe lora --learning_rate 1e-4",
        "--learning_rate 1e-4 out.jsonl --recipe lora",
        "--recipe lora --learning_rate 1e-4 out.jsonl",
        "--recipe=lora --learning_rate=1e-4 out.jsonl",
    ):
        found = parsed(line.split())
        assert (found.own.rows, found.own.recipe) == ("out.jsonl", "lora"), line
        assert with_trl(found, cpu=True)[0].learning_rate == 1e-4, line
        assert found.given == {"learning_rate"}, line


def test_both_spellings_of_a_flag_are_ours() -> None:
    """--output-dir and --output_dir are one flag, and the checkpoints go into that folder."""
    for flag in ("--output-dir", "--output_dir"):
        found = parsed(["out.jsonl", flag, "runs/x"])
        assert found.own.output_dir == "runs/x"
        assert with_trl(found, cpu=True)[0].output_dir == str(Path("runs/x/checkpoints"))


def test_a_run_goes_into_a_folder_named_after_its_recipe() -> None:
    """Without --output-dir, recipe lora runs in runs/lora."""
    assert parsed(["out.jsonl", "--recipe", "lora"]).own.output_dir == str(Path("runs/lora"))


def test_a_flag_wins_over_the_file_and_the_file_over_the_recipe(tmp_path: Path) -> None:
    """learning_rate comes from the command line, epochs from YAML, LoRA's rank from the recipe."""
    file = tmp_path / "run.yaml"
    file.write_text("recipe: lora\nlearning_rate: 3e-4\nnum_train_epochs: 2\nheld-out: 0.2\n")
    found = parsed(["out.jsonl", "--config", str(file), "--learning_rate", "1e-4"])
    config, model = with_trl(found, cpu=True)
    assert (config.learning_rate, config.num_train_epochs, model.lora_r, found.own.held_out) == (1e-4, 2, 32, 0.2)
    assert found.given == {"learning_rate", "num_train_epochs"}


def test_a_number_of_yaml_that_yaml_takes_for_text_is_a_number(tmp_path: Path) -> None:
    """YAML reads 1e-5 as a string; the setting is a number all the same."""
    file = tmp_path / "run.yaml"
    file.write_text("learning_rate: 1e-5\n")
    assert with_trl(parsed(["out.jsonl", "--config", str(file)]), cpu=True)[0].learning_rate == 1e-5


def test_lists_and_switches_pass_through() -> None:
    """A setting of TRL's with several values and a switch without a value arrive as TRL reads them."""
    found = parsed(
        "out.jsonl --use_peft --report_to tensorboard --activation_checkpointing --lora_target_modules q v".split()
    )
    config, model = with_trl(found, cpu=True)
    assert config.report_to == ["tensorboard"]
    assert config.gradient_checkpointing is True
    assert model.lora_target_modules == ["q", "v"]


def test_the_rows_of_a_notebook_are_settings_too() -> None:
    """What fine_tune() is given goes the same way as a settings file."""
    found = joined({"rows": "out.jsonl", "recipe": "smoke"}, {"max_steps": 3})
    assert with_trl(found, cpu=True)[0].max_steps == 3


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        ([], "no rows to train on; expected a file such as out.jsonl"),
        (["out.jsonl", "--recipe", "ful"], "recipe 'ful' is unknown; .*did you mean 'full'"),
        (["out.jsonl", "--held-out", "1.5"], "--held-out is 1.5; expected a share"),
        (["out.jsonl", "--batch", "0"], "--batch is 0; expected 1 or more"),
        (["out.jsonl", "--too-long", "cut"], "--too-long is 'cut'; expected refuse or keep"),
        (["out.jsonl", "--held-out", "many"], "invalid float value: 'many'"),
        (["out.jsonl", "--config", "none.yaml"], "none.yaml: cannot be read"),
    ],
)
def test_wrong_settings_of_ours_are_one_line(argv: list[str], message: str) -> None:
    """Each wrong setting says what was found and what was expected."""
    with pytest.raises(SlmaugError, match=message) as caught:
        parsed(argv)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (
            ["--learning_rte", "1"],
            "--learning_rte is no setting of slmaug, SFTConfig or ModelConfig; .*--learning_rate",
        ),
        (["--learning_rate", "fast"], "learning_rate.*invalid float value: 'fast'"),
        (["--recipee", "x"], "did you mean --recipe"),
        (["--loss_type", "l2"], "invalid choice: 'l2'"),
        (["--eval_strategy", "never"], "never"),
    ],
)
def test_wrong_settings_of_trls_are_one_line(argv: list[str], message: str) -> None:
    """TRL's own parser judges its settings, and what it says is one line."""
    with pytest.raises(SlmaugError, match=message) as caught:
        with_trl(parsed(["out.jsonl", *argv]), cpu=True)
    assert "\n" not in str(caught.value)


def test_a_wrong_name_in_the_file_is_named(tmp_path: Path) -> None:
    """A name in YAML that is no setting is an error with the nearest name."""
    file = tmp_path / "run.yaml"
    file.write_text("num_epochs: 3\n")
    with pytest.raises(SlmaugError, match=r"--num_epochs is no setting.*num_train_epochs"):
        with_trl(parsed(["out.jsonl", "--config", str(file)]), cpu=True)


def test_help_lists_the_recipes(capsys: pytest.CaptureFixture[str]) -> None:
    """--help shows our flags and every recipe with what it is."""
    with pytest.raises(SystemExit) as caught:
        parsed(["--help"])
    assert caught.value.code == 0
    shown = capsys.readouterr().out
    assert "--questions" in shown
    assert "round7" in shown
