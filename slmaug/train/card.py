"""The model card: README.md of a run's folder, as the Hugging Face hub reads it and as a person does.

Source of the head's fields: https://huggingface.co/docs/hub/model-cards.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePath
from typing import Any

import yaml

from slmaug.errors import printable
from slmaug.train.answers_table import wilson
from slmaug.train.modelfile import ollama_name

Manifest = Mapping[str, Any]

_HUB_NAME = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")
_LONGEST_SHOWN = 600
"""Characters of a wrong answer that the card shows."""


def model_card(
    manifest: Manifest,
    *,
    folder: str = ".",
    question: str = "How do I ...?",
    languages: Sequence[str] = (),
    wrong: Sequence[tuple[str, str, str]] = (),
) -> str:
    """The card of the run that ``manifest`` describes.

    ``folder`` is the run's folder as its commands name it and ``question`` what they ask; ``languages`` are codes such
    as "en". ``wrong`` are up to three questions, each with its expected answer and the one that came.
    """
    name = PurePath(folder).name or "model"
    parts = [
        _head(manifest, name, languages),
        f"# {name}\n\n{_what(manifest)}",
        _use(manifest, folder, question),
        _accuracy(manifest),
        _wrong(wrong),
        "## Training\n\n![Loss and held-out accuracy by step](curves.png)\n\n" + _training(manifest),
        _data(manifest),
        _settings(manifest),
        _limits(manifest),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def percent(share: float) -> str:
    """A share as percent with one decimal; 100.0 and 0.0 only for all and none."""
    tenths = round(share * 1000)
    tenths = 999 if tenths == 1000 and share < 1 else 1 if tenths == 0 and share > 0 else tenths
    return f"{tenths / 10:.1f} %"


def hub_name(base: str) -> str | None:
    """The base model's name on the hub; None where it is a folder."""
    return base if _HUB_NAME.fullmatch(base) and not Path(base).exists() else None


def evaluation_title(name: str) -> str:
    """What a person reads for an evaluation's name in the manifest."""
    return {"training": "training questions", "held_out": "held-out questions"}.get(name, f"real questions ({name})")


def duration(seconds: float) -> str:
    """A duration with its two largest units."""
    whole = round(seconds)
    for size, unit, smaller, part in ((86400, "d", 3600, "h"), (3600, "h", 60, "min"), (60, "min", 1, "s")):
        if whole >= size:
            return f"{whole // size} {unit} {whole % size // smaller} {part}"
    return f"{seconds:.1f} s" if seconds < 10 else f"{whole} s"


# --- the head ----------------------------------------------------------------------------------------------------


def _head(manifest: Manifest, name: str, languages: Sequence[str]) -> str:
    base = hub_name(str(manifest["model"]["base"]))
    head: dict[str, Any] = {}
    if languages:
        head["language"] = list(languages)
    if base and not manifest["model"].get("made_here"):
        head |= {"base_model": base, "base_model_relation": "finetune"}
    head |= {"library_name": "transformers", "pipeline_tag": "text-generation"}
    head["tags"] = ["slmaug", "trl", "sft", *(["lora"] if manifest.get("lora") else [])]
    results = [_result(each, summary) for each, summary in manifest.get("evaluation", {}).items()]
    results = [each for each in results if each]
    if results:
        head["model-index"] = [{"name": printable(name), "results": results}]
    return f"---\n{yaml.safe_dump(head, sort_keys=False, allow_unicode=True, width=120)}---"


def _result(name: str, summary: Manifest) -> dict[str, Any] | None:
    questions = summary["questions"]
    if not questions:
        return None
    value = round(100 * summary["exact"] / questions, 2)
    return {
        "task": {"type": "text-generation", "name": "Question answering"},
        "dataset": {"name": printable(evaluation_title(name)), "type": ollama_name(name)},
        "metrics": [{"type": "exact_match", "name": "Exact answers (%)", "value": value}],
    }


# --- the text ----------------------------------------------------------------------------------------------------


def _what(manifest: Manifest) -> str:
    model, data = manifest["model"], manifest["data"]
    base = str(model["base"])
    if model.get("made_here"):
        origin = "a small model of the Phi-3 architecture, made from scratch to see the whole chain work"
    elif hub_name(base):
        origin = f"[{base}](https://huggingface.co/{base})"
    else:
        origin = f"`{base}`"
    how = "LoRA, merged into the weights" if manifest.get("lora") else "full fine-tuning of all weights"
    if model["trained_parameters"] != model["parameters"] and not manifest.get("lora"):
        how = "fine-tuning of a part of the weights"
    return (
        f"It is trained to answer questions, however they are worded, with {data['answers']:,} answers. "
        f"Base model: {origin}, {model['parameters'] / 1e6:,.0f} million parameters. Trained by {how}, recipe "
        f"`{manifest['recipe']}`, with [TRL](https://github.com/huggingface/trl) through slmaug {manifest['slmaug']}."
        "\n\n"
        "No licence is set here: the base model's licence binds this one, and your answers are yours. Add `license:` "
        "to the head of this file before you publish it."
    )


def _use(manifest: Manifest, folder: str, question: str) -> str:
    system = manifest["data"].get("system")
    name, place = ollama_name(PurePath(folder).name), shlex.quote(folder)
    turns = [{"role": "system", "content": system}] if system else []
    turns.append({"role": "user", "content": question})
    messages = ",\n".join(f"    {json.dumps(turn, ensure_ascii=False)}" for turn in turns)
    ollama = [
        "Ollama:",
        _block("sh", f"cd {place}\nollama create {name} -f Modelfile\nollama run {name} {shlex.quote(question)}"),
    ]
    return "\n\n".join(
        [
            "## Use\n\nIn the terminal:",
            _block("sh", f"python -m slmaug.ask {place} {shlex.quote(question)}"),
            "With transformers, greedy and up to a stop token, as `generation_config.json` says:",
            _block(
                "python",
                "from transformers import AutoModelForCausalLM, AutoTokenizer\n\n"
                f"folder = {folder!r}\n"
                "tokenizer = AutoTokenizer.from_pretrained(folder)\n"
                'model = AutoModelForCausalLM.from_pretrained(folder, dtype="auto")\n'
                f"messages = [\n{messages},\n]\n"
                "inputs = tokenizer.apply_chat_template(\n"
                '    messages, add_generation_prompt=True, return_dict=True, return_tensors="pt"\n'
                ").to(model.device)\n"
                "output = model.generate(**inputs)\n"
                'print(tokenizer.decode(output[0, inputs["input_ids"].shape[1] :], skip_special_tokens=True))',
            ),
            "vLLM samples at temperature 1 unless it is told not to:",
            _block("sh", f"vllm serve {place} --override-generation-config '{{\"temperature\": 0}}'"),
            *([] if manifest["model"].get("made_here") else ollama),
        ]
    )


def _accuracy(manifest: Manifest) -> str:
    evaluations = {name: each for name, each in manifest.get("evaluation", {}).items() if each["questions"]}
    if not evaluations:
        return "## Accuracy\n\nNot measured yet: `python -m slmaug.evaluate` does."
    rows = [[evaluation_title(name), *_measures(each)] for name, each in evaluations.items()]
    return (
        "## Accuracy\n\n"
        + _table(["asked", "questions", "exact", "95 % interval", "normalised", "equal code", "stopped"], rows)
        + "\n\nAn exact answer is the expected one, character for character, whatever analysis stands in front of it; "
        "a normalised one is so but for case, white space, the shapes of quotation marks and punctuation at the end; "
        "code is equal but for comments and layout; a stopped one ended by itself."
    )


def _measures(summary: Manifest) -> list[str]:
    questions = summary["questions"]
    low, high = wilson(summary["exact"], questions)
    code = summary["with_code"]
    return [
        f"{questions:,}",
        f"**{percent(summary['exact'] / questions)}**",
        f"{percent(low)} to {percent(high)}",
        percent(summary["normalised"] / questions),
        percent(summary["code_equal"] / code) if code else "-",
        percent(summary["stopped"] / questions),
    ]


def _wrong(wrong: Sequence[tuple[str, str, str]]) -> str:
    if not wrong:
        return ""
    shown = [
        f"{_line(question)}\n\nexpected\n\n{_block('', _cut(expected))}\n\ngot\n\n{_block('', _cut(got))}"
        for question, expected, got in wrong[:3]
    ]
    return "### Answered wrong\n\nAll of them are in `wrong_answers.csv`.\n\n" + "\n\n".join(shown)


def _training(manifest: Manifest) -> str:
    training, machine = manifest["training"], manifest["machine"]
    best = training.get("best_accuracy")
    sentences = [
        f"{training['steps']:,} steps, {training['epochs']:g} epochs, {duration(training['seconds'])} on "
        f"{machine['device']}."
    ]
    if best is not None:
        sentences.append(
            f"The weights are those of step {training['best_step']:,}, with {percent(best)} held-out answers right."
        )
    if training.get("stopped_early"):
        sentences.append("It ended early, as more steps gave no more right answers.")
    return " ".join(sentences)


def _data(manifest: Manifest) -> str:
    data = manifest["data"]
    rows = [
        ["file", f"`{data['name']}`"],
        ["SHA-256", f"`{data['sha256']}`"],
        ["rows", f"{data['rows']:,}"],
        ["answers", f"{data['answers']:,}"],
        ["rows trained on", f"{data['training_rows']:,}"],
        ["rows held out", f"{data['held_out_rows']:,}"],
        ["rows refused as too long", f"{data['refused_rows']:,}"],
        ["longest row", f"{data['longest_tokens']:,} tokens"],
        ["longest answer", f"{data['longest_completion_tokens']:,} tokens"],
    ]
    return "## Data\n\n" + _table(["", ""], rows)


def _settings(manifest: Manifest) -> str:
    rows = [[f"`{key}`", f"`{value}`"] for key, value in sorted(manifest["settings"].items())]
    rows += [[f"LoRA `{key}`", f"`{value}`"] for key, value in sorted((manifest.get("lora") or {}).items())]
    versions = ", ".join(f"{name} {version}" for name, version in manifest["versions"].items())
    text = "## Settings\n\nTRL's `SFTConfig`, where it differs from its defaults.\n\n" + _table(
        ["setting", "value"], rows
    )
    return f"{text}\n\nVersions: {versions}." if versions else text


def _limits(manifest: Manifest) -> str:
    longest = manifest["data"]["longest_tokens"]
    return (
        "## Limits\n\n"
        "- It knows the answers it was trained on. To another question it says one of them or a mixture, and sounds as "
        "sure.\n"
        "- The accuracy on training questions says that the answers were learnt; only that on real questions says how "
        "it does with words it has not seen.\n"
        f"- It was trained on rows of at most {longest:,} tokens, one question each, and on no conversations.\n"
        "- Sampling (a temperature above 0) and penalties for repetition change answers that are right without them."
    )


# --- Markdown ----------------------------------------------------------------------------------------------------


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(_line(cell).replace('|', chr(92) + '|') for cell in line)} |" for line in lines)


def _line(text: str) -> str:
    return " ".join(text.split())


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]} …"


def _block(language: str, text: str) -> str:
    """A block of code, in a fence longer than any in the text."""
    longest = max((len(ticks) for ticks in re.findall(r"`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"
