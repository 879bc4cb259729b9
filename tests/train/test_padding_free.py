"""Attention for rows laid end to end: the same numbers as for each row by itself."""

from __future__ import annotations

from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="needs torch, transformers and trl")
transformers = pytest.importorskip("transformers", reason="needs torch, transformers and trl")
pytest.importorskip("trl", reason="TRL needs Python 3.11")

from trl.trainer.sft_trainer import DataCollatorForLanguageModeling  # noqa: E402

from slmaug.train import padding_free  # noqa: E402

SIZES = {"vocab_size": 64, "hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2}
HEADS = {"num_attention_heads": 4, "num_key_value_heads": 2}
TOKENS = {"pad_token_id": 0, "bos_token_id": 1, "eos_token_id": 2}
ROWS = [[5, 9, 3, 8, 11, 30, 4], [7, 6], [12], [3, 3, 9, 40, 41]]


@pytest.fixture(scope="module", params=["phi3", "llama", "qwen3"])
def model(request: pytest.FixtureRequest) -> Any:
    """A small model with grouped heads."""
    config = transformers.AutoConfig.for_model(request.param, **SIZES, **HEADS, **TOKENS)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return transformers.AutoModelForCausalLM.from_config(config, attn_implementation="sdpa").eval()


def flattened(rows: list[list[int]], **settings: Any) -> dict[str, Any]:
    """The rows as TRL's collator lays them end to end."""
    collate = DataCollatorForLanguageModeling(pad_token_id=0, padding_free=True, **settings)
    return dict(collate([{"input_ids": row} for row in rows]))


def gradients(model: Any, loss: Any) -> list[Any]:
    return list(torch.autograd.grad(loss, list(model.parameters())))


def test_same_as_one_by_one(model: Any) -> None:
    """Logits and gradients of rows laid end to end are those of each row alone, with tokens of filling behind, too."""
    model.set_attn_implementation("sdpa")
    alone = [model(input_ids=torch.tensor([row])).logits[0] for row in ROWS]
    expected = gradients(model, sum(logits.logsumexp(-1).sum() for logits in alone))
    model.set_attn_implementation(padding_free.register())
    for settings in ({}, {"pad_to_multiple_of": 8}):
        inputs = flattened(ROWS, **settings)
        inputs.pop("labels")
        logits = model(**inputs, use_cache=False).logits[0][: sum(map(len, ROWS))]
        torch.testing.assert_close(logits, torch.cat(alone))
        for have, want in zip(gradients(model, logits.logsumexp(-1).sum()), expected, strict=True):
            torch.testing.assert_close(have, want)


def test_generation_as_before(model: Any) -> None:
    """Generation, one by one and in left-padded batches, says what it says with sdpa."""
    ids = torch.tensor([[0, 0, 5, 9, 3], [7, 6, 8, 11, 30]])
    for inputs in ({"input_ids": ids, "attention_mask": (ids != 0).long()}, {"input_ids": ids[1:]}):
        said = []
        for name in ("sdpa", padding_free.register()):
            model.set_attn_implementation(name)
            said.append(model.generate(**inputs, max_new_tokens=6, do_sample=False))
        assert torch.equal(*said)


def test_not_saved(model: Any) -> None:
    """The attention's name is no part of the config that is saved: the model loads where this package is not."""
    model.set_attn_implementation(padding_free.register())
    assert padding_free.NAME not in model.config.to_json_string()
