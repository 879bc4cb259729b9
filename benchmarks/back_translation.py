"""How fast questions are translated: nlpaug's way, one by one, and ours in transformers and in CTranslate2.

    python benchmarks/back_translation.py [--sentences 192] [--samples 4] [--layers 6] [--device cpu]

The model has the size of an opus-mt model (6 + 6 layers, 512 wide, 58,101 tokens) and random weights, so nothing is
downloaded. Such a model never ends a sentence by itself; so the output of each sentence is pinned to as many tokens as
the sentence has, and a batch is done when its longest sentence is. The sentences are questions of a built set, in the
order in which they are built. Compared, all in one run:

- nlpaug's way (as in its BackTranslationAug): batches of 32 in the order they come, padded to the longest, 4 beams,
  one translation of each;
- one by one, 4 beams (TextAttack's way);
- slmaug's Marian and CTranslate2 with 4 beams, greedy, and with several samples of each sentence.

A figure is translations per second, without loading, after a few sentences to warm up; the ratio is to nlpaug's way.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from peers import machine

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from slmaug import expand
from slmaug.translate import CTranslate2, Decoding, Marian
from slmaug.translate.batching import Batch, batches, in_batches
from slmaug.translate.marian_model import Source
from slmaug.translate.translator import GREEDY

SEEDS = Path(__file__).resolve().parents[1] / "examples" / "seeds.csv"
VOCABULARY = 58_101
"""Tokens of opus-mt-en-de, by its model card's config.json."""
BEAMS = Decoding(beams=4)
NLPAUG_BATCH = 32


def make_model(folder: Path, layers: int, width: int, texts: Sequence[str]) -> Path:
    """A model of opus-mt's shape with random weights that never ends a sentence, and a tokenizer for the texts."""
    import sentencepiece
    import torch
    from transformers import MarianConfig, MarianMTModel

    from slmaug.translate.marian import silently

    folder.mkdir(parents=True)
    corpus = folder / "corpus.txt"
    corpus.write_text("\n".join(texts), encoding="utf-8")
    sentencepiece.SentencePieceTrainer.train(
        input=str(corpus), model_prefix=str(folder / "source"), vocab_size=1200, hard_vocab_limit=False, minloglevel=2
    )
    (folder / "source.model").rename(folder / "source.spm")
    (folder / "target.spm").write_bytes((folder / "source.spm").read_bytes())
    pieces = sentencepiece.SentencePieceProcessor(model_file=str(folder / "source.spm"))
    words = [pieces.id_to_piece(number) for number in range(pieces.get_piece_size())]
    tokens = list(dict.fromkeys(["</s>", "<unk>", *(each for each in words if each not in ("<s>", "</s>", "<unk>"))]))
    tokens += [f"\u2581filler{number}" for number in range(VOCABULARY - 1 - len(tokens))]
    (folder / "vocab.json").write_text(json.dumps({token: i for i, token in enumerate([*tokens, "<pad>"])}))
    config = MarianConfig(
        vocab_size=VOCABULARY, d_model=width, encoder_layers=layers, decoder_layers=layers,
        encoder_attention_heads=8, decoder_attention_heads=8, encoder_ffn_dim=4 * width, decoder_ffn_dim=4 * width,
        pad_token_id=VOCABULARY - 1, eos_token_id=0, decoder_start_token_id=VOCABULARY - 1, forced_eos_token_id=None,
        scale_embedding=True, static_position_embeddings=True, activation_function="swish",
        max_position_embeddings=512, share_encoder_decoder_embeddings=True,
    )  # fmt: skip
    with torch.random.fork_rng(), silently():
        torch.manual_seed(0)
        model = MarianMTModel(config)
        model.final_logits_bias[0, 0] = -1e4
        model.save_pretrained(folder)
    return folder


# --- the ways ----------------------------------------------------------------------------------------------------


def in_transformers(model: Any, batch: list[list[int]], beams: int, pad: int) -> None:
    """A padded batch through ``generate``, its output as long as its longest sentence."""
    import torch

    longest = max(map(len, batch))
    ids = torch.tensor([row + [pad] * (longest - len(row)) for row in batch]).to(model.device)
    mask = (ids != pad).long()
    with torch.inference_mode():
        model.generate(input_ids=ids, attention_mask=mask, num_beams=beams, max_new_tokens=longest)


def nlpaugs_way(model: Any, sources: Sequence[Source], pad: int, size: int = NLPAUG_BATCH) -> int:
    for at in range(0, len(sources), size):
        in_transformers(model, [source.ids for source in sources[at : at + size]], 4, pad)
    return len(sources)


def our_way(loaded: Any, sources: Sequence[Source], decoding: Decoding, tokens: int, lanes: int) -> int:
    """slmaug's own batches and decoding, the output of a batch as long as its longest sentence."""
    rows = decoding.candidates if decoding.samples else decoding.beams

    def translated(batch: Batch) -> list[tuple[str, ...]]:
        mine = [sources[place] for place in batch.places]
        done: list[tuple[str, ...]] = loaded.translations(mine, max(len(each.ids) for each in mine), decoding=decoding)
        return done

    in_batches(batches([len(source.ids) for source in sources], rows, tokens), translated, lanes=lanes)
    return len(sources) * decoding.candidates


def loaded_in(translator: Marian | CTranslate2) -> Any:
    """The model that a translator holds once it has translated something."""
    return next(value for key, value in translator._memory.items() if key[0] == "model")


def rate(run: Callable[[Sequence[Source]], int], sources: Sequence[Source], repeats: int) -> float:
    """Translations per second, the median of several runs."""
    run(sources[:4])
    found = []
    for _ in range(repeats):
        start = time.perf_counter()
        done = run(sources)
        found.append(done / (time.perf_counter() - start))
    return statistics.median(found)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sentences", type=int, default=192)
    parser.add_argument("--samples", type=int, default=4)
    parser.add_argument("--layers", type=int, default=6)
    parser.add_argument("--width", type=int, default=512)
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--device", default=None, help="cpu or cuda (default: the graphics card where there is one)")
    args = parser.parse_args()
    import torch

    from slmaug.translate.marian import silently

    device = args.device or ("cuda" if torch.cuda.is_available() else "cpu")
    questions = [row.question for row in expand(SEEDS, 3000, cot="none")][: args.sentences]
    sampled = Decoding(candidates=args.samples, top_k=10, temperature=0.8)
    with tempfile.TemporaryDirectory() as scratch, silently():
        os.environ["SLMAUG_CACHE_DIR"] = str(Path(scratch) / "cache")
        make_model(Path(scratch) / "opus-mt-en-de", args.layers, args.width, questions)
        marian = Marian(scratch, device=device)
        fast = CTranslate2(scratch, device=device)
        for each in (marian, fast):  # loads and converts; "a" is the shortest sentence
            each.translate(["a"], "en", "de")
        theirs, converted = loaded_in(marian), loaded_in(fast)
        pad = theirs.vocabulary.pad
        sources = [Source(text, theirs.vocabulary.encode(text)) for text in questions]
        lengths = sorted(len(source.ids) for source in sources)
        here = machine().replace(" (one used)", "")
        print(
            f"{len(sources)} questions of {lengths[0]} to {lengths[-1]} tokens, median {statistics.median(lengths):g}; "
            f"{device}; {here}"
        )
        model = theirs._model
        ways: dict[str, Callable[[Sequence[Source]], int]] = {
            "nlpaug's way: batches of 32 as they come, 4 beams": lambda given: nlpaugs_way(model, given, pad),
            "one by one, 4 beams": lambda given: nlpaugs_way(model, given, pad, size=1),
        }
        for name, loaded, translator in (("transformers", theirs, marian), ("CTranslate2", converted, fast)):
            for label, decoding in (("4 beams", BEAMS), ("greedy", GREEDY), (f"{args.samples} samples", sampled)):
                ways[f"slmaug in {name}, {label}"] = partial(
                    our_way,
                    loaded,
                    decoding=decoding,
                    tokens=translator.tokens_per_batch,
                    lanes=converted.lanes if loaded is converted else 1,
                )
        base = 0.0
        for name, way in ways.items():
            speed = rate(way, sources, args.repeats)
            base = base or speed
            print(f"{name:<52}{speed:>9.2f} translations/s {speed / base:>6.1f} x", flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
