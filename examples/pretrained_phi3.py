"""A small Phi-3 that has read general English, made with no download: something that LoRA can adapt.

    python examples/pretrained_phi3.py FOLDER [--steps 500]

The text is what every Python installation brings along: its documentation (``pydoc_data``), the docstrings of its
standard library, its licence. A part of it is read as chats, "What does json.dumps do?" and the first paragraph of the
docstring, so that the model knows the format and how to end an answer. The text differs between versions of Python;
``pretraining.json`` beside the model says which it was.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import hashlib
import inspect
import json
import os
import re
import sys
import sysconfig
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from slmaug.errors import SlmaugError, printable
from slmaug.formats import json_bytes, replacing
from slmaug.rng import Random, stream_key
from slmaug.terminal import failed, say

FACTS = "pretraining.json"
# Not documentation: tests, and what is about a single program or was kept for older ones.
_LEFT_OUT = frozenset("site-packages dist-packages test tests idlelib lib2to3 turtledemo _pyrepl".split())
_ASKED = ("What does {} do?", "What is {}?", "Explain {}.", "Can you tell me about {}?", "I need to know what {} does")


@dataclass(frozen=True)
class Pretraining:
    """How the model is made. ``steps`` of ``batch`` blocks, each of ``block`` tokens; ``vocabulary`` in tokens."""

    width: int = 192
    layers: int = 4
    vocabulary: int = 3072
    steps: int = 500
    batch: int = 16
    block: int = 160
    learning_rate: float = 2e-3
    random_seed: int = 0


@dataclass(frozen=True)
class GeneralText:
    """``plain`` paragraphs and ``chats``, pairs of a question and its answer; sorted, so that order is no chance."""

    plain: tuple[str, ...]
    chats: tuple[tuple[str, str], ...]

    @property
    def texts(self) -> list[str]:
        return [*self.plain, *(text for chat in self.chats for text in chat)]

    @property
    def sha256(self) -> str:
        return hashlib.sha256("\0".join(self.texts).encode()).hexdigest()

    def without(self, phrases: Iterable[str]) -> GeneralText:
        """The text less every paragraph and chat in which one of the phrases stands; case and spacing do not count."""
        flat = {text: _flat(text) for text in self.texts}
        everything = "\n".join(flat.values())
        found = [each for each in map(_flat, phrases) if each and each in everything]

        def free(text: str) -> bool:
            return not any(each in flat[text] for each in found)

        return GeneralText(
            tuple(filter(free, self.plain)), tuple(chat for chat in self.chats if free(chat[0]) and free(chat[1]))
        )


def _flat(text: str) -> str:
    return " ".join(text.casefold().split())


# --- the text ----------------------------------------------------------------------------------------------------


def general_text(most_files: int | None = None) -> GeneralText:
    """English that this Python installation holds; docstrings of ``most_files`` modules, or of all. Nothing is run."""
    library = Path(sysconfig.get_paths()["stdlib"])
    plain: list[str] = [paragraph for text in _documentation(library) for paragraph in _paragraphs(text)]
    chats: list[tuple[str, str]] = []
    for name, doc in _docstrings(library, most_files):
        first, *rest = _paragraphs(doc) or [""]
        if 20 <= len(first) <= 400 and not name.rpartition(".")[2].startswith("_"):
            asked = _ASKED[stream_key("asked", name) % len(_ASKED)].format(name)
            chats.append((asked, first))
        plain += rest
    return GeneralText(tuple(sorted(set(plain))), tuple(sorted(dict(chats).items())))


def _documentation(library: Path) -> Iterator[str]:
    """Python's reference manual, as ``help("if")`` shows it, and the licence; either may be missing."""
    with contextlib.suppress(ImportError):  # some packagings of Python leave it out
        from pydoc_data.topics import topics

        yield from topics.values()
    licence = library / "LICENSE.txt"
    if licence.is_file():
        yield licence.read_text(encoding="utf-8", errors="replace")


def _docstrings(library: Path, most_files: int | None) -> Iterator[tuple[str, str]]:
    """Names such as ``json.dumps`` and their docstrings, read from the source."""
    for path in sorted(_sources(library))[:most_files]:
        try:
            tree = ast.parse(path.read_bytes())
        except (SyntaxError, ValueError, OSError):
            continue
        module = ".".join(path.relative_to(library).with_suffix("").parts).removesuffix(".__init__")
        yield from _documented(tree, module)


def _sources(library: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(library):
        folders[:] = [each for each in folders if each not in _LEFT_OUT]
        yield from (Path(folder, name) for name in names if name.endswith(".py"))


def _documented(node: ast.AST, name: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
        doc = ast.get_docstring(node, clean=False)
        if doc:
            yield name, inspect.cleandoc(doc)
        for child in node.body:
            if isinstance(child, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
                yield from _documented(child, f"{name}.{child.name}")


def _paragraphs(text: str) -> list[str]:
    """Paragraphs of prose, each on one line; tables, grammar and code are left out."""
    found = (" ".join(each.split()) for each in re.split(r"\n\s*\n", text) if ">>>" not in each and "::=" not in each)
    return [each for each in found if len(each) >= 20 and sum(map(str.isalpha, each)) >= 0.65 * len(each)]


# --- the training ------------------------------------------------------------------------------------------------


def blocks(documents: Sequence[Sequence[int]], length: int, random_seed: int) -> Iterator[list[int]]:
    """Blocks of ``length`` ids without end: each begins where a document begins, and the last one in it is cut."""
    block: list[int] = []
    turn = 0
    while True:
        for document in Random(stream_key("documents", random_seed, turn)).sample(documents, len(documents)):
            block += document
            if len(block) >= length:
                yield block[:length]
                block = []
        turn += 1


def documents_of(text: GeneralText, tokenizer: Any) -> list[list[int]]:
    """Every paragraph with the end of text behind it, and every chat as the template writes it, as token ids."""
    from slmaug.train.encoding import chat_tokens
    from slmaug.train.example import Example

    chat, end = chat_tokens(tokenizer), tokenizer.eos_token_id
    return [
        *([*ids, end] for ids in tokenizer(list(text.plain), add_special_tokens=False)["input_ids"]),
        *([*chat.encoded(Example(question, answer)).input_ids, end] for question, answer in text.chats),
    ]


def make(folder: Path, text: GeneralText, settings: Pretraining, words: Sequence[str] = ()) -> Path:
    """Make and train the model in ``folder``, or leave the one that stands there with the same settings.

    ``words`` are texts that the tokenizer, and only the tokenizer, is learnt from beside the general text. Raises
    :class:`SlmaugError` where the folder holds a model of other settings.
    """
    words_sha256 = hashlib.sha256("\0".join(words).encode()).hexdigest()
    wanted = asdict(settings) | {"text_sha256": text.sha256, "words_sha256": words_sha256}
    facts = folder / FACTS
    if facts.is_file():
        found = json.loads(facts.read_text(encoding="utf-8"))
        different = [name for name, value in wanted.items() if found.get(name) != value]
        if different:
            raise SlmaugError(
                f"{printable(folder)}: holds a model with another {', '.join(different)}; give another folder, or "
                "remove this one"
            )
        return folder
    from slmaug.train.loading import quietly
    from slmaug.train.tiny import small_phi3, small_tokenizer

    tokenizer = small_tokenizer([*text.texts, *words], settings.vocabulary)
    model = small_phi3(tokenizer, settings.random_seed, width=settings.width, layers=settings.layers)
    start = time.monotonic()
    loss = _trained(model, documents_of(text, tokenizer), settings)
    folder.mkdir(parents=True, exist_ok=True)
    with quietly():
        model.save_pretrained(folder)
        tokenizer.save_pretrained(folder)
    content = wanted | {
        "python": sys.version.split()[0],
        "characters": sum(map(len, text.texts)),
        "chats": len(text.chats),
        "parameters": model.num_parameters(),
        "loss": round(loss, 3),
        "seconds": round(time.monotonic() - start, 1),
    }
    with replacing(facts) as file:  # last: it says that the model is whole
        file.write(json_bytes(content, indent=1))
    return folder


def _trained(model: Any, documents: Sequence[Sequence[int]], settings: Pretraining) -> float:
    """Train in place on next tokens; return the mean loss of the last tenth of the steps, in nats per token."""
    import torch
    from transformers import get_cosine_schedule_with_warmup

    optimiser = torch.optim.AdamW(model.parameters(), settings.learning_rate, betas=(0.9, 0.98), weight_decay=0.1)
    schedule = get_cosine_schedule_with_warmup(optimiser, settings.steps // 10, settings.steps)
    source = blocks(documents, settings.block, settings.random_seed)
    losses = []
    model.train()
    for step in range(1, settings.steps + 1):
        ids = torch.tensor([next(source) for _ in range(settings.batch)])
        loss = model(input_ids=ids, labels=ids).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        optimiser.zero_grad()
        losses.append(float(loss.detach()))
        if step % 50 == 0:
            say(f"  pre-training  step {step:,} of {settings.steps:,}  loss {sum(losses[-50:]) / 50:.2f}")
    model.eval()
    last = losses[-max(settings.steps // 10, 1) :]
    return sum(last) / len(last)


def main(argv: Sequence[str] | None = None) -> int:
    """Make the model and say where it stands."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--steps", type=int, default=Pretraining.steps)
    args = parser.parse_args(argv)
    try:
        make(args.folder, general_text(), Pretraining(steps=args.steps))
    except SlmaugError as error:
        return failed(str(error))
    say(f"the model: {args.folder}/, how it came to be: {FACTS} in it")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
