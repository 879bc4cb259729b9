"""The sizes of a decoder, read from its config: what parameters, memory and arithmetic are counted from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from slmaug.errors import SlmaugError


@dataclass(frozen=True)
class ModelShape:
    """The sizes of a decoder as Phi-3, Llama, Mistral and Qwen have it: enough to count parameters and activations."""

    vocabulary: int
    width: int
    layers: int
    heads: int
    kv_heads: int
    head_width: int
    intermediate: int
    tied: bool = False
    """Whether the embedding is the head, too."""
    fused: bool = False
    """Whether query, key and value are one projection, and gate and up another (Phi-3)."""
    qkv_bias: bool = False
    output_bias: bool = False
    mlp_bias: bool = False
    qk_norm: bool = False
    """Whether queries and keys are normalised, head by head (Qwen 3)."""

    @classmethod
    def of(cls, config: Any) -> ModelShape:
        """The shape in a transformers config. Raises :class:`SlmaugError` for a model that is no dense decoder."""
        text = config.get_text_config()
        kind = str(getattr(text, "model_type", "?"))
        sizes = ("vocab_size", "hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size")
        missing = [name for name in sizes if not isinstance(getattr(text, name, None), int)]
        experts = any(getattr(text, name, None) for name in ("num_experts", "num_local_experts", "n_routed_experts"))
        if missing or experts:
            odd = "it has experts" if experts else f"its config has no {', '.join(missing)}"
            raise SlmaugError(
                f"the memory of a model of type {kind!r} cannot be estimated: {odd}; expected a dense decoder such as "
                "Phi-3, Llama, Mistral or Qwen"
            )
        bias = bool(getattr(text, "attention_bias", False))
        return cls(
            vocabulary=text.vocab_size,
            width=text.hidden_size,
            layers=text.num_hidden_layers,
            heads=text.num_attention_heads,
            kv_heads=getattr(text, "num_key_value_heads", None) or text.num_attention_heads,
            head_width=getattr(text, "head_dim", None) or text.hidden_size // text.num_attention_heads,
            intermediate=text.intermediate_size,
            tied=bool(text.tie_word_embeddings),
            fused=kind == "phi3",
            qkv_bias=(bias and kind != "phi3") or kind == "qwen2",
            output_bias=bias and kind not in ("phi3", "qwen2"),
            mlp_bias=bool(getattr(text, "mlp_bias", False)),
            qk_norm=kind == "qwen3",
        )

    @property
    def queries(self) -> int:
        """The width of all heads' queries together."""
        return self.heads * self.head_width

    @property
    def keys(self) -> int:
        """The width of all heads' keys together, and of their values."""
        return self.kv_heads * self.head_width

    @property
    def linear(self) -> int:
        """The weights of one layer's matrices."""
        attention = self.width * (self.queries + 2 * self.keys) + self.queries * self.width
        return attention + 3 * self.width * self.intermediate

    @property
    def layer(self) -> int:
        """The parameters of one layer."""
        biases = self.qkv_bias * (self.queries + 2 * self.keys) + self.output_bias * self.width
        biases += self.mlp_bias * (2 * self.intermediate + self.width)
        return self.linear + biases + 2 * self.width + 2 * self.qk_norm * self.head_width

    @property
    def embedding(self) -> int:
        """The parameters of the embedding, and of the head."""
        return self.vocabulary * self.width

    @property
    def parameters(self) -> int:
        """All parameters, a tied head counted once."""
        return self.layers * self.layer + self.width + self.embedding * (1 if self.tied else 2)

    def adapters(self, rank: int) -> int:
        """The parameters of LoRA on every matrix of the layers, the head left as it is."""
        inner = 2 * self.intermediate if self.fused else self.intermediate
        mlp = (self.width + inner) * (1 if self.fused else 2) + self.intermediate + self.width
        if self.fused:
            attention = self.width + self.queries + 2 * self.keys
        else:
            attention = self.width + self.queries + 2 * (self.width + self.keys)
        return self.layers * rank * (attention + self.queries + self.width + mlp)

    def flops(self, tokens: int, length: float) -> float:
        """The arithmetic of training on ``tokens`` tokens in rows of ``length``: multiplications and additions.

        6 for each weight that multiplies (2 in the forward pass, 4 in the backward), the embedding's look-up not being
        one, and causal attention's own: queries by keys and scores by values, 12 for each of a layer's queries and half
        of the row's tokens. What gradient checkpointing computes again does not count (model FLOPs, as PaLM counts
        them: Chowdhery et al. 2022, appendix B).
        """
        weights = self.layers * self.linear + self.embedding
        return tokens * (6.0 * weights + 12.0 * self.layers * self.queries * length / 2)
