"""A model that answers and its tokenizer, loaded; whatever stands in the way is one line that says what to do."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from slmaug.errors import SlmaugError, printable
from slmaug.model_files import TOKENIZERS, adapter_base, any_of, is_adapter, local_model, needed, one_line, quietly

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel, PreTrainedTokenizerBase


def load_tokenizer(place: str | Path) -> PreTrainedTokenizerBase:
    """The tokenizer of what :func:`local_model` returned; that of an adapter without one is its base model's."""
    transformers = needed("transformers")
    if is_adapter(place) and not any_of(Path(place), TOKENIZERS):
        place = local_model(adapter_base(place))
    with one_line(place, "tokenizer"), quietly():
        return transformers.AutoTokenizer.from_pretrained(place, trust_remote_code=False)


def load_model(
    place: str | Path, *, dtype: str | torch.dtype = "auto", attention: str = "sdpa", device: str | None = None
) -> PreTrainedModel:
    """The model of what :func:`local_model` returned, on ``device`` (the processor where it is None).

    ``dtype`` is "auto" for the type the weights were saved in, or a name such as "float32". An adapter is loaded on its
    base model and merged into it. Weights that lack a tensor are an error, where transformers would fill it with noise
    and go on. Code that a model brings along is never run. Raises :class:`SlmaugError`.
    """
    if is_adapter(place):
        base = load_model(local_model(adapter_base(place)), dtype=dtype, attention=attention, device=device)
        peft = needed("peft")
        with one_line(place, "adapter"):
            return peft.PeftModel.from_pretrained(base, str(place)).merge_and_unload()
    needed("torch")
    transformers = needed("transformers")
    with one_line(place, "model"), quietly(isinstance(place, Path)):
        model, found = transformers.AutoModelForCausalLM.from_pretrained(
            place, dtype=dtype, attn_implementation=attention, trust_remote_code=False, output_loading_info=True
        )
    missing = sorted(found["missing_keys"])
    if missing:
        raise SlmaugError(
            f"{printable(place)}: its weights lack {len(missing)} tensors of the model, such as {missing[0]}; expected "
            "the weights of the model that config.json describes"
        )
    with one_line(place, "model"):
        return model if device is None else model.to(device)
