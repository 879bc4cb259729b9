"""The two tiny Marian models: tokenizer and weights as opus-mt has them, and translating with what was written."""

from __future__ import annotations

import io
import json
import warnings
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

PIECES = 1500
PLACEHOLDERS = [f"X{number}" for number in range(1, 10)]


def write_tokenizer(folder: Path, source: str, target: str, sentences: Iterable[str]) -> Any:
    """One SentencePiece model for both languages, as source.spm and target.spm, and Marian's own vocabulary."""
    import sentencepiece
    from transformers import MarianTokenizer

    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(sentences),
        model_writer=model,
        vocab_size=PIECES,
        hard_vocab_limit=False,
        character_coverage=1.0,
        user_defined_symbols=PLACEHOLDERS,
        num_threads=1,
        minloglevel=2,
    )
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("source.spm", "target.spm"):
        (folder / name).write_bytes(model.getvalue())
    pieces = sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())
    names = [pieces.id_to_piece(number) for number in range(pieces.get_piece_size())]
    ordered = ["</s>", "<unk>", *(name for name in names if name not in ("<s>", "</s>", "<unk>")), "<pad>"]
    vocabulary = {name: number for number, name in enumerate(ordered)}
    (folder / "vocab.json").write_text(json.dumps(vocabulary, ensure_ascii=False, indent=0), "utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it recommends sacremoses, which changes nothing in these sentences
        tokenizer = MarianTokenizer(
            str(folder / "source.spm"),
            str(folder / "target.spm"),
            str(folder / "vocab.json"),
            source_lang=source,
            target_lang=target,
        )
    tokenizer.save_pretrained(folder)
    return tokenizer


def new_model(size: int) -> Any:
    """A Marian model of the shape that opus-mt's have, with the weights it starts from."""
    from transformers import GenerationConfig, MarianConfig, MarianMTModel

    pad = size - 1
    config = MarianConfig(
        vocab_size=size,
        d_model=128,
        encoder_layers=2,
        decoder_layers=2,
        encoder_attention_heads=4,
        decoder_attention_heads=4,
        encoder_ffn_dim=384,
        decoder_ffn_dim=384,
        max_position_embeddings=512,
        activation_function="swish",
        dropout=0.0,
        pad_token_id=pad,
        eos_token_id=0,
        forced_eos_token_id=0,
        decoder_start_token_id=pad,
        scale_embedding=True,
        static_position_embeddings=True,
        share_encoder_decoder_embeddings=True,
        normalize_before=False,
        normalize_embedding=False,
        add_final_layer_norm=False,
        init_std=0.05,
    )
    model = MarianMTModel(config)
    model.generation_config = GenerationConfig(
        bad_words_ids=[[pad]],
        bos_token_id=0,
        decoder_start_token_id=pad,
        eos_token_id=0,
        forced_eos_token_id=0,
        max_length=512,
        num_beams=4,
        pad_token_id=pad,
        renormalize_logits=True,
    )
    return model


def translated(model: Any, tokenizer: Any, texts: Sequence[str], batch: int = 128, **settings: Any) -> list[str]:
    """One translation of each text, or as many as ``num_return_sequences`` says, greedy unless told otherwise."""
    import torch

    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    each = settings.get("num_return_sequences", 1)
    found: list[str] = [""] * (len(texts) * each)
    for start in range(0, len(order), batch):
        chunk = order[start : start + batch]
        inputs = tokenizer([texts[i] for i in chunk], return_tensors="pt", padding=True)
        with torch.inference_mode():
            out = model.generate(**inputs, **{"num_beams": 1, "do_sample": False, "max_length": 60, **settings})
        for place, text in enumerate(tokenizer.batch_decode(out, skip_special_tokens=True)):
            found[chunk[place // each] * each + place % each] = text
    return found


def load(folder: Path) -> tuple[Any, Any]:
    from transformers import MarianMTModel, MarianTokenizer

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return MarianMTModel.from_pretrained(folder).eval(), MarianTokenizer.from_pretrained(folder)
