"""Train the tiny English-German translation pair of the tests: ``python scripts/make_translation_pair.py``.

Two Marian models (2 + 2 layers, d_model 128) learn the sentences of ``translation_sentences.py`` in a few minutes on
two cores. Each sentence is drawn as a meaning and worded at random on both sides, so the models learn many ways to say
each thing, and a round trip gives a true paraphrase. What is written loads as any ``Helsinki-NLP/opus-mt`` model does.
"""

from __future__ import annotations

import argparse
import math
import multiprocessing
import re
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import chain, count, islice
from pathlib import Path
from typing import Any

# Run from anywhere: the scripts beside this one and the package are found first, so the imports below stand behind it.
ROOT = Path(__file__).resolve().parent.parent
for _folder in (ROOT, ROOT / "scripts"):
    if str(_folder) not in sys.path:
        sys.path.insert(0, str(_folder))

from translation_drawing import draw, earlier, is_held_out, later, uniform  # noqa: E402
from translation_model import load, new_model, translated, write_tokenizer  # noqa: E402
from translation_sentences import Language, Meaning, meaning_of, wording  # noqa: E402

from slmaug.rng import Random, generators, stream_key  # noqa: E402

OUT = ROOT / "tests" / "data" / "marian"
PAIRS: tuple[tuple[Language, Language], ...] = (("en", "de"), ("de", "en"))
SENTENCES_FOR_PIECES = 12_000
BATCH = 64
HELD_OUT = 600
"""Sentences that the figures are measured on."""


def _name(source: Language, target: Language) -> str:
    return f"opus-mt-{source}-{target}"


def training_meanings(random_seed: int) -> Iterator[tuple[Meaning, Random]]:
    """Endlessly: a meaning that is not held out, and the generator for its wordings.

    Half of them are the longer of two that were drawn: long sentences with several placeholders are what is hard.
    """
    key, start = stream_key("training", random_seed), 0
    while True:
        for rng in generators(key, start, 256):
            drawn = [draw(rng) for _ in range(1 + rng.randrange(2))]
            meaning = max(drawn, key=lambda each: len(each.names) + len(each.additions))
            if not is_held_out(meaning):
                yield meaning, rng
        start += 256


def sloppy(sentence: str, rng: Random) -> str:
    """Now and then as people type: without the final mark, without the first capital or any."""
    at_random = rng.random()
    if at_random < 0.85:
        return sentence
    bare = sentence.rstrip("?.")
    if at_random < 0.9 or bare.startswith("X"):
        return bare
    small = bare[0].lower() + bare[1:]
    return small if at_random < 0.95 else " ".join(w if w[1:].isdigit() else w.lower() for w in small.split())


def pairs_of(source: Language, target: Language, random_seed: int) -> Iterator[tuple[str, str]]:
    """Sentence pairs to train on, endlessly."""
    prefer = earlier if target == "de" else later
    for meaning, rng in training_meanings(random_seed):
        said = wording(meaning, source, uniform(rng))
        if source == "en":
            said = sloppy(said, rng)
        yield said, wording(meaning, target, prefer(rng))


def held_out(wanted: int, random_seed: int = 1) -> dict[str, Meaning]:
    """Different English sentences whose combination of frame, verb and object training never sees."""
    found: dict[str, Meaning] = {}
    number, key = 0, stream_key("held out", random_seed)
    while len(found) < wanted:
        (rng,) = generators(key, number, 1)
        number += 1
        meaning = draw(rng)
        if is_held_out(meaning):
            found.setdefault(wording(meaning, "en", uniform(rng)), meaning)
    return found


def train(
    folder: Path,
    source: Language,
    target: Language,
    steps: int,
    random_seed: int,
    sentences_for_pieces: int = SENTENCES_FOR_PIECES,
    quiet: bool = False,
) -> None:
    """Train one direction and write it into the folder. Equal arguments give equal files on one machine."""
    import torch

    for_pieces = islice(pairs_of("en", "de", random_seed), sentences_for_pieces)
    tokenizer = write_tokenizer(folder, source, target, chain.from_iterable(for_pieces))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(random_seed)
        model = new_model(tokenizer.vocab_size)
        _fit(model, tokenizer, pairs_of(source, target, random_seed), steps, quiet)
    model.eval()
    # Half the size on disk; the configuration still says float32, so it is loaded as float32.
    model.config.dtype = "float32"
    state = {name: value.to(torch.float16) for name, value in model.state_dict().items()}
    model.save_pretrained(folder, state_dict=state)


def _fit(model: Any, tokenizer: Any, pairs: Iterator[tuple[str, str]], steps: int, quiet: bool) -> None:
    import torch

    rate, warm = 3e-3, min(100, steps // 3 + 1)
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate, betas=(0.9, 0.98), weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / warm, 0.5 + 0.5 * math.cos(math.pi * step / steps))
    )
    # As in opus-mt: what the decoder starts from is zero and stays it; an engine may rely on that.
    shared, pad = model.get_input_embeddings().weight, model.config.pad_token_id
    with torch.no_grad():
        shared[pad] = 0.0
    shared.register_hook(lambda gradient: gradient.index_fill(0, torch.tensor([pad]), 0.0))
    model.train()
    loss_sum, started = 0.0, time.monotonic()
    batches = _batches(tokenizer, pairs)
    for step in range(1, steps + 1):
        batch = next(batches)
        loss = model(**batch).loss
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        loss_sum += float(loss.detach())
        if step % 100 == 0 and not quiet:
            took = time.monotonic() - started
            pair = f"{tokenizer.source_lang}-{tokenizer.target_lang}"
            print(f"{pair} step {step:,} of {steps:,}: loss {loss_sum / 100:.3f}, {took:.0f} s", flush=True)
            loss_sum = 0.0


def _batches(tokenizer: Any, pairs: Iterator[tuple[str, str]]) -> Iterator[dict[str, Any]]:
    """Padded batches, of sentences of about one length."""
    import torch

    pad = tokenizer.pad_token_id
    for number in count():
        drawn = [next(pairs) for _ in range(BATCH * 8)]
        sources = tokenizer([one for one, _ in drawn])["input_ids"]
        targets = tokenizer(text_target=[other for _, other in drawn])["input_ids"]
        both = sorted(zip(sources, targets, strict=True), key=lambda pair: (len(pair[0]), len(pair[1])))
        ready = []
        for start in range(0, len(both), BATCH):
            chunk = both[start : start + BATCH]
            inputs, labels = (_padded([pair[side] for pair in chunk], (pad, -100)[side]) for side in (0, 1))
            inputs, labels = torch.tensor(inputs), torch.tensor(labels)
            ready.append({"input_ids": inputs, "attention_mask": (inputs != pad).long(), "labels": labels})
        Random(number).shuffle(ready)
        yield from ready


def _padded(rows: Sequence[list[int]], pad: int) -> list[list[int]]:
    longest = max(map(len, rows))
    return [row + [pad] * (longest - len(row)) for row in rows]


def figures(out: Path, sentences: Mapping[str, Meaning]) -> dict[str, float]:
    """What the README beside the pair quotes, in percent of the sentences or of the samples."""
    import torch

    texts, meanings = list(sentences), list(sentences.values())
    forth, back = (load(out / _name(*pair)) for pair in PAIRS)
    german = translated(*forth, texts)
    english = translated(*back, german)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        sampling = {"do_sample": True, "top_k": 5, "temperature": 0.8, "num_return_sequences": 2}
        sampled = translated(*back, translated(*forth, texts, **sampling), **sampling)
    for text, via, said, meaning in zip(texts, german, english, meanings, strict=True):
        if meaning_of(said) != meaning:
            print(f"  not the same: {text} -> {via} -> {said}")
    each = list(zip(texts, german, english, meanings, strict=True))
    distinct = [
        {said for said in sampled[4 * at : 4 * at + 4] if said != text and meaning_of(said) == meaning}
        for at, (text, meaning) in enumerate(sentences.items())
    ]
    return {
        "same meaning in German": _percent(meaning_of(via, "de") == meaning for _, via, _, meaning in each),
        "true round trips": _percent(meaning_of(said) == meaning for _, _, said, meaning in each),
        "placeholders intact": _percent(
            sorted(re.findall(r"X\d+", said)) == sorted(meaning.names) for _, _, said, meaning in each if meaning.names
        ),
        "other words": _percent(said.lower().split() != text.lower().split() for text, _, said, _ in each),
        "true round trips, sampled": _percent(meaning_of(said) == meanings[at // 4] for at, said in enumerate(sampled)),
        "distinct true paraphrases of 4 samples": sum(map(len, distinct)) / len(distinct),
    }


def _percent(flags: Iterable[bool]) -> float:
    values = list(flags)
    return 100.0 * sum(values) / len(values)


def write_held_out(path: Path, sentences: Mapping[str, Meaning]) -> None:
    rows = [f"{text}\t{each.frame}/{each.verb}/{each.thing.noun or 'X'}" for text, each in sentences.items()]
    path.write_text("\n".join(["sentence\tcombination", *rows]) + "\n", "utf-8", newline="\n")


def _train_alone(folder: Path, source: Language, target: Language, steps: int, random_seed: int) -> None:
    """One direction in a process of its own, on one core: on more, sums are taken in another order."""
    import torch

    torch.set_num_threads(1)
    train(folder, source, target, steps, random_seed)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Train the tiny English-German translation pair of the tests.")
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--steps", type=int, default=3000, help="optimizer steps for each direction")
    parser.add_argument("--quick", action="store_true", help="five steps and no figures: does it run?")
    parser.add_argument("--random-seed", type=int, default=0)
    parser.add_argument("--measure", action="store_true", help="train nothing, measure what is there")
    options = parser.parse_args(arguments)
    if not options.measure:
        steps = 5 if options.quick else options.steps
        with ProcessPoolExecutor(len(PAIRS), multiprocessing.get_context("spawn")) as workers:
            jobs = [
                workers.submit(_train_alone, options.out / _name(*pair), *pair, steps, options.random_seed)
                for pair in PAIRS
            ]
            for job in jobs:
                job.result()
    sentences = held_out(HELD_OUT)
    write_held_out(options.out / "held_out.tsv", sentences)
    if options.quick:
        return
    for name, value in figures(options.out, sentences).items():
        print(f"{name}: {value:.2f}")


if __name__ == "__main__":
    main()
