"""A trained model as the files that transformers, vLLM and Ollama load.

transformers 5 writes less than older readers need, so the files say it in both ways. vLLM with transformers 4 and
Ollama's import read ``rope_theta`` and ``rope_scaling`` (without them Phi-3.5 loses its rope factors and answers worse,
with no error), ``torch_dtype``, a tokenizer class that transformers 4 knows and, in Ollama, the sentencepiece model
with the tokens added to it. Sources: ``Phi3Config`` of transformers 4.57 and 5.23, vLLM's
``ModelConfig.get_diff_sampling_param``, Ollama's ``convert/convert_phi3.go`` and ``convert/tokenizer_spm.go``.
"""

from __future__ import annotations

import copy
import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from slmaug.errors import SlmaugError, printable
from slmaug.model_files import local_model, needed, quietly
from slmaug.train.encoding import ChatTokens, chat_tokens
from slmaug.train.generation import greedy_config, stops_of
from slmaug.train.loading import load_model, load_tokenizer

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

Dtype = Literal["bfloat16", "float16", "float32"]

SENTENCEPIECE = "tokenizer.model"
_CONFIG = "config.json"
# What an export writes; anything else in the folder is someone else's.
_OWN = re.compile(
    r"model(-\d{5}-of-\d{5})?\.safetensors|model\.safetensors\.index\.json|(generation_|tokenizer_)?config\.json"
    r"|tokenizer\.(json|model)|(added_tokens|special_tokens_map|vocab)\.json|merges\.txt|chat_template\.jinja"
)
_ROPE_APART = ("rope_theta", "partial_rotary_factor")
_PHI3_ROPE = {"rope_type", "type", *_ROPE_APART, "original_max_position_embeddings", "short_factor", "long_factor"}


def export(
    model: PreTrainedModel,
    chat: ChatTokens,
    folder: Path,
    *,
    dtype: Dtype | None,
    max_new_tokens: int,
    shard: str = "5GB",
    weights: Mapping[str, torch.Tensor] | None = None,
) -> None:
    """Write the model and its tokenizer to ``folder`` as ``from_pretrained`` loads them, greedy by default.

    The weights are cast to ``dtype`` (None leaves them as they are) and split into files of at most ``shard``. A LoRA
    model is merged, in float32 before the cast; ``model`` itself stays as it is. ``weights`` is the state that
    accelerate gathered, where the parameters of ``model`` are shards (FSDP, DeepSpeed ZeRO-3); an adapter of such a
    model is for :func:`merge_adapter`.

    The files are moved into place when all are whole, and those of an earlier export go: an interrupt leaves the old
    model or the new one. Raises :class:`SlmaugError` where the disk is full, the folder cannot be written to or an
    adapter cannot be merged.
    """
    if weights is not None and hasattr(model, "peft_config"):
        raise ValueError("weights are those of a whole model, and the model has an adapter: see merge_adapter")
    base, state = _whole(model) if weights is None else (model, weights)
    state = _cast(state, dtype)
    with _one_line(folder), _moved_in_when_whole(folder) as place:
        _check_room(place, state)
        _write_model(base, state, place, greedy_config(chat, max_new_tokens), shard)
        _write_tokenizer(chat.tokenizer, place)
        # safetensors makes files that nobody but their owner may read; a server often runs as another user.
        mode = (place / _CONFIG).stat().st_mode
        for file in place.iterdir():
            file.chmod(mode)


def merge_adapter(
    base: str, adapter: Path, folder: Path, *, dtype: Dtype | None = "bfloat16", max_new_tokens: int = 1024
) -> None:
    """Write the model that a PEFT adapter makes of ``base``, a folder or a name on the hub, to ``folder``.

    The tokenizer is the adapter's where it has one. For adapters of several graphics cards, whose weights no single
    process holds, and for those trained on a quantised base. Raises :class:`SlmaugError`.
    """
    peft = needed("peft")
    place = local_model(base)
    model = load_model(place, dtype="float32")
    own = (adapter / "tokenizer.json").is_file()
    chat = chat_tokens(load_tokenizer(adapter if own else place), stops_of(model), printable(base))
    with _one_line(adapter):
        merged = peft.PeftModel.from_pretrained(model, str(adapter))
    export(merged, chat, folder, dtype=dtype, max_new_tokens=max_new_tokens)


def sentencepiece_file(tokenizer: PreTrainedTokenizerBase) -> Path | None:
    """The sentencepiece model a tokenizer came with, or None where there is none.

    Ollama's import of Phi-3 needs it: from ``tokenizer.json`` alone it takes every tokenizer for a byte-level one.
    """
    source = str(getattr(tokenizer, "name_or_path", "") or "")
    for place in (getattr(tokenizer, "vocab_file", None), Path(source) / SENTENCEPIECE if source else None):
        if place and Path(place).name == SENTENCEPIECE and Path(place).is_file():
            return Path(place)
    if not source or Path(source).is_dir():
        return None
    try:
        found = needed("transformers.utils").cached_file(
            source, SENTENCEPIECE, local_files_only=True, _raise_exceptions_for_missing_entries=False
        )
    except OSError:  # not in the cache
        return None
    return Path(found) if found else None


# --- weights -----------------------------------------------------------------------------------------------------


def _whole(model: Any) -> tuple[Any, Mapping[str, torch.Tensor]]:
    """The model without its adapter, and its weights with the adapter merged into them."""
    if getattr(model, "is_quantized", False):
        raise SlmaugError(
            "the model is quantised, which cannot be merged without loss; save the adapter alone and merge it into "
            "the base as it was: slmaug.train.export.merge_adapter"
        )
    if not hasattr(model, "peft_config"):
        return model, model.state_dict()
    if any(each.is_prompt_learning for each in model.peft_config.values()):
        raise SlmaugError("the adapter learns prompts, not weights; expected one that can be merged, such as LoRA")
    base = model.get_base_model()
    return base, _merged(base)


def _merged(base: Any) -> dict[str, torch.Tensor]:
    """The weights with those of adapters added in float32; each layer is merged as a copy, so the model stays."""
    tuners, other = needed("peft.tuners.tuners_utils"), needed("peft.utils.other")
    wrapped = {
        name: module
        for name, module in base.named_modules()
        if isinstance(module, (tuners.BaseTunerLayer, other.AuxiliaryTrainingWrapper))
    }
    state: dict[str, Any] = {
        key: tensor
        for key, tensor in base.state_dict().items()
        if not any(key.startswith(f"{name}.") for name in wrapped)
    }
    for name, module in wrapped.items():
        if isinstance(module, other.ModulesToSaveWrapper):
            inner = module.modules_to_save[module.active_adapter] if module.active_adapter else module.original_module
        elif isinstance(module, tuners.BaseTunerLayer) and not isinstance(module, other.AuxiliaryTrainingWrapper):
            twin = copy.deepcopy(module).float()
            twin.merge()
            inner = twin.get_base_layer()
        else:
            raise SlmaugError(f"{name}: {type(module).__name__} cannot be merged; expected LoRA or modules_to_save")
        state |= {f"{name}.{key}": tensor for key, tensor in inner.state_dict().items()}
    tied = getattr(base, "all_tied_weights_keys", None) or {}
    for one, another in tied.items():
        if one in state and another in state and state[one].data_ptr() != state[another].data_ptr():
            raise SlmaugError(
                f"{one} and {another} are one weight in this model, and the adapter changed one of them; expected an "
                "adapter that leaves both alone (target_modules='all-linear')"
            )
    return state


def _cast(state: Mapping[str, torch.Tensor], dtype: str | None) -> dict[str, torch.Tensor]:
    """Every weight in main memory in ``dtype``; weights that are tied stay one tensor."""
    target = getattr(needed("torch"), dtype) if dtype else None
    done: dict[tuple[object, ...], torch.Tensor] = {}
    cast = {}
    for key, tensor in state.items():
        same = (tensor.data_ptr(), tensor.shape, tensor.stride(), tensor.device)
        if same not in done:
            to = target if target is not None and tensor.is_floating_point() else tensor.dtype
            done[same] = tensor.detach().to(to).to("cpu")
        cast[key] = done[same]
    return cast


def _check_room(place: Path, state: Mapping[str, torch.Tensor]) -> None:
    size = sum({tensor.data_ptr(): tensor.nbytes for tensor in state.values()}.values())
    free = shutil.disk_usage(place).free
    if size > free:
        raise SlmaugError(
            f"{printable(place.parent)}: the model takes {size / 1e9:.1f} GB and {free / 1e9:.1f} GB of the disk are "
            "free; make room, or give an output folder on another disk"
        )


# --- files -------------------------------------------------------------------------------------------------------


def _write_model(base: Any, state: dict[str, torch.Tensor], place: Path, generation: Any, shard: str) -> None:
    dtypes = {tensor.dtype for tensor in state.values() if tensor.is_floating_point()}
    dtype = str(base.dtype if base.dtype in dtypes else next(iter(dtypes))).removeprefix("torch.")
    before = base.generation_config
    base.generation_config = generation
    try:
        with quietly():
            base.save_pretrained(place, state_dict=state, max_shard_size=shard)
    finally:
        base.generation_config = before
    config = _read(place / _CONFIG)
    # Training switches the cache off, and a model without it answers many times slower.
    config |= {"use_cache": True, "dtype": dtype, "torch_dtype": dtype}
    _write(place / _CONFIG, config | _older_rope(config))


def _older_rope(config: Mapping[str, Any]) -> dict[str, Any]:
    """The keys in which transformers 4, vLLM with it and Ollama look for what is now in ``rope_parameters``."""
    rope = config.get("rope_parameters") or {}
    if "rope_theta" not in rope or any(isinstance(each, dict) for each in rope.values()):
        return {}  # none, or one for each kind of layer, which older readers do not know
    found = {"rope_theta": rope["rope_theta"]}
    if rope.get("partial_rotary_factor", 1.0) != 1.0:
        found["partial_rotary_factor"] = rope["partial_rotary_factor"]
    if rope.get("rope_type", "default") == "default":
        return found
    if config.get("model_type") == "phi3":
        if not rope.keys() <= _PHI3_ROPE:
            return found
        # Phi3Config of transformers 4 refuses any other keys than these three.
        factors = {key: rope[key] for key in ("long_factor", "short_factor")}
        return found | {"rope_scaling": {**factors, "type": rope["rope_type"]}}
    return found | {"rope_scaling": {key: value for key, value in rope.items() if key not in _ROPE_APART}}


def _write_tokenizer(tokenizer: Any, place: Path) -> None:
    backend = getattr(tokenizer, "backend_tokenizer", None)
    if backend is not None:  # a batch leaves how it was padded and cut, and that would be written along
        backend.no_padding()
        backend.no_truncation()
    tokenizer.save_pretrained(place)
    path = place / "tokenizer_config.json"
    config = _read(path)
    config["padding_side"] = "left"  # padding on the right stands between a prompt and its answer
    if config.get("tokenizer_class") == "TokenizersBackend":
        config["tokenizer_class"] = "PreTrainedTokenizerFast"  # its name before transformers 5, which knows both
    probe = tokenizer("a")["input_ids"]
    for kind, at in (("bos", 0), ("eos", -1)):
        token = getattr(tokenizer, f"{kind}_token_id", None)
        config[f"add_{kind}_token"] = token is not None and bool(probe) and probe[at] == token
    _write(path, config)
    pieces = sentencepiece_file(tokenizer)
    if pieces is None:
        return
    shutil.copyfile(pieces, place / SENTENCEPIECE)
    added = sorted((number, str(token)) for number, token in tokenizer.added_tokens_decoder.items())
    behind = {token: number for number, token in added if number >= tokenizer.vocab_size}
    if behind:
        _write(place / "added_tokens.json", behind)


@contextmanager
def _moved_in_when_whole(folder: Path) -> Iterator[Path]:
    """An empty folder, whose files take the place of an earlier export's in ``folder`` when the block ends well."""
    folder.mkdir(parents=True, exist_ok=True)
    name = os.urandom(8).hex()
    new, old = folder / f".slmaug-{name}.tmp", folder / f".slmaug-{name}.old"
    try:
        new.mkdir()
        yield new
        old.mkdir()
        # Without config.json no folder is a model: it goes first and comes last, so that none is of two halves.
        earlier = [file.name for file in folder.iterdir() if _OWN.fullmatch(file.name) and file.is_file()]
        written = sorted((file.name for file in new.iterdir()), key=_CONFIG.__eq__)
        placed: list[str] = []
        try:
            for each in sorted(earlier, key=_CONFIG.__ne__):
                (folder / each).replace(old / each)
            for each in written:
                placed.append(each)
                (new / each).replace(folder / each)
        except BaseException:
            for each in placed:
                (folder / each).unlink(missing_ok=True)
            for file in sorted(old.iterdir(), key=lambda file: file.name == _CONFIG):
                file.replace(folder / file.name)
            raise
    finally:
        for place in (new, old):
            shutil.rmtree(place, ignore_errors=True)


@contextmanager
def _one_line(place: Path) -> Iterator[None]:
    """What the system or a library refuses, as an error that names the place."""
    try:
        yield
    except OSError as error:
        raise SlmaugError(f"{printable(place)}: cannot be written: {error.strerror or error}") from None
    except (ValueError, needed("safetensors").SafetensorError) as error:
        raise SlmaugError(f"{printable(place)}: cannot be written: {' '.join(str(error).split())}") from None


def _read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _write(path: Path, value: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
