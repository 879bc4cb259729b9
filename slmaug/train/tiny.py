"""A small model of the Phi-3 architecture, made on the spot: the whole chain can be seen to work with no download.

It has Phi-3.5's special tokens, chat template and stop tokens, and a tokenizer of the same kind (byte-pair encoding
with byte fallback, as Llama 2's), trained on the texts it is given. What it lacks is knowledge: it starts from random
weights.

Sources: the model card and the tokenizer's settings of microsoft/Phi-3.5-mini-instruct.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from transformers import Phi3ForCausalLM, PreTrainedTokenizerFast

# In the order of their ids behind the vocabulary (32000 to 32010 of Phi-3.5). All but the first strip the white space
# behind them, line breaks and indentation included.
SPECIAL_TOKENS = (
    "<|endoftext|>",
    "<|assistant|>",
    "<|placeholder1|>",
    "<|placeholder2|>",
    "<|placeholder3|>",
    "<|placeholder4|>",
    "<|system|>",
    "<|end|>",
    "<|placeholder5|>",
    "<|placeholder6|>",
    "<|user|>",
)
STOPS = ("<|end|>", "<|assistant|>", "<|endoftext|>")
"""The tokens that end Phi-3.5's generation, the one that ends a turn first."""

CHAT_TEMPLATE = (
    "{%- for message in messages -%}"
    "{{- '<|' + message['role'] + '|>\n' + message['content'] + '<|end|>\n' -}}"
    "{%- endfor -%}"
    "{%- if add_generation_prompt -%}{{- '<|assistant|>\n' -}}{%- else -%}{{- eos_token -}}{%- endif -%}"
)


def small_tokenizer(texts: Iterable[str], vocabulary: int = 2048) -> PreTrainedTokenizerFast:
    """A tokenizer of Phi-3.5's kind with about ``vocabulary`` tokens, learnt from the texts; same texts, same ids."""
    from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    raw = Tokenizer(models.BPE(byte_fallback=True, unk_token="<unk>", fuse_unk=True))
    raw.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    # Words are learnt with the space in front of them, and runs of white space apart from them; only in training,
    # as in sentencepiece, whose models split nothing beforehand.
    raw.pre_tokenizer = pre_tokenizers.Split(Regex(r"▁*[^▁\s]+|[▁\s]+"), "isolated")
    start = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256))]
    room = max(vocabulary - len(SPECIAL_TOKENS), len(start) + 1)
    trainer = trainers.BpeTrainer(vocab_size=room, special_tokens=start, show_progress=False)
    raw.train_from_iterator(texts, trainer)
    raw.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    # The trainer made the byte tokens special; they are what unknown characters fall back to, and part of a text.
    plain = Tokenizer.from_str(json.dumps(json.loads(raw.to_str()) | {"added_tokens": []}))
    plain.add_special_tokens([AddedToken(token, normalized=False, special=True) for token in start[:3]])
    plain.add_special_tokens(
        [
            AddedToken(each, rstrip=place > 0, normalized=False, special=True)
            for place, each in enumerate(SPECIAL_TOKENS)
        ]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=plain,
        bos_token="<s>",
        eos_token="<|endoftext|>",
        pad_token="<|endoftext|>",
        unk_token="<unk>",
        padding_side="left",
        model_max_length=4096,
        chat_template=CHAT_TEMPLATE,
        clean_up_tokenization_spaces=False,
    )


def small_phi3(
    tokenizer: PreTrainedTokenizerFast, random_seed: int = 0, *, width: int = 192, layers: int = 4
) -> Phi3ForCausalLM:
    """A model of the Phi-3 architecture with random weights, in float32; same seed, same weights.

    ``width`` is its hidden size (a multiple of 32, the size of a head). With the defaults and 2048 tokens it has
    about 2 million parameters.
    """
    import torch
    from transformers import GenerationConfig, Phi3Config, Phi3ForCausalLM

    config = Phi3Config(
        vocab_size=len(tokenizer),
        hidden_size=width,
        intermediate_size=width * 8 // 3,
        num_hidden_layers=layers,
        num_attention_heads=width // 32,
        num_key_value_heads=width // 32,
        max_position_embeddings=4096,
        original_max_position_embeddings=4096,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
        tie_word_embeddings=True,
        attn_implementation="sdpa",
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(random_seed)
        model = Phi3ForCausalLM(config)
    stops = [int(tokenizer.convert_tokens_to_ids(each)) for each in STOPS]
    model.generation_config = GenerationConfig(
        bos_token_id=tokenizer.bos_token_id, eos_token_id=stops, pad_token_id=tokenizer.pad_token_id
    )
    return model


def make_small_phi3(texts: Iterable[str], folder: Path, random_seed: int = 0, *, vocabulary: int = 2048) -> Path:
    """Write a small model and its tokenizer to ``folder``, as ``from_pretrained`` loads them; return the folder."""
    tokenizer = small_tokenizer(texts, vocabulary)
    model = small_phi3(tokenizer, random_seed)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder
