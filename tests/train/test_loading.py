"""Finding and loading a model; what is missing is one line that says what to do."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch", reason="loading a model needs torch")
pytest.importorskip("transformers", reason="loading a model needs transformers")

import torch

import slmaug
from slmaug.errors import MissingPackage, SlmaugError
from slmaug.model_files import device_for, is_adapter, local_model, needed, quietly
from slmaug.train import tiny
from slmaug.train.loading import load_model, load_tokenizer

TEXTS = ["How do I read the log? Open logs/ and look."]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    tokenizer = tiny.small_tokenizer(TEXTS, vocabulary=320)
    folder = tmp_path_factory.mktemp("runs") / "full"
    tiny.small_phi3(tokenizer, width=64, layers=2).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture
def model(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A model in runs/full of a folder of its own, which is the current one."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(made, tmp_path / "runs" / "full")
    return Path("runs") / "full"


def refused(name: str | Path) -> str:
    with pytest.raises(SlmaugError) as error:
        local_model(name)
    assert "\n" not in str(error.value)
    return str(error.value)


# --- folders -----------------------------------------------------------------------------------------------------


def test_whole(model: Path) -> None:
    """A folder with everything in it is itself, and loads."""
    assert local_model("runs/full") == model
    loaded = load_model(model)
    assert loaded.config._attn_implementation == "sdpa"
    assert len(load_tokenizer(model)) == loaded.config.vocab_size


@pytest.mark.parametrize(
    ("gone", "said"),
    [
        ("config.json", "no config.json in this folder"),
        ("model.safetensors", "no weights (model.safetensors) in this folder"),
        ("tokenizer.json", "no tokenizer (tokenizer.json or tokenizer.model) in this folder"),
    ],
)
def test_a_file_is_missing(model: Path, gone: str, said: str) -> None:
    """What a folder lacks is named."""
    (model / gone).unlink()
    assert refused(model) == (
        f"runs/full: {said}; expected config.json, weights (model.safetensors) and a tokenizer (tokenizer.json), as "
        "training or save_pretrained writes them"
    )


def test_a_shard_is_missing(model: Path) -> None:
    """Of weights in several files, each must be there, and the index readable."""
    shutil.rmtree(model)
    tokenizer = tiny.small_tokenizer(TEXTS, vocabulary=320)
    tiny.small_phi3(tokenizer, width=64, layers=2).save_pretrained(model, max_shard_size="200KB")
    tokenizer.save_pretrained(model)
    shards = sorted(each.name for each in model.glob("model-*.safetensors"))
    assert len(shards) > 1
    assert local_model(model) == model
    (model / shards[1]).unlink()
    assert f"no {shards[1]}, one of the {len(shards)} files that model.safetensors.index.json names," in refused(model)
    (model / "model.safetensors.index.json").write_text("{", encoding="utf-8")
    assert "no readable model.safetensors.index.json in this folder" in refused(model)


def test_other_folders(model: Path) -> None:
    """An empty folder, an unfinished training, a file and a name that is nearly there say so."""
    Path("empty").mkdir()
    assert refused("empty").startswith("empty: the folder is empty; expected a model")
    Path("runs/half/checkpoints/checkpoint-10").mkdir(parents=True)
    assert "a training that has not finished (no config.json); run the same python -m slmaug.train" in refused(
        "runs/half"
    )
    Path("out.jsonl").write_text("{}", encoding="utf-8")
    assert refused("out.jsonl") == "out.jsonl: a file; expected the folder of a model"
    assert refused("runs/ful") == (
        "runs/ful: no such folder; did you mean runs/full? (nothing is downloaded under this name, for a folder runs "
        "is here)"
    )
    for name in ("./nothing", "a/b/c", "a\0b", "", "runs/full/nothing"):
        assert ("no such folder" if name else "the model's name is empty") in refused(name)


def test_broken(model: Path) -> None:
    """Weights cut short, a configuration that is no JSON and a tokenizer that is none are one line each."""
    weights = (model / "model.safetensors").read_bytes()
    (model / "model.safetensors").write_bytes(weights[: len(weights) // 2])
    with pytest.raises(SlmaugError, match=r"^runs/full: the model cannot be loaded: .*; expected a folder that"):
        load_model(model)
    (model / "config.json").write_text("{", encoding="utf-8")
    with pytest.raises(SlmaugError, match="the model cannot be loaded"):
        load_model(model)
    (model / "tokenizer.json").write_text("[]", encoding="utf-8")
    with pytest.raises(SlmaugError, match="the tokenizer cannot be loaded"):
        load_tokenizer(model)


def test_weights_of_another_model(model: Path) -> None:
    """Weights without some of the model's tensors are an error; transformers alone would fill them with noise."""
    config = json.loads((model / "config.json").read_text(encoding="utf-8"))
    (model / "config.json").write_text(json.dumps(config | {"num_hidden_layers": 3}), encoding="utf-8")
    with pytest.raises(
        SlmaugError, match=r"runs/full: its weights lack \d+ tensors of the model, such as model\.layers\.2"
    ):
        load_model(model)


def test_no_code_of_a_model_runs(model: Path) -> None:
    """A model that brings its own code is refused without a question being asked."""
    config = json.loads((model / "config.json").read_text(encoding="utf-8"))
    config |= {"model_type": "own", "auto_map": {"AutoConfig": "own.Own", "AutoModelForCausalLM": "own.Own"}}
    (model / "config.json").write_text(json.dumps(config), encoding="utf-8")
    (model / "own.py").write_text("raise SystemExit('it ran')", encoding="utf-8")
    with pytest.raises(SlmaugError, match="the model cannot be loaded"):
        load_model(model)


# --- adapters ----------------------------------------------------------------------------------------------------


@pytest.fixture
def adapter(model: Path) -> Path:
    """A LoRA adapter of runs/full whose weights are not zero, in runs/lora."""
    peft = pytest.importorskip("peft", reason="adapters need peft")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        lora = peft.LoraConfig(target_modules="all-linear", task_type="CAUSAL_LM", init_lora_weights=False)
        peft.get_peft_model(load_model(model), lora).save_pretrained("runs/lora")
    return Path("runs/lora")


def test_adapter(model: Path, adapter: Path) -> None:
    """An adapter is loaded on its base model and merged; the logits are those of base and adapter together."""
    from peft import AutoPeftModelForCausalLM

    assert local_model(adapter) == adapter
    assert is_adapter(adapter)
    merged = load_model(adapter, device="cpu")
    ids = torch.tensor([load_tokenizer(adapter)("the log")["input_ids"]])
    with torch.inference_mode():
        wanted = AutoPeftModelForCausalLM.from_pretrained(adapter)(input_ids=ids).logits
        assert torch.allclose(merged(input_ids=ids).logits, wanted, atol=1e-4)
        assert not torch.allclose(load_model(model)(input_ids=ids).logits, wanted, atol=1e-2)
    assert not any("lora" in name for name, _ in merged.named_parameters())


def test_adapter_without_its_parts(model: Path, adapter: Path) -> None:
    """An adapter without weights, base or a base that is there says which."""
    content = json.loads((adapter / "adapter_config.json").read_text(encoding="utf-8"))
    (adapter / "adapter_config.json").write_text(
        json.dumps(content | {"base_model_name_or_path": None}), encoding="utf-8"
    )
    assert refused(adapter).endswith("names no base model; expected 'base_model_name_or_path'")
    (adapter / "adapter_config.json").write_text(json.dumps(content), encoding="utf-8")
    shutil.rmtree(model)
    with pytest.raises(SlmaugError, match="runs/full: no such folder"):
        load_model(adapter)
    (adapter / "adapter_model.safetensors").unlink()
    assert "an adapter without its weights" in refused(adapter)


# --- the hub -----------------------------------------------------------------------------------------------------


def asked(name: str, cache: Path, **environment: str) -> str:
    """What a fresh process says of a name on the hub, with a cache of its own."""
    code = (
        "import sys; from slmaug.model_files import local_model; from slmaug.errors import SlmaugError\n"
        "try: print(local_model(sys.argv[1]))\nexcept SlmaugError as error: print('error:', error)"
    )
    root = str(Path(slmaug.__file__).parent.parent)
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("HF_", "TRANSFORMERS_"))}
    done = subprocess.run(
        [sys.executable, "-c", code, name],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
        env=inherited | {"PYTHONPATH": root, "HF_HOME": str(cache)} | environment,
    )
    return done.stdout.strip()


def test_no_network(tmp_path: Path) -> None:
    """Without a network and without a copy the name is one line with what to do; a closed port stands for that."""
    said = asked("someone/model", tmp_path, HF_ENDPOINT="http://127.0.0.1:9")
    assert said.startswith(
        "error: someone/model: no such folder, no copy in the cache, and http://127.0.0.1:9 cannot be reached ("
    )
    assert said.endswith("); connect and run it again, or copy the model's folder here and give its path")
    said = asked("someone/model", tmp_path, HF_HUB_OFFLINE="1")
    assert "no whole copy in the cache, and HF_HUB_OFFLINE forbids a download" in said


def test_copy_in_the_cache(made: Path, tmp_path: Path) -> None:
    """A whole copy in the cache serves without a network; one without weights does not."""
    home = tmp_path / "hub" / "models--someone--model"
    snapshot = home / "snapshots" / "0123abc"
    shutil.copytree(made, snapshot)
    (home / "refs").mkdir()
    (home / "refs" / "main").write_text("0123abc", encoding="utf-8")
    assert asked("someone/model", tmp_path, HF_ENDPOINT="http://127.0.0.1:9") == str(snapshot)
    (snapshot / "model.safetensors").unlink()
    assert "cannot be reached" in asked("someone/model", tmp_path, HF_ENDPOINT="http://127.0.0.1:9")


# --- the rest ----------------------------------------------------------------------------------------------------


def test_device() -> None:
    """The device asked for is the one used, and a device that is not there is an error."""
    assert device_for("cpu") == "cpu"
    assert device_for() in ("cpu", "cuda", "mps")
    with pytest.raises(SlmaugError, match="device is 'abacus', which cannot be used here"):
        device_for("abacus")


def test_missing_package() -> None:
    """A package that is not installed is named with the command that installs it."""
    with pytest.raises(MissingPackage, match=r'need slmaug_nothing: pip install "slmaug\[train\]"'):
        needed("slmaug_nothing")


def test_quietly() -> None:
    """Within the block transformers is quiet, and after it as it was, an error or not."""
    from transformers.utils import logging

    def state() -> tuple[Any, ...]:
        return logging.get_verbosity(), logging.is_progress_bar_enabled()

    before = state()
    with quietly():
        assert state() == (logging.ERROR, False)
    assert state() == before
    with pytest.raises(KeyError), quietly():
        raise KeyError
    assert state() == before


def test_light() -> None:
    """Importing the modules of asking loads neither torch nor transformers."""
    modules = "loading generation scoring sampling streaming run_folder answers_table command".split()
    code = "import sys, slmaug.evaluate, slmaug.ask; " + "".join(f"import slmaug.train.{each}; " for each in modules)
    code += "print([each for each in ('torch', 'transformers', 'peft', 'huggingface_hub') if each in sys.modules])"
    root = str(Path(slmaug.__file__).parent.parent)
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ | {"PYTHONPATH": root}
    )
    assert done.stdout.strip() == "[]"
