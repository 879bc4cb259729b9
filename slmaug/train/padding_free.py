"""Attention for rows laid end to end, so that no matrix is multiplied with padding.

TRL's ``padding_free`` flattens the rows of a micro-batch into one, and needs an attention that keeps them apart. TRL
means FlashAttention, a package of its own to be compiled or downloaded; this one is PyTorch alone. Queries, keys and
values of each row are spread over a batch padded on the right, go through ``scaled_dot_product_attention`` as causal,
and come back. A causal row never looks at the padding behind it, so no mask is needed and the flash kernel can run.
Padding is paid for in the attention alone, which at a few hundred tokens a row is about one percent of the arithmetic.
"""

from __future__ import annotations

from typing import Any

NAME = "slmaug_padding_free"
"""What ``model.set_attn_implementation`` takes, once :func:`register` was called."""


def register() -> str:
    """Make the attention known to transformers; return its name."""
    from transformers import AttentionInterface, AttentionMaskInterface

    AttentionInterface.register(NAME, attention)
    AttentionMaskInterface.register(NAME, mask)
    return NAME


def mask(*args: Any, attention_mask: Any = None, allow_is_causal_skip: bool = True, **kwargs: Any) -> Any:
    """As sdpa's, but None for rows laid end to end: transformers sees them by their positions, and asks for no skip."""
    from transformers.masking_utils import sdpa_mask

    flattened = attention_mask is None and not allow_is_causal_skip and kwargs["q_length"] == kwargs["kv_length"]
    if flattened and kwargs["batch_size"] == 1 and kwargs["q_length"] > 1:
        return None
    return sdpa_mask(*args, attention_mask=attention_mask, allow_is_causal_skip=allow_is_causal_skip, **kwargs)


def attention(
    module: Any,
    query: Any,
    key: Any,
    value: Any,
    attention_mask: Any,
    scaling: float | None = None,
    dropout: float = 0.0,
    cu_seq_lens_q: Any = None,
    max_length_q: int | None = None,
    **kwargs: Any,
) -> tuple[Any, None]:
    """Attention within each row of ``query`` (1, heads, tokens, head width), whose bounds are ``cu_seq_lens_q``.

    Without bounds (generation, padded batches) it is transformers' own sdpa. Returns (1, tokens, heads, head width).
    """
    import torch
    from torch.nn.functional import scaled_dot_product_attention
    from transformers.integrations.sdpa_attention import sdpa_attention_forward

    if cu_seq_lens_q is None or max_length_q is None:
        return sdpa_attention_forward(  # type: ignore[no-any-return]
            module, query, key, value, attention_mask, dropout=dropout, scaling=scaling, **kwargs
        )
    tokens, rows = query.shape[2], cu_seq_lens_q.numel() - 1
    # Row and column of each token; nothing here waits for the GPU.
    places = torch.arange(tokens, device=query.device, dtype=cu_seq_lens_q.dtype)
    row = torch.bucketize(places, cu_seq_lens_q[1:], right=True)
    at = row * max_length_q + places - cu_seq_lens_q[row]

    # index_put and index_select keep no more than the places for the backward pass; index_copy would keep its source.
    def spread(states: Any) -> Any:
        flat = states[0].transpose(0, 1).to(value.dtype)  # (tokens, heads, width); rotation may have left float32
        wide = flat.new_zeros(rows * max_length_q, *flat.shape[1:]).index_put((at,), flat)
        return wide.view(rows, max_length_q, *flat.shape[1:]).transpose(1, 2)

    out = scaled_dot_product_attention(
        spread(query),
        spread(key),
        spread(value),
        dropout_p=dropout,
        scale=scaling,
        is_causal=True,
        enable_gqa=query.shape[1] != key.shape[1],
    )
    return out.transpose(1, 2).flatten(0, 1).index_select(0, at).unsqueeze(0), None
