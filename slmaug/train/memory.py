"""How much memory training takes, told before it starts: the peak of TRL's SFTTrainer, from the model's shape alone.

The peak is the largest of five moments of a step, for not everything is there at once: the end of the forward pass,
the head's backward pass, the last layer's, the first layer's, and the optimiser's step. What is counted:

- Weights, gradients and the optimiser's states. float32 weights with AdamW make 16 bytes a parameter, with 8-bit AdamW
  about 10.
- ``torch.autocast`` keeps the bfloat16 copy of every float32 weight it met until its context ends, and autograd keeps
  each until its layer's backward pass: 2 bytes for each weight of a layer. With gradient checkpointing autograd keeps
  none, but the cache still grows to all of them by the end of the forward pass.
- What autograd keeps of a layer (:func:`layer_bytes`), for each token, padding included. With gradient checkpointing
  it keeps the layer's input, and all else of one layer at a time.
- TRL's head (``trl.kernels.ChunkedLogProbFunction``) never holds all logits: tiles of 4,096 tokens by 32,768 words,
  and float32 gradients of the head's weight and of the scored tokens' hidden states.

Measured (tests/train/test_memory.py, all without a GPU): what autograd keeps on small models in bfloat16 autocast,
and the live bytes of whole training steps at Phi-3.5's full width and 3.8 billion parameters, run with fake tensors.
Not measured: what CUDA itself takes (``overhead``, an assumption), FSDP and DeepSpeed, and kernels other than PyTorch's
own (Liger, torch.compile), which keep less.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal, NamedTuple

from slmaug.train.model_shape import ModelShape

Mode = Literal["full", "lora"]

_TILE_TOKENS, _TILE_WORDS = 4096, 32768  # of ChunkedLogProbFunction, in TRL 1.16
_CUDA_BYTES = 750_000_000  # the context, its kernels and cuBLAS' workspace; an assumption
_FRAGMENTS = 0.02  # of what is allocated; an assumption

_STATE_BYTES = {
    "sgd": 0.0,
    "adafactor": 0.0,  # a row and a column for each matrix
    "lion_32bit": 4.0,
    "lion_8bit": 1.0,
    "adamw_torch_4bit": 1.0,
    "adamw_torch_8bit": 2.0,
    "adamw_8bit": 2.0,
    "adamw_bnb_8bit": 2.0,
    "paged_adamw_8bit": 2.0,
}
"""Bytes of optimiser state for each parameter, by the names of ``TrainingArguments.optim``; others count as AdamW."""

_BITSANDBYTES = ("adamw_8bit", "adamw_bnb_8bit", "paged_adamw_8bit", "lion_8bit")


class Sharding(NamedTuple):
    """Over how many processes each part is divided; 1 where every process holds all of it."""

    weights: int = 1
    gradients: int = 1
    optimiser: int = 1


@dataclass(frozen=True)
class Memory:
    """Bytes on one device at the moment of a step at which most is in use, which ``moment`` names.

    ``states`` are the weights, all gradients and the optimiser's states, whether or not they meet at that moment.
    """

    weights: int
    gradients: int
    optimiser: int
    copies: int
    """Weights in the type that is computed with, which autocast makes."""
    activations: int
    logits: int
    overhead: int
    states: int
    moment: str

    @property
    def allocated(self) -> int:
        """What PyTorch allocates: to be compared with ``torch.cuda.max_memory_allocated``."""
        return self.weights + self.gradients + self.optimiser + self.copies + self.activations + self.logits

    @property
    def total(self) -> int:
        """All the device must have free."""
        return self.allocated + self.overhead

    def to_dict(self) -> dict[str, int | str]:
        return {**asdict(self), "allocated": self.allocated, "total": self.total}

    def lines(self) -> list[str]:
        """A table for the terminal, in GB of 10^9 bytes; parts under 10 MB are left out."""
        parts = {
            "weights": self.weights,
            "gradients": self.gradients,
            "optimiser states": self.optimiser,
            "autocast copies": self.copies,
            "activations": self.activations,
            "head": self.logits,
            "CUDA, fragments": self.overhead,
        }
        rows = [f"  {name:<17}{size / 1e9:>7.2f} GB" for name, size in parts.items() if size >= 10_000_000]
        whole = f"  {'peak':<17}{self.total / 1e9:>7.2f} GB ({self.total / 2**30:.2f} GiB), at {self.moment}"
        return [*rows, whole]


def estimate(
    shape: ModelShape,
    *,
    mode: Mode,
    optimiser: str,
    batch: int,
    length: int,
    completion: int | None = None,
    accumulation: int = 1,
    checkpointing: bool = False,
    weight_bytes: int | None = None,
    autocast: bool = True,
    lora_rank: int = 16,
    lora_dropout: bool = True,
    padded: bool = True,
    processes: int = 1,
    sharding: Sharding | None = None,
    cuda: bool = True,
) -> Memory:
    """The peak of training on micro-batches of ``batch`` rows of ``length`` tokens each, padding included.

    ``completion`` are the tokens of a micro-batch that are in the loss (all, if None). ``weight_bytes`` is 4 for
    float32 weights, 2 for bfloat16; None is 4 for full fine-tuning and 2 for LoRA, whose adapters are float32.
    ``autocast`` says whether bfloat16 is computed with. ``padded`` is False where no mask goes with the batch: rows
    flattened into one (``padding_free``: a batch of 1 as long as all its rows) or all equally long. ``sharding`` is
    what FSDP or DeepSpeed divide; with several ``processes`` and no sharding, DDP's buckets hold each gradient once
    more.
    """
    lora = mode == "lora"
    stored = weight_bytes or (2 if lora else 4)
    half = 2 if autocast or stored == 2 else 4  # what matrices are multiplied in
    parts = sharding or Sharding()
    tokens, trained = batch * length, shape.adapters(lora_rank) if lora else shape.parameters
    scored = tokens if completion is None else min(completion, tokens)
    grain = 4 if lora else stored  # of what is trained

    weights = (shape.parameters * stored + lora * trained * 4) // parts.weights
    gradients = trained * grain // parts.gradients
    if processes > 1 and parts.gradients == 1:
        gradients *= 2
    states = optimiser_bytes(shape, optimiser, trained, grain, embeddings=not lora) // parts.optimiser

    # Copies: of everything that is cast; under FSDP, of the layers that are gathered, this one and the next.
    cast = 2 if autocast and stored == 4 else 0
    adapter_copies = 2 * trained if autocast and lora else 0
    layer_copies = cast * shape.linear + adapter_copies // shape.layers
    all_copies = layer_copies * shape.layers
    if parts.weights > 1:
        gathered = half * shape.layer
        layer_copies = 2 * gathered + half * shape.embedding
        all_copies = layer_copies if checkpointing else gathered * shape.layers + half * shape.embedding

    mask = 2 * batch * length * length if padded else 0
    per_layer = tokens * layer_bytes(shape, lora, lora_rank, lora_dropout, stored, half, padded) + mask
    passing = tokens * (12 if shape.fused else 8) * shape.intermediate * half // 2  # of a layer while it is computed
    boundary = tokens * stored * shape.width
    kept = shape.layers * boundary if checkpointing else shape.layers * per_layer
    last = tokens * (4 + (0 if lora else stored)) * shape.width  # the last norm's, and the last layer's output
    hidden = scored * stored * shape.width
    head_gradient = 0 if lora else shape.embedding * 4
    tile = half * min(scored, _TILE_TOKENS) * (_TILE_WORDS + shape.width)
    head_copy = half * min(shape.vocabulary, _TILE_WORDS) * shape.width if stored != half else 0
    head = hidden + scored * 4 * shape.width + head_gradient + tile + head_copy

    carried = gradients if accumulation > 1 else 0
    waiting = 0 if checkpointing else all_copies
    recomputed = per_layer + layer_copies if checkpointing else 0
    first = per_layer + passing + boundary
    looked_up = 0 if lora or shape.tied or carried else shape.embedding * grain // parts.gradients
    moments = {
        # gradients, copies, activations, the head's
        "the end of the forward pass": (carried, all_copies, kept + last + checkpointing * passing, hidden),
        "the head's backward pass": (carried, waiting, kept + last, head),
        "the last layer's backward pass": (
            max(carried, head_gradient // parts.gradients),
            waiting,
            kept + recomputed + passing + boundary,
            0,
        ),
        "the first layer's backward pass": (gradients - looked_up, layer_copies, first, 0),  # the embedding comes last
        "the optimiser's step": (gradients, _step_bytes(shape, optimiser, gradients, cuda), 0, 0),
    }
    moment, (grown, copies, activations, logits) = max(moments.items(), key=lambda each: sum(each[1]))
    allocated = weights + grown + states + copies + activations + logits
    return Memory(
        weights=weights,
        gradients=grown,
        optimiser=states,
        copies=copies,
        activations=activations,
        logits=logits,
        overhead=_CUDA_BYTES + int(_FRAGMENTS * allocated) if cuda else 0,
        states=weights + gradients + states,
        moment=moment,
    )


def layer_bytes(shape: ModelShape, lora: bool, rank: int, dropout: bool, stored: int, half: int, padded: bool) -> int:
    """What autograd keeps of one layer for the backward pass, in bytes for each token; the weights' copies left out.

    The residual stream has the type of the weights and the norms compute in float32. Attention is PyTorch's
    scaled_dot_product_attention: queries, keys, values, output and a float32 sum for each head, and in Phi-3, whose
    rotation leaves another order of the axes, a copy of the output for the next projection.
    """
    width, queries, keys, inner = shape.width, shape.queries, shape.keys, shape.intermediate
    # A mask keeps CUDA's kernels from sharing keys and values between heads, so they are repeated.
    shown = queries if padded else keys
    values = queries + 2 * keys if shape.fused and shown == keys else shown
    attention = half * (2 * queries + shown + values) + 4 * shape.heads
    if shape.qk_norm:  # the float32 input, and where its weight is trained the normalised
        attention += (4 + (0 if lora else half)) * (queries + keys) + 4 * (shape.heads + shape.kv_heads)
    mlp = half * 3 * inner  # gate, up and the activated gate
    if not lora:
        # Autocast makes a copy of a norm's output for each matrix that reads it; without a cast they share it.
        readers = 5 if half != stored and not shape.fused else 2
        norms = 2 * ((4 + stored) * width + 4) + readers * half * width
        return norms + attention + shape.fused * half * queries + mlp + half * inner
    norms = 2 * (4 * width + 4)
    # Each adapter has its own copy of its input, and the mask of its dropout.
    inputs = (2 if shape.fused else 5) * width + queries + inner
    ranks = (4 if shape.fused else 7) * rank
    return norms + attention + mlp + half * (inputs + ranks) + (inputs if dropout else 0)


def optimiser_bytes(shape: ModelShape, name: str, trained: int, grain: int, *, embeddings: bool) -> int:
    """An optimiser's states for ``trained`` parameters of ``grain`` bytes each; ``embeddings``: whether among them."""
    each = _STATE_BYTES.get(name, 8.0)
    if name in _BITSANDBYTES:
        scales = each * 4 / 256  # a float32 for each block of 256
        # transformers has bitsandbytes keep the embedding's states in float32.
        whole = shape.embedding if embeddings else 0
        return int((trained - whole) * (each + scales) + whole * each * 4)
    return int(trained * each * grain / 4)


def _step_bytes(shape: ModelShape, name: str, gradients: int, cuda: bool) -> int:
    """What the optimiser's step takes for itself: unfused AdamW takes all tensors at once on a GPU, else one by one."""
    if name != "adamw_torch":
        return 0
    return gradients if cuda else 2 * min(gradients, 4 * max(shape.embedding, 2 * shape.width * shape.intermediate))
