from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("trl", reason="training needs TRL, which needs Python 3.11")

from huggingface_hub import ModelCard

from slmaug.errors import printable
from slmaug.train.card import duration, evaluation_title, hub_name, model_card, percent
from slmaug.train.encoding import chat_tokens
from slmaug.train.export import export
from slmaug.train.generation import load_answerer
from slmaug.train.tiny import STOPS, small_phi3, small_tokenizer

SUMMARY = {
    "questions": 200,
    "exact": 183,
    "normalised": 186,
    "with_code": 120,
    "code_equal": 111,
    "stopped": 199,
    "repeats": 1,
    "same_each_time": 200,
    "answers": 30,
    "consistent_answers": 0.9,
}


def manifest(**more: Any) -> dict[str, Any]:
    return {
        "slmaug": "0.4.0",
        "model": {
            "base": "microsoft/Phi-3.5-mini-instruct",
            "parameters": 3_821_079_552,
            "trained_parameters": 3_821_079_552,
            "made_here": False,
        },
        "recipe": "full",
        "settings": {"learning_rate": 1e-05, "num_train_epochs": 4, "note": "a|b"},
        "lora": None,
        "data": {
            "name": "out.jsonl",
            "sha256": "ab" * 32,
            "rows": 3000,
            "answers": 30,
            "training_rows": 2100,
            "held_out_rows": 900,
            "refused_rows": 0,
            "longest_tokens": 812,
            "longest_completion_tokens": 780,
        },
        "versions": {"torch": "2.13.0", "trl": "1.16.0"},
        "machine": {"device": "NVIDIA H100", "cores": 26, "memory_gib": 200},
        "memory": None,
        "training": {
            "steps": 1056,
            "epochs": 4.0,
            "best_step": 792,
            "best_accuracy": 0.945,
            "seconds": 1834.2,
            "stopped_early": False,
        },
        "evaluation": {"held_out": SUMMARY, "real_questions.csv": {**SUMMARY, "exact": 150}},
    } | more


def head(card: str) -> Any:
    return yaml.safe_load(card.split("---\n")[1])


def blocks(card: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)\n```$", card, re.MULTILINE | re.DOTALL)


# --- the head


def test_the_head_is_what_the_hub_reads() -> None:
    """The hub's own library reads base model, library, task, language and tags, and there is no licence in it."""
    data = ModelCard(model_card(manifest(), folder="runs/full", languages=["en", "zh"])).data
    assert (data.base_model, data.library_name) == ("microsoft/Phi-3.5-mini-instruct", "transformers")
    assert (data.pipeline_tag, data.language) == ("text-generation", ["en", "zh"])
    assert {"slmaug", "trl", "sft"} <= set(data.tags)
    assert data.license is None
    assert "datasets" not in data.to_dict()


def test_the_accuracies_are_results() -> None:
    """Each evaluation is a result of the model index, its exact answers in percent."""
    results = ModelCard(model_card(manifest(), folder="runs/full")).data.eval_results
    assert [(each.dataset_name, each.metric_type, each.metric_value) for each in results] == [
        ("held-out questions", "exact_match", 91.5),
        ("real questions (real_questions.csv)", "exact_match", 75.0),
    ]


def test_an_evaluation_of_no_questions_is_no_result() -> None:
    """Where nothing was asked, there is no model index and no division by zero."""
    card = model_card(manifest(evaluation={"held_out": {**SUMMARY, "questions": 0}}))
    assert "model-index" not in head(card)
    assert "Not measured yet" in card


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        ("microsoft/Phi-3.5-mini-instruct", "microsoft/Phi-3.5-mini-instruct"),
        ("./models/phi", None),
        ("/data/models/phi", None),
        ("models/deep/phi", None),
        ("phi", None),
        ("~/phi", None),
    ],
)
def test_a_folder_is_no_base_model(base: str, expected: str | None) -> None:
    """Only a name on the hub stands in the head."""
    assert hub_name(base) == expected
    found = head(model_card(manifest(model={**manifest()["model"], "base": base})))
    assert found.get("base_model") == expected


def test_a_folder_named_like_a_model_is_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A path of two parts that is there is that folder."""
    (tmp_path / "runs" / "full").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    assert hub_name("runs/full") is None


# --- the text


def test_what_a_person_wants_to_know_is_there() -> None:
    """Data with its hash, settings, accuracies with their interval, the curves and how long it took."""
    card = model_card(manifest(), folder="runs/full")
    for fact in (
        *("3,000", "ab" * 32, "`learning_rate`", "1e-05", "**91.5 %**", "86.8 % to 94.6 %", "![", "(curves.png)"),
        *("3,821 million parameters", "step 792", "94.5 %", "30 min 34 s", "NVIDIA H100", "torch 2.13.0", "a\\|b"),
    ):
        assert fact in card, fact


def test_lora_is_named() -> None:
    """The card of a LoRA run says that it is merged, and its settings stand in the table."""
    card = model_card(manifest(lora={"r": 16, "lora_alpha": 32}))
    assert "LoRA, merged" in card
    assert "| LoRA `r` | `16` |" in card
    assert "lora" in head(card)["tags"]


def test_a_model_made_here_is_not_offered_to_ollama() -> None:
    """Its tokenizer has no sentencepiece model, so Ollama would read it wrongly."""
    card = model_card(manifest(model={**manifest()["model"], "base": "small-phi3", "made_here": True}))
    assert "ollama" not in card
    assert "ollama create full -f Modelfile" in model_card(manifest(), folder="runs/full")


def test_vllm_is_told_to_be_greedy() -> None:
    """vLLM does not read do_sample, so the command that serves the model sets the temperature."""
    assert """vllm serve runs/full --override-generation-config '{"temperature": 0}'""" in model_card(
        manifest(), folder="runs/full"
    )


def test_wrong_answers_stand_beside_the_expected_ones() -> None:
    """At most three are shown, and a fence in an answer does not end its block."""
    answer = "```python\nprint()\n```"
    card = model_card(manifest(), wrong=[(f"Question {n}?", answer, "No.") for n in range(5)])
    assert [f"Question {n}?" in card for n in range(5)] == [True, True, True, False, False]
    assert f"````\n{answer}\n````" in card


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_text_leaves_the_head_whole(name: str, system: str) -> None:
    """Whatever the data's name, the evaluation's and the system prompt hold, the head is read as it was written."""
    data = {**manifest()["data"], "name": name, "system": system}
    card = model_card(manifest(data=data, evaluation={name: SUMMARY}))
    found = yaml.safe_load(re.split(r"^---$", card, maxsplit=2, flags=re.MULTILINE)[1])
    assert found["model-index"][0]["results"][0]["dataset"]["name"] == printable(evaluation_title(name))


def test_the_snippet_works(tmp_path: Path) -> None:
    """The card's lines for transformers run as they stand and print what the answerer says, greedily."""
    texts = ["How do I read a file?", "With open(path)."] * 4
    tokenizer = small_tokenizer(texts, 400)
    chat = chat_tokens(tokenizer, [int(tokenizer.convert_tokens_to_ids(each)) for each in STOPS])
    folder = tmp_path / "it's a run"
    export(small_phi3(tokenizer, width=64, layers=1), chat, folder, dtype=None, max_new_tokens=12)
    data = {**manifest()["data"], "system": 'Say "so".'}
    card = model_card(manifest(data=data), folder=str(folder), question='What\'s a "file"?')
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(blocks(card, "python")[0], {})
    answerer = load_answerer(folder, device="cpu")
    prompt = [{"role": "system", "content": 'Say "so".'}, {"role": "user", "content": 'What\'s a "file"?'}]
    ids = answerer.chat.tokenizer(answerer.answer([prompt])[0].text)["input_ids"]
    expected = answerer.chat.tokenizer.decode(ids, skip_special_tokens=True)
    assert out.getvalue() == expected + "\n"


# --- figures


@pytest.mark.parametrize(
    ("share", "expected"), [(1, "100.0 %"), (0.99999, "99.9 %"), (0.915, "91.5 %"), (1e-9, "0.1 %"), (0, "0.0 %")]
)
def test_only_all_is_100_percent(share: float, expected: str) -> None:
    """Rounding makes neither all nor none of a part."""
    assert percent(share) == expected


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(0.41, "0.4 s"), (59.4, "59 s"), (60, "1 min 0 s"), (3725, "1 h 2 min"), (90000, "1 d 1 h")],
)
def test_durations_have_two_units(seconds: float, expected: str) -> None:
    """Days, hours, minutes and seconds, the two largest of them."""
    assert duration(seconds) == expected
