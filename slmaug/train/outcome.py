"""What a training leaves behind: the model as others load it, its answers scored, papers that say how it went."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields, replace
from importlib import metadata
from pathlib import Path
from typing import Any

import slmaug
from slmaug.formats import replacing
from slmaug.manifest import manifest_bytes
from slmaug.terminal import progress_bar, say
from slmaug.train import checkpoints
from slmaug.train.answers_table import write_wrong_answers
from slmaug.train.card import model_card
from slmaug.train.curves import write_curves
from slmaug.train.dataset import spread
from slmaug.train.example import Example
from slmaug.train.export import export
from slmaug.train.generation import load_answerer
from slmaug.train.loading import load_model
from slmaug.train.modelfile import modelfile
from slmaug.train.page import write_page
from slmaug.train.preflight import Preflight
from slmaug.train.prepare import Prepared, held_out
from slmaug.train.run_folder import MANIFEST, write_answers
from slmaug.train.scoring import Evaluation, examine

_PACKAGES = ("torch", "transformers", "trl", "datasets", "accelerate", "peft", "tokenizers", "safetensors")


def finish(prepared: Prepared, facts: Mapping[str, Any], seen: Preflight | None) -> list[Evaluation]:
    """Export the trained weights, ask the exported model, and write what came of it into the run's folder.

    The model is loaded again from where it was written, so that what is scored is what others will load. It may be
    interrupted at any place and called again.
    """
    folder, work = prepared.folder, prepared.folder / "checkpoints"
    weights = checkpoints.weights(work)
    if weights.exists():
        _export(prepared, weights)
    write_answers(folder, prepared.data.answers)
    evaluations = _asked(prepared)
    history = facts["history"]
    manifest = manifest_of(prepared, facts, evaluations)
    title = f"{prepared.parsed.recipe.name}: {prepared.data.rows.name}"
    write_curves(history, folder / "curves.png", title=title, best_step=facts["best_step"])
    write_page(folder / "report.html", manifest, history, evaluations, preflight=() if seen is None else seen.pieces)
    write_wrong_answers(evaluations, folder / "wrong_answers.csv")
    _write(folder / "README.md", model_card(manifest, folder=_shown(folder), question=_shortest(prepared)))
    with replacing(folder / MANIFEST) as file:
        file.write(manifest_bytes(manifest))
    if not prepared.parsed.own.keep_checkpoints:
        checkpoints.drop_weights(work)
    return evaluations


def _shown(folder: Path) -> str:
    """The run's folder as the card's commands name it: as it was given, but for what is of this machine alone."""
    return folder.name if folder.is_absolute() or ".." in folder.parts else str(folder)


def _shortest(prepared: Prepared) -> str:
    """A question for the examples of the papers."""
    asked = {each.question for each in prepared.data.split.training}
    whole = {each for each in asked if each.endswith(("?", "？"))} or asked  # noqa: RUF001  Chinese ends in that one
    return min(whole, key=lambda text: (abs(len(text) - 40), text))


def _export(prepared: Prepared, weights: Path) -> None:
    chat, config = prepared.base.chat, prepared.config
    adapters = bool(prepared.model.use_peft)
    model = load_model(weights, dtype="float32" if adapters else "auto")
    half = "bfloat16" if config.bf16 else "float16" if config.fp16 else None
    export(model, chat, prepared.folder, dtype=half, max_new_tokens=prepared.max_new_tokens)  # type: ignore[arg-type]
    name = prepared.parsed.recipe.name
    text = modelfile(
        chat,
        context=prepared.data.encoded.limit,
        max_new_tokens=prepared.max_new_tokens,
        system=prepared.data.system,
        name=name,
    )
    _write(prepared.folder / "Modelfile", text)


def _asked(prepared: Prepared) -> list[Evaluation]:
    """The exported model, asked training and held-out questions, a sample of each, and all real ones."""
    own, data, seed = prepared.parsed.own, prepared.data, prepared.config.seed
    parts: list[tuple[str, Sequence[Example]]] = [
        ("training", spread(data.split.training, own.score_rows, seed)),
        ("held_out", spread(data.split.held_out, own.score_rows, seed)),
        # As they will be asked: behind the system prompt that the rows were trained with.
        *((file.name, [replace(each, system=data.system) for each in file.examples]) for file in data.questions),
    ]
    parts = [(name, examples) for name, examples in parts if examples]
    answerer = load_answerer(prepared.folder, device="cpu" if prepared.config.use_cpu else None)
    batch = 64 if answerer.model.device.type == "cpu" else 32
    total = own.repeats * sum(len(examples) for _, examples in parts)
    with progress_bar(total, own.quiet, unit="questions") as progress:
        return [
            examine(answerer, examples, name=name, batch_size=batch, repeats=own.repeats, progress=progress)
            for name, examples in parts
        ]


def manifest_of(prepared: Prepared, facts: Mapping[str, Any], evaluations: Sequence[Evaluation]) -> dict[str, Any]:
    """What went in and what came out, in JSON's types. It holds no time of day, user, host or folder."""
    data = prepared.data
    lora = checkpoints.told_apart({k: v for k, v in vars(prepared.model).items() if k.startswith("lora_")})
    return {
        "slmaug": slmaug.__version__,
        "model": {
            "base": prepared.base.name if prepared.base.made_here else _public(prepared.base.name),
            "parameters": facts["parameters"],
            "trained_parameters": facts["trained_parameters"],
            "made_here": prepared.base.made_here,
        },
        "recipe": prepared.parsed.recipe.name,
        "settings": _settings(prepared.config),
        "lora": lora if prepared.model.use_peft else None,
        "data": {
            "name": data.rows.name,
            "sha256": data.rows.sha256,
            "rows": len(data.rows.examples),
            "answers": len({each.answer for each in data.rows.examples}),
            "training_rows": len(data.split.training),
            "held_out_rows": len(data.split.held_out),
            "held_out_share_asked": held_out(prepared.parsed),
            "refused_rows": len(data.encoded.refused),
            "longest_tokens": data.encoded.longest,
            "longest_completion_tokens": data.encoded.longest_completion,
            "system": data.system,
            "questions": [
                {"name": each.name, "sha256": each.sha256, "count": len(each.examples)} for each in data.questions
            ],
            "leaked_rows": data.leaked,
            "questions_near_a_row": data.near,
        },
        "versions": {"python": platform.python_version(), **_versions()},
        "machine": _machine(),
        "memory": prepared.fit.estimate.to_dict(),
        "training": {name: value for name, value in facts.items() if name != "history"},
        "evaluation": {each.name: each.summary() for each in evaluations},
    }


def _settings(config: Any) -> dict[str, Any]:
    """The fields of SFTConfig that differ from their defaults and have a part in the weights."""
    defaults = {each.name: each.default for each in fields(config) if each.default is not MISSING}
    different = {name for name, default in defaults.items() if getattr(config, name) != default}
    found = {name: value for name, value in config.to_dict().items() if name in different}
    # These two are objects where they were not set.
    unset = {"debug": [], "accelerator_config": type(config.accelerator_config)().to_dict()}
    told = checkpoints.told_apart({name: value for name, value in found.items() if unset.get(name, ...) != value})
    return {name: _public(value) if isinstance(value, str) else value for name, value in told.items()}


def _public(name: str | Path) -> str:
    """A name on the hub as it is; of a folder its last part, for the rest is of this machine alone."""
    path = Path(name)
    return path.resolve().name if path.exists() else str(name)


def _versions() -> dict[str, str]:
    found = {}
    for package in _PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return found


def _machine() -> dict[str, Any]:
    import torch

    device = torch.cuda.get_device_name() if torch.cuda.is_available() else platform.machine()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") if hasattr(os, "sysconf") else 0
    return {"device": device, "cores": os.cpu_count(), "memory_gib": round(memory / 2**30, 1)}


def _write(path: Path, text: str) -> None:
    with replacing(path) as file:
        file.write(text.encode())


def closing_lines(prepared: Prepared, facts: Mapping[str, Any]) -> list[str]:
    """Where the model stands and what to do with it."""
    folder = prepared.folder
    minutes = facts["seconds"] / 60
    best = "" if facts["best_accuracy"] is None else f", best at step {facts['best_step']:,}"
    return [
        f"trained {facts['steps']:,} steps ({facts['epochs']:g} epochs) in {minutes:.1f} min{best}",
        f"the model and what it answered: {folder}/ (report.html, wrong_answers.csv, manifest.json)",
        f'ask it:  python -m slmaug.ask {folder} "..."',
    ]


def show(prepared: Prepared, evaluations: Sequence[Evaluation], facts: Mapping[str, Any]) -> None:
    """Print how it went to standard error."""
    from slmaug.train.answers_table import table

    say("\n".join([*table(evaluations), *closing_lines(prepared, facts)]))
