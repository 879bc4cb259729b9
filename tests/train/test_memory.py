"""The memory estimate, against what PyTorch keeps and holds: on small models, and at full size with fake tensors."""

from __future__ import annotations

import warnings
import weakref
from collections.abc import Iterator
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="needs torch, transformers, trl and peft")
transformers = pytest.importorskip("transformers", reason="needs torch, transformers, trl and peft")
pytest.importorskip("trl", reason="TRL needs Python 3.11")
peft = pytest.importorskip("peft", reason="needs torch, transformers, trl and peft")

from torch._subclasses import FakeTensorMode  # noqa: E402
from torch.utils._python_dispatch import TorchDispatchMode  # noqa: E402
from torch.utils._pytree import tree_leaves  # noqa: E402
from trl.kernels import chunked_logprob  # noqa: E402
from trl.trainer.sft_trainer import DataCollatorForLanguageModeling  # noqa: E402
from trl.trainer.utils import add_fused_lm_head  # noqa: E402

from slmaug.train import padding_free  # noqa: E402
from slmaug.train.memory import Memory, Mode, Sharding, estimate, layer_bytes  # noqa: E402
from slmaug.train.model_shape import ModelShape  # noqa: E402

PHI = ModelShape(32064, 3072, 32, 32, 32, 96, 8192, fused=True)
SIZES = {
    "vocab_size": 128,
    "hidden_size": 96,
    "intermediate_size": 256,
    "num_attention_heads": 6,
    "num_key_value_heads": 3,
    "pad_token_id": 0,
    "bos_token_id": 1,
    "eos_token_id": 2,
}


def small(kind: str, layers: int, **also: Any) -> Any:
    """A small model of an architecture, with TRL's head."""
    config = transformers.AutoConfig.for_model(kind, **(SIZES | also), num_hidden_layers=layers)
    with torch.random.fork_rng(devices=[]):
        model = transformers.AutoModelForCausalLM.from_config(config, attn_implementation="sdpa")
    add_fused_lm_head(model, outputs=("log_probs", "entropy", "is_top1"))
    return model.train()


def storages(model: Any, inputs: dict[str, Any], *, autocast: bool = True) -> list[Any]:
    """What autograd keeps of one forward pass, each storage once, the parameters' own left out."""
    own = {each.untyped_storage().data_ptr() for each in model.parameters()}
    found: dict[int, Any] = {}

    def keep(tensor: Any) -> Any:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in own:
            found[storage.data_ptr()] = storage  # held, so that no other takes its address
        return tensor

    hooks = torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor)
    with hooks, torch.autocast("cpu", torch.bfloat16, enabled=autocast):
        model(**inputs, fused_lm_head=True, use_cache=False)
    return list(found.values())


def kept(model: Any, batch: int, length: int, *, padded: bool, autocast: bool = True) -> int:
    """The bytes that autograd keeps of a batch; ``padded`` leaves the last token of each row out of the mask."""
    ids = torch.full((batch, length), 5)
    mask = torch.ones_like(ids)
    if padded:
        mask[:, -1] = 0
    inputs = {"input_ids": ids, "attention_mask": mask, "labels": ids}
    return sum(each.nbytes() for each in storages(model, inputs, autocast=autocast))


def kept_of_a_layer(models: tuple[Any, Any], length: int, **how: bool) -> float:
    """Bytes for each token of one layer more; what is the same for any batch, as the weights' copies, falls out."""
    few, many = (kept(each, 4, length, **how) - kept(each, 2, length, **how) for each in models)
    return (many - few) / (2 * length)


@pytest.mark.parametrize("kind", ["phi3", "llama", "mistral", "qwen2", "qwen3", "smollm3"])
@pytest.mark.parametrize("tied", [True, False])
def test_parameters(kind: str, tied: bool) -> None:
    """The parameters counted from a config are those of the model made from it."""
    model = small(kind, 2, tie_word_embeddings=tied)
    assert ModelShape.of(model.config).parameters == model.num_parameters()


def test_phi_parameters() -> None:
    """Phi-3.5-mini's shape has 3,821,079,552 parameters, in our count and in transformers' own model."""
    config = transformers.Phi3Config(
        vocab_size=32064, hidden_size=3072, num_hidden_layers=32, num_attention_heads=32, intermediate_size=8192
    )
    with torch.device("meta"):
        model = transformers.Phi3ForCausalLM(config)
    shape = ModelShape.of(config)
    assert shape == PHI
    assert shape.parameters == model.num_parameters() == 3_821_079_552


def test_adapters() -> None:
    """The parameters counted for LoRA on all matrices are those PEFT trains."""
    for kind in ("phi3", "llama"):
        model = small(kind, 2)
        trained = peft.get_peft_model(model, peft.LoraConfig(r=4, target_modules="all-linear"))
        assert ModelShape.of(model.config).adapters(4) == trained.get_nb_trainable_parameters()[0]


@pytest.mark.parametrize("model_type", ["mixtral", "gpt2"])
def test_no_dense_decoder(model_type: str) -> None:
    """A model whose shape says too little is one line that names its type and what is expected."""
    from slmaug.errors import SlmaugError

    with pytest.raises(SlmaugError, match=f"{model_type}.* expected a dense decoder such as Phi-3") as error:
        ModelShape.of(transformers.AutoConfig.for_model(model_type))
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("padded", [True, False])
@pytest.mark.parametrize("length", [40, 128])
@pytest.mark.parametrize("kind", ["phi3", "llama", "qwen3"])
def test_kept(kind: str, length: int, padded: bool) -> None:
    """What autograd keeps of a layer in bfloat16 autocast is as estimated, within 3 %."""
    models = small(kind, 2), small(kind, 3)
    shape = ModelShape.of(models[0].config)
    told = layer_bytes(shape, False, 0, False, 4, 2, padded) + (2 * length if padded else 0)
    assert kept_of_a_layer(models, length, padded=padded) == pytest.approx(told, rel=0.03)


def test_kept_in_other_types() -> None:
    """So it is in plain float32 and with bfloat16 weights, within 5 %."""
    for kind in ("phi3", "llama"):
        models = small(kind, 2), small(kind, 3)
        shape = ModelShape.of(models[0].config)
        told = layer_bytes(shape, False, 0, False, 4, 4, False)
        assert kept_of_a_layer(models, 64, padded=False, autocast=False) == pytest.approx(told, rel=0.05)
        halves = tuple(model.to(torch.bfloat16) for model in models)
        told = layer_bytes(shape, False, 0, False, 2, 2, False)
        assert kept_of_a_layer(halves, 64, padded=False) == pytest.approx(told, rel=0.05)


@pytest.mark.parametrize("kind", ["phi3", "llama"])
def test_kept_lora(kind: str) -> None:
    """With LoRA on a bfloat16 base it is as estimated, within 10 %."""

    def adapted(layers: int) -> Any:
        adapters = peft.LoraConfig(r=8, target_modules="all-linear", lora_dropout=0.0)
        return peft.get_peft_model(small(kind, layers).to(torch.bfloat16), adapters).train()

    models = adapted(2), adapted(3)
    told = layer_bytes(ModelShape.of(models[0].config), True, 8, False, 2, 2, False)
    assert kept_of_a_layer(models, 64, padded=False) == pytest.approx(told, rel=0.03)


def test_kept_with_checkpointing() -> None:
    """With gradient checkpointing, a layer's float32 input is all that is kept of it."""
    models = small("phi3", 2), small("phi3", 3)
    for model in models:
        model.gradient_checkpointing_enable({"use_reentrant": False})
    assert kept_of_a_layer(models, 64, padded=True) == 4 * SIZES["hidden_size"]


def test_kept_padding_free() -> None:
    """Rows laid end to end, of uneven lengths as ours are, keep what is estimated for their own tokens, within 10 %."""
    rows = [[5] * length for length in (64, 40, 52, 33)]
    # As many keys as queries: on a processor PyTorch would repeat shared ones.
    models = tuple(small("phi3", layers, num_key_value_heads=6) for layers in (2, 3))
    sizes = []
    for model in models:
        model.set_attn_implementation(padding_free.register())
        both = []
        for times in (1, 2):
            collate = DataCollatorForLanguageModeling(pad_token_id=0, padding_free=True)
            found = storages(model, dict(collate([{"input_ids": row} for row in rows * times])))
            both.append(sum(each.nbytes() for each in found))
        sizes.append(both[1] - both[0])
    told = layer_bytes(ModelShape.of(models[0].config), False, 0, False, 4, 2, False)
    assert (sizes[1] - sizes[0]) / sum(map(len, rows)) == pytest.approx(told, rel=0.1)


# --- whole steps at full size ------------------------------------------------------------------------------------


class Live(TorchDispatchMode):  # type: ignore[misc]
    """Counts the bytes of all storages that are alive, and the most there were since ``peak`` was set."""

    def __init__(self) -> None:
        super().__init__()
        self.now = self.peak = 0
        self.seen: dict[int, Any] = {}

    def __torch_dispatch__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = function(*args, **(kwargs or {}))
        for tensor in tree_leaves(result):
            if isinstance(tensor, torch.Tensor):
                self.add(tensor.untyped_storage())
        return result

    def add(self, storage: Any) -> None:
        key, size = id(storage), storage.nbytes()
        if key in self.seen:
            return

        def gone(_: object) -> None:
            self.now -= size
            del self.seen[key]

        self.seen[key] = weakref.ref(storage, gone)
        self.now += size
        self.peak = max(self.peak, self.now)


@pytest.fixture
def folded_in_place(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """TRL's head as on a GPU, where Triton works on a tile in place; without one it takes copies."""
    for name in ("_forward_tile", "_backward_tile", "_addmm_fp32"):
        monkeypatch.setattr(chunked_logprob, name, lambda *args, **kwargs: None)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def peak_of_a_step(shape: ModelShape, batch: int, length: int, *, checkpointing: bool, accumulation: int) -> int:
    """The most bytes alive during the second optimiser step of full fine-tuning; no number is computed."""
    config = transformers.Phi3Config(
        vocab_size=shape.vocabulary,
        hidden_size=shape.width,
        intermediate_size=shape.intermediate,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        num_key_value_heads=shape.kv_heads,
    )
    with FakeTensorMode(allow_non_fake_inputs=True), Live() as live:
        model = transformers.AutoModelForCausalLM.from_config(config, attn_implementation="sdpa").train()
        add_fused_lm_head(model, outputs=("log_probs", "entropy", "is_top1"))
        if checkpointing:
            model.gradient_checkpointing_enable({"use_reentrant": False})
        # One tensor after the other, so that the step itself takes little, as the fused one does.
        optimiser = torch.optim.AdamW(model.parameters(), foreach=False)
        for _ in range(2):
            live.peak = 0
            for _ in range(accumulation):
                ids = torch.zeros(batch, length, dtype=torch.long)
                with torch.autocast("cpu", torch.bfloat16):
                    inputs = {"input_ids": ids, "attention_mask": torch.ones_like(ids), "labels": ids}
                    loss = model(**inputs, fused_lm_head=True, use_cache=False).loss
                loss.backward()
                del loss, inputs
            optimiser.step()
            optimiser.zero_grad()
        return live.peak


@pytest.mark.usefixtures("folded_in_place")
@pytest.mark.parametrize(
    ("layers", "batch", "length", "checkpointing", "accumulation"),
    [
        (4, 16, 512, False, 1),
        (4, 16, 512, True, 1),
        (4, 8, 384, False, 2),
        (4, 2, 200, True, 2),
        (32, 16, 512, False, 1),
    ],
)
def test_peak(layers: int, batch: int, length: int, checkpointing: bool, accumulation: int) -> None:
    """At Phi-3.5's full width, and once at its full depth, the peak of a step is as estimated: within 10 %."""
    shape = ModelShape(32064, 3072, layers, 32, 32, 96, 8192, fused=True)
    told = estimate(
        shape,
        mode="full",
        optimiser="adamw_torch",
        batch=batch,
        length=length,
        accumulation=accumulation,
        checkpointing=checkpointing,
        cuda=False,
    )
    peak = peak_of_a_step(shape, batch, length, checkpointing=checkpointing, accumulation=accumulation)
    assert told.allocated == pytest.approx(peak, rel=0.1)


# --- the table ---------------------------------------------------------------------------------------------------


def told(**given: Any) -> Memory:
    """An estimate for Phi-3.5 on a GPU, with some settings of one's own."""
    settings: dict[str, Any] = {"mode": "full", "optimiser": "adamw_torch_fused", "batch": 4, "length": 256}
    return estimate(PHI, **(settings | given))


@pytest.mark.parametrize(
    ("mode", "optimiser", "gigabytes"),
    [("full", "adamw_torch_fused", 61), ("full", "adamw_8bit", 38.5), ("lora", "adamw_torch_fused", 8)],
)
def test_states(mode: Mode, optimiser: str, gigabytes: float) -> None:
    """Weights, gradients and AdamW's states of Phi-3.5: 61 GB in float32, about 38 with 8 bits, 8 for LoRA."""
    assert told(mode=mode, optimiser=optimiser).states / 1e9 == pytest.approx(gigabytes, rel=0.015)


def test_what_takes_less() -> None:
    """Checkpointing, 8 bits, LoRA, shorter rows, fewer rows, sharding and no mask all take less; DDP takes more."""
    plain = told(batch=32).total
    less: list[dict[str, Any]] = [
        {"checkpointing": True},
        {"optimiser": "adamw_8bit"},
        {"mode": "lora"},
        {"length": 128},
        {"batch": 16},
        {"padded": False},
        {"weight_bytes": 2},
        {"processes": 4, "sharding": Sharding(4, 4, 4)},
    ]
    assert all(told(**{"batch": 32} | each).total < plain for each in less)
    assert told(batch=32, processes=4).total >= plain
    assert told(batch=1, processes=4).total > told(batch=1).total


def test_lines() -> None:
    """The table names every part that counts and the peak, and its parts add up to it."""
    memory = told()
    lines = memory.lines()
    assert lines[0] == "  weights            15.28 GB"
    assert lines[-1].startswith(f"  peak               {memory.total / 1e9:.2f} GB (")
    assert lines[-1].endswith(memory.moment)
    assert sum(float(line.split()[-2]) for line in lines[:-1]) == pytest.approx(memory.total / 1e9, abs=0.05)
    assert memory.to_dict()["total"] == memory.total == memory.allocated + memory.overhead
