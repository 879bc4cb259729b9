from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("peft", reason="training needs peft")
pytest.importorskip("trl", reason="training needs TRL, which needs Python 3.11")

import torch
from peft import LoraConfig, PeftModel, PrefixTuningConfig, get_peft_model
from safetensors import safe_open
from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer, GenerationConfig, LlamaTokenizer, Phi3Config
from transformers import Phi3ForCausalLM as Phi3

from slmaug.errors import SlmaugError
from slmaug.train.encoding import ChatTokens, chat_tokens
from slmaug.train.export import export, merge_adapter, sentencepiece_file
from slmaug.train.tiny import CHAT_TEMPLATE, SPECIAL_TOKENS, STOPS, small_phi3, small_tokenizer

TEXTS = [
    "How do I read a file?",
    "```python\nwith open(path) as file:\n    print(file.read())\n```",
    "如何读取文件？",
] * 4
LORA = {"r": 4, "lora_alpha": 8, "target_modules": "all-linear", "task_type": "CAUSAL_LM"}


@pytest.fixture(scope="module")
def chat() -> ChatTokens:
    tokenizer = small_tokenizer(TEXTS, 400)
    return chat_tokens(tokenizer, [int(tokenizer.convert_tokens_to_ids(each)) for each in STOPS])


@pytest.fixture(scope="module")
def model(chat: ChatTokens) -> Phi3:
    return small_phi3(chat.tokenizer, width=64, layers=2).eval()


def longrope(**more: Any) -> Phi3:
    """A model with rope factors, as Phi-3.5 has them."""
    config = Phi3Config(
        vocab_size=96,
        hidden_size=32,
        intermediate_size=48,
        num_hidden_layers=1,
        num_attention_heads=2,
        pad_token_id=0,
        max_position_embeddings=512,
        original_max_position_embeddings=64,
        rope_scaling={"type": "longrope", "short_factor": [1.0 + n / 8 for n in range(8)], "long_factor": [9.0] * 8},
        **more,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return Phi3(config).eval()


def adapted(model: Phi3, **more: Any) -> PeftModel:
    """The model with an adapter that does something; LoRA starts as zero."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        found = get_peft_model(model, LoraConfig(**{**LORA, **more}))
        for name, weight in found.named_parameters():
            if "lora_B" in name:
                torch.nn.init.normal_(weight, std=0.2)
    return found.eval()


def read(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


def loaded(folder: Path) -> Phi3:
    found, report = AutoModelForCausalLM.from_pretrained(folder, output_loading_info=True)
    assert not report["missing_keys"]
    assert not report["unexpected_keys"]
    return found.eval()


@torch.no_grad()
def logits(model: Any, chat: ChatTokens) -> torch.Tensor:
    ids = chat.prompt_ids([{"role": "user", "content": "How do I read a file?"}])
    return model(torch.tensor([ids])).logits


# --- full models


def test_the_model_in_the_folder_is_the_one_in_memory(model: Phi3, chat: ChatTokens, tmp_path: Path) -> None:
    """In float32 the loaded model gives the same logits to the last bit, with as many embeddings, tied as before."""
    export(model, chat, tmp_path / "run", dtype="float32", max_new_tokens=64)
    found = loaded(tmp_path / "run")
    assert torch.equal(logits(found, chat), logits(model, chat))
    assert found.get_input_embeddings().weight.shape == model.get_input_embeddings().weight.shape
    assert found.lm_head.weight.data_ptr() == found.model.embed_tokens.weight.data_ptr()


def test_the_tokenizer_in_the_folder_is_the_one_in_memory(model: Phi3, chat: ChatTokens, tmp_path: Path) -> None:
    """The loaded tokenizer gives the same ids for prompts, for code behind a stripping token, and pads on the left."""
    batch = chat.tokenizer(["a", "a longer one"], padding=True, truncation=True, max_length=3)
    assert batch["input_ids"]
    export(model, chat, tmp_path, dtype=None, max_new_tokens=64)
    tokenizer = AutoTokenizer.from_pretrained(tmp_path)
    again = chat_tokens(tokenizer, chat.stops)
    prompt = [{"role": "system", "content": "Be short."}, {"role": "user", "content": "  x = 1\n\n 如何？"}]
    assert again.prompt_ids(prompt) == chat.prompt_ids(prompt)
    assert again.completion_ids("    indented\n<|end|> 😀") == chat.completion_ids("    indented\n<|end|> 😀")
    assert (again.end, again.stops, len(tokenizer)) == (chat.end, chat.stops, len(chat.tokenizer))
    assert tokenizer.padding_side == "left"
    saved = read(tmp_path / "tokenizer.json")
    assert (saved["padding"], saved["truncation"]) == (None, None)


@pytest.mark.parametrize("dtype", ["bfloat16", "float16", "float32", None])
def test_the_type_of_the_weights_is_the_one_asked_for(
    model: Phi3, chat: ChatTokens, tmp_path: Path, dtype: Any
) -> None:
    """Every weight and the configuration say the type; the model in memory keeps its own."""
    export(model, chat, tmp_path, dtype=dtype, max_new_tokens=64)
    expected = dtype or "float32"
    with safe_open(tmp_path / "model.safetensors", "pt") as file:
        assert {str(file.get_tensor(key).dtype) for key in file.keys()} == {f"torch.{expected}"}  # noqa: SIM118
    config = read(tmp_path / "config.json")
    assert (config["dtype"], config["torch_dtype"]) == (expected, expected)
    assert AutoModelForCausalLM.from_pretrained(tmp_path, dtype="auto").dtype == getattr(torch, expected)
    assert model.dtype == torch.float32


def test_what_training_does_to_a_model_is_not_saved(chat: ChatTokens, tmp_path: Path) -> None:
    """After a step of TRL's trainer, that patches forward and has no cache, the folder holds a plain model."""
    from datasets import Dataset
    from trl import SFTConfig, SFTTrainer

    model = small_phi3(chat.tokenizer, width=64, layers=1)
    rows = [{"input_ids": chat.completion_ids(each), "labels": chat.completion_ids(each)} for each in TEXTS]
    settings = SFTConfig(
        output_dir=str(tmp_path / "trainer"),
        max_steps=1,
        use_cpu=True,
        report_to=[],
        bf16=False,
        save_strategy="no",
        dataset_kwargs={"skip_prepare_dataset": True},
        gradient_checkpointing=True,
        disable_tqdm=True,
    )
    trainer = SFTTrainer(model, settings, train_dataset=Dataset.from_list(rows), processing_class=chat.tokenizer)
    trainer.train()
    export(trainer.model, chat, tmp_path / "run", dtype="float32", max_new_tokens=64)
    found = loaded(tmp_path / "run")
    assert read(tmp_path / "run" / "config.json")["use_cache"] is True
    weights = trainer.model.state_dict()
    assert all(torch.equal(tensor, weights[key]) for key, tensor in found.state_dict().items())
    plain = small_phi3(chat.tokenizer, width=64, layers=1).eval()
    plain.load_state_dict(weights)
    assert torch.equal(logits(found, chat), logits(plain, chat))


def test_generation_is_greedy_and_ends_at_every_stop(model: Phi3, chat: ChatTokens, tmp_path: Path) -> None:
    """The settings hold no sampling, all stop tokens, the pad token and the limit; they can be saved again."""
    before = model.generation_config
    export(model, chat, tmp_path, dtype=None, max_new_tokens=77)
    found = GenerationConfig.from_pretrained(tmp_path)
    assert (found.do_sample, found.max_new_tokens, found.pad_token_id) == (False, 77, chat.tokenizer.pad_token_id)
    assert (found.temperature, found.top_p, found.top_k) == (None, None, None)
    assert tuple(found.eos_token_id) == chat.stops
    loaded(tmp_path).save_pretrained(tmp_path / "again")
    assert model.generation_config is before


def test_sampling_settings_of_the_model_do_not_stand_in_the_way(chat: ChatTokens, tmp_path: Path) -> None:
    """A model whose own settings save_pretrained would refuse is exported all the same."""
    model = small_phi3(chat.tokenizer, width=64, layers=1)
    model.generation_config = GenerationConfig(do_sample=False, temperature=0.0, top_p=0.3)
    export(model, chat, tmp_path, dtype=None, max_new_tokens=8)
    assert "temperature" not in read(tmp_path / "generation_config.json")


def test_large_models_are_split(model: Phi3, chat: ChatTokens, tmp_path: Path) -> None:
    """Weights above the limit become numbered files with an index, and load to the same model."""
    export(model, chat, tmp_path, dtype="float32", max_new_tokens=64, shard="100KB")
    assert len(list(tmp_path.glob("model-*-of-*.safetensors"))) > 1
    assert (tmp_path / "model.safetensors.index.json").is_file()
    assert torch.equal(logits(loaded(tmp_path), chat), logits(model, chat))


def test_gathered_weights_are_written_instead_of_the_models_own(model: Phi3, chat: ChatTokens, tmp_path: Path) -> None:
    """What accelerate gathered of a sharded model is what the folder holds."""
    other = small_phi3(chat.tokenizer, random_seed=5, width=64, layers=2).eval()
    export(model, chat, tmp_path, dtype="float32", max_new_tokens=64, weights=other.state_dict())
    assert torch.equal(logits(loaded(tmp_path), chat), logits(other, chat))


# --- what vLLM, transformers 4 and Ollama read


def test_vllm_finds_what_it_looks_for(model: Phi3, chat: ChatTokens, tmp_path: Path) -> None:
    """Architecture, fused weights by the names vLLM maps, defaults for its requests, tokenizer files; no pickles."""
    export(model, chat, tmp_path, dtype="bfloat16", max_new_tokens=64)
    assert read(tmp_path / "config.json")["architectures"] == ["Phi3ForCausalLM"]
    layers = [
        f"model.layers.{layer}.{part}.weight"
        for layer in range(2)
        for part in (
            *("self_attn.qkv_proj", "self_attn.o_proj", "mlp.gate_up_proj", "mlp.down_proj"),
            *("input_layernorm", "post_attention_layernorm"),
        )
    ]
    with safe_open(tmp_path / "model.safetensors", "pt") as file:
        assert sorted(file.keys()) == sorted([*layers, "model.embed_tokens.weight", "model.norm.weight"])
    defaults = GenerationConfig.from_pretrained(tmp_path).to_diff_dict()  # as vLLM reads them
    assert set(defaults["eos_token_id"]) == set(chat.stops)
    assert defaults["max_new_tokens"] == 64
    assert not {"temperature", "top_k", "top_p", "min_p", "repetition_penalty"} & defaults.keys()
    names = {path.name for path in tmp_path.iterdir()}
    assert {"tokenizer.json", "tokenizer_config.json", "chat_template.jinja"} <= names
    assert not [name for name in names if name.endswith((".bin", ".pt", ".pth", ".pkl", ".tmp", ".old"))]


def test_untied_output_weights_are_written(chat: ChatTokens, tmp_path: Path) -> None:
    """Phi-3.5's output weights are its own, and the folder holds them."""
    export(longrope(tie_word_embeddings=False), chat, tmp_path, dtype=None, max_new_tokens=8)
    with safe_open(tmp_path / "model.safetensors", "pt") as file:
        assert "lm_head.weight" in file.keys()  # noqa: SIM118


def test_rope_factors_are_where_older_readers_look(chat: ChatTokens, tmp_path: Path) -> None:
    """The configuration has transformers 4's keys beside the new ones, and loads to what it was."""
    model = longrope()
    export(model, chat, tmp_path, dtype=None, max_new_tokens=8)
    config = read(tmp_path / "config.json")
    rope = model.config.rope_parameters
    assert config["rope_theta"] == rope["rope_theta"] == 10000.0
    expected = {"type": "longrope", "short_factor": rope["short_factor"], "long_factor": rope["long_factor"]}
    assert config["rope_scaling"] == expected  # Phi3Config of transformers 4 refuses a fourth key
    again = AutoConfig.from_pretrained(tmp_path).rope_parameters
    assert {key: again[key] for key in rope} == rope
    ids = torch.arange(90)[None]  # beyond the 64 positions where the factors change
    with torch.no_grad():
        assert torch.equal(loaded(tmp_path)(ids).logits, model(ids).logits)


def test_a_plain_rope_has_its_base_on_top(model: Phi3, chat: ChatTokens, tmp_path: Path) -> None:
    """Without factors there is rope_theta alone."""
    export(model, chat, tmp_path, dtype=None, max_new_tokens=8)
    config = read(tmp_path / "config.json")
    assert config["rope_theta"] == 10000.0
    assert "rope_scaling" not in config


def test_older_readers_know_the_tokenizer(model: Phi3, chat: ChatTokens, tmp_path: Path) -> None:
    """The tokenizer's class exists in transformers 4, and whether a text gets a start token is said in words."""
    export(model, chat, tmp_path, dtype=None, max_new_tokens=8)
    config = read(tmp_path / "tokenizer_config.json")
    assert config["tokenizer_class"] == "PreTrainedTokenizerFast"
    assert (config["add_bos_token"], config["add_eos_token"]) == (False, False)


def test_the_sentencepiece_model_comes_along(tmp_path: Path) -> None:
    """A tokenizer with a sentencepiece model leaves it in the folder, with the tokens added to it by their ids."""
    sentencepiece = pytest.importorskip("sentencepiece", reason="makes the sentencepiece model")

    sentencepiece.SentencePieceTrainer.Train(
        sentence_iterator=iter(TEXTS),
        model_prefix=str(tmp_path / "tokenizer"),
        model_type="bpe",
        byte_fallback=True,
        vocab_size=350,
        hard_vocab_limit=False,
        minloglevel=2,
    )
    source = tmp_path / "source"
    made = LlamaTokenizer.from_pretrained(tmp_path)
    made.add_special_tokens({"additional_special_tokens": list(SPECIAL_TOKENS)})
    made.chat_template, made.pad_token = CHAT_TEMPLATE, "<|endoftext|>"
    made.save_pretrained(source)
    shutil.copyfile(tmp_path / "tokenizer.model", source / "tokenizer.model")
    (source / "config.json").write_text('{"model_type": "phi3"}')
    tokenizer = AutoTokenizer.from_pretrained(source)
    assert sentencepiece_file(tokenizer) is not None
    chat = chat_tokens(tokenizer)
    export(small_phi3(tokenizer, width=64, layers=1), chat, tmp_path / "run", dtype=None, max_new_tokens=8)
    pieces = sentencepiece.SentencePieceProcessor(model_file=str(tmp_path / "run" / "tokenizer.model")).piece_size()
    added = read(tmp_path / "run" / "added_tokens.json")
    assert added == {token: pieces + place for place, token in enumerate(SPECIAL_TOKENS)}
    again = AutoTokenizer.from_pretrained(tmp_path / "run")
    assert again("  Hello <|end|> x")["input_ids"] == tokenizer("  Hello <|end|> x")["input_ids"]


def test_a_tokenizer_made_here_has_no_sentencepiece_model(chat: ChatTokens) -> None:
    """There is none to find, and nothing is asked of the network."""
    assert sentencepiece_file(chat.tokenizer) is None


# --- adapters


def test_a_merged_adapter_answers_as_the_unmerged(chat: ChatTokens, tmp_path: Path) -> None:
    """Merged logits equal those of base and adapter to 1e-5, differ from the base's, and the model stays unmerged."""
    base = small_phi3(chat.tokenizer, width=64, layers=2).eval()
    plain = logits(base, chat)
    model = adapted(base)
    before = logits(model, chat)
    export(model, chat, tmp_path, dtype="float32", max_new_tokens=8)
    found = logits(loaded(tmp_path), chat)
    torch.testing.assert_close(found, before, rtol=0, atol=1e-5)
    assert (found - plain).abs().max() > 0.1
    assert torch.equal(logits(model, chat), before)
    assert not list(tmp_path.glob("adapter*"))


def test_an_adapter_is_merged_in_float32(chat: ChatTokens, tmp_path: Path) -> None:
    """Of a bfloat16 base the sum is rounded once, where merging in bfloat16 would round it twice."""
    base = small_phi3(chat.tokenizer, width=64, layers=1).to(torch.bfloat16)
    model = adapted(base, target_modules=["o_proj"])
    layer = model.get_base_model().model.layers[0].self_attn.o_proj
    delta = layer.lora_B["default"].weight.float() @ layer.lora_A["default"].weight.float() * 2
    exact = (layer.base_layer.weight.float() + delta).to(torch.bfloat16)
    export(model, chat, tmp_path, dtype="bfloat16", max_new_tokens=8)
    with safe_open(tmp_path / "model.safetensors", "pt") as file:
        assert torch.equal(file.get_tensor("model.layers.0.self_attn.o_proj.weight"), exact)


@pytest.mark.parametrize("more", [{"use_dora": True}, {"modules_to_save": ["norm"]}, {"use_rslora": True}])
def test_every_kind_of_lora_is_merged(chat: ChatTokens, tmp_path: Path, more: dict[str, Any]) -> None:
    """DoRA, rank-stabilised LoRA and modules trained whole come out as they answer."""
    model = adapted(small_phi3(chat.tokenizer, width=64, layers=1).eval(), **more)
    if "modules_to_save" in more:
        with torch.no_grad():
            model.get_base_model().model.norm.modules_to_save["default"].weight.mul_(1.5)
    export(model, chat, tmp_path, dtype="float32", max_new_tokens=8)
    torch.testing.assert_close(logits(loaded(tmp_path), chat), logits(model, chat), rtol=0, atol=1e-5)


def test_an_adapter_that_parts_tied_weights_is_refused(chat: ChatTokens, tmp_path: Path) -> None:
    """Where input and output weights are one, an adapter on one of them cannot be merged into both."""
    model = adapted(small_phi3(chat.tokenizer, width=64, layers=1), target_modules=["embed_tokens", "o_proj"])
    with pytest.raises(SlmaugError, match="one weight in this model"):
        export(model, chat, tmp_path, dtype=None, max_new_tokens=8)


def test_what_cannot_be_merged_is_refused(chat: ChatTokens, tmp_path: Path) -> None:
    """A quantised base and an adapter of prompts are one line each, and gathered weights are no adapter's."""
    model = adapted(small_phi3(chat.tokenizer, width=64, layers=1))
    with pytest.raises(ValueError, match="merge_adapter"):
        export(model, chat, tmp_path, dtype=None, max_new_tokens=8, weights={})
    prompts = PrefixTuningConfig(task_type="CAUSAL_LM", num_virtual_tokens=2)
    prefixed = get_peft_model(small_phi3(chat.tokenizer, width=64, layers=1), prompts)
    with pytest.raises(SlmaugError, match="learns prompts, not weights"):
        export(prefixed, chat, tmp_path, dtype=None, max_new_tokens=8)
    quantised = small_phi3(chat.tokenizer, width=64, layers=1)
    quantised.is_quantized = True
    with pytest.raises(SlmaugError, match="quantised"):
        export(quantised, chat, tmp_path, dtype=None, max_new_tokens=8)
    assert not list(tmp_path.iterdir())


def test_an_adapter_in_a_folder_is_merged(model: Phi3, chat: ChatTokens, tmp_path: Path) -> None:
    """merge_adapter makes of a base's folder and an adapter's what export makes of the two in memory."""
    export(model, chat, tmp_path / "base", dtype="float32", max_new_tokens=8)
    trained = adapted(loaded(tmp_path / "base"))
    trained.save_pretrained(tmp_path / "adapter")
    merge_adapter(str(tmp_path / "base"), tmp_path / "adapter", tmp_path / "run", dtype="float32")
    torch.testing.assert_close(logits(loaded(tmp_path / "run"), chat), logits(trained, chat), rtol=0, atol=1e-5)


# --- the folder


def test_another_export_leaves_nothing_of_the_earlier_one(model: Phi3, chat: ChatTokens, tmp_path: Path) -> None:
    """Old shards and their index go, and what others put there stays."""
    export(model, chat, tmp_path, dtype="float32", max_new_tokens=8, shard="100KB")
    (tmp_path / "manifest.json").write_text("{}")
    (tmp_path / "checkpoints").mkdir()
    export(model, chat, tmp_path, dtype="bfloat16", max_new_tokens=8)
    assert [path.name for path in tmp_path.glob("*.safetensors*")] == ["model.safetensors"]
    assert (tmp_path / "manifest.json").is_file()
    assert (tmp_path / "checkpoints").is_dir()
    assert not list(tmp_path.glob(".slmaug-*"))


def test_an_interrupt_leaves_the_earlier_model(
    model: Phi3, chat: ChatTokens, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped while it writes or while it moves files in, an export leaves the folder as it was."""
    export(model, chat, tmp_path, dtype="float32", max_new_tokens=8, shard="100KB")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    replace = Path.replace
    for stop_at in (1, len(before) // 2, len(before) + 3):
        calls = count(1)

        def stop(self: Path, target: Path, stop_at: int = stop_at, calls: Iterator[int] = calls) -> Path:
            if next(calls) == stop_at:
                raise KeyboardInterrupt
            return replace(self, target)

        with monkeypatch.context() as patch:
            patch.setattr(Path, "replace", stop)
            with pytest.raises(KeyboardInterrupt):
                export(model, chat, tmp_path, dtype="bfloat16", max_new_tokens=8)
        assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.skipif(sys.platform == "win32", reason="permissions are not those of POSIX")
def test_others_may_read_what_others_may_read(model: Phi3, chat: ChatTokens, tmp_path: Path) -> None:
    """All files have the permissions of a file that open() makes; safetensors alone would give its owner's only."""
    export(model, chat, tmp_path, dtype=None, max_new_tokens=8)
    (tmp_path / "plain").write_text("")
    assert {path.stat().st_mode for path in tmp_path.iterdir()} == {(tmp_path / "plain").stat().st_mode}


def test_a_full_disk_is_one_line(
    model: Phi3, chat: ChatTokens, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Too little room is said before anything is written, with what is needed."""
    usage = shutil.disk_usage(tmp_path)._replace(free=1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    with pytest.raises(SlmaugError, match=r"the model takes .* GB of the disk are free; make room") as caught:
        export(model, chat, tmp_path, dtype=None, max_new_tokens=8)
    assert "\n" not in str(caught.value)
    assert not list(tmp_path.iterdir())


def test_a_place_that_cannot_be_written_is_one_line(model: Phi3, chat: ChatTokens, tmp_path: Path) -> None:
    """A file where the folder should be is an error that names it."""
    (tmp_path / "run").write_text("")
    with pytest.raises(SlmaugError, match=r"run: cannot be written: "):
        export(model, chat, tmp_path / "run", dtype=None, max_new_tokens=8)
