"""Model folders and names on the Hugging Face Hub: found, and whatever stands in the way told in one line.

What is missing turns out before anything heavy is imported or read. A name on the Hub is looked up in the local cache
first and asked for on the network with one short request, because transformers itself tries again and again for half a
minute where there is no network.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from slmaug.errors import MissingPackage, SlmaugError, printable

if TYPE_CHECKING:
    from types import ModuleType

Extra = Literal["train", "translate", "semantic"]
"""The extra of this package that brings what a part needs."""
_NEEDS = {"train": "training and asking need", "translate": "translating needs", "semantic": "comparing meanings needs"}

_WEIGHTS = ("model.safetensors", "model.safetensors.index.json", "pytorch_model.bin", "pytorch_model.bin.index.json")
TOKENIZERS = ("tokenizer.json", "tokenizer.model", "spiece.model", "vocab.json", "vocab.txt", "tekken.json")
_ADAPTER = "adapter_config.json"
_ADAPTER_WEIGHTS = ("adapter_model.safetensors", "adapter_model.bin")
_PROBE_SECONDS = 5.0
_LONGEST_REASON = 240
"""Characters of a library's own message that an error quotes."""


def needed(package: str, extra: Extra = "train") -> ModuleType:
    """An optional package, imported; :class:`MissingPackage` where it is not installed."""
    try:
        return import_module(package)
    except ModuleNotFoundError as error:
        missing = error.name or package
        raise MissingPackage(f'{_NEEDS[extra]} {missing}: pip install "slmaug[{extra}]"') from None


def local_model(name_or_folder: str | Path, extra: Extra = "train") -> str | Path:
    """What ``from_pretrained`` takes for a model folder or a name on the hub, once it is sure to be there.

    A folder is checked for its configuration, weights and tokenizer, and may be a PEFT adapter; see
    :func:`slmaug.train.loading.load_model`. A name whose files are all in the local cache is that copy's folder, as it
    stands; another name that the hub knows is returned as it is and downloaded when it is loaded. Raises
    :class:`SlmaugError`, and :class:`MissingPackage` that names ``extra`` where huggingface_hub is not installed.
    """
    if not str(name_or_folder).strip():
        raise SlmaugError("the model's name is empty; expected a model folder, such as runs/full, or a name on the hub")
    try:
        folder = Path(name_or_folder).expanduser()
        is_folder, is_there = folder.is_dir(), folder.exists()
    except (OSError, ValueError, RuntimeError) as error:  # a name too long, a NUL byte, ~ of someone unknown
        raise SlmaugError(f"{printable(name_or_folder)}: no model folder: {error}") from None
    if is_folder:
        _check_folder(folder)
        return folder
    if is_there:
        raise SlmaugError(f"{printable(folder)}: a file; expected the folder of a model")
    return _on_the_hub(str(name_or_folder), folder, extra)


def is_adapter(folder: str | Path) -> bool:
    """Whether a folder holds a PEFT adapter and no weights of a whole model."""
    return (Path(folder) / _ADAPTER).is_file() and not any_of(Path(folder), _WEIGHTS)


def adapter_base(folder: str | Path) -> str:
    """The name or folder of the model that an adapter belongs to."""
    path = Path(folder) / _ADAPTER
    try:
        base = json.loads(path.read_text(encoding="utf-8"))["base_model_name_or_path"]
    except (OSError, ValueError, KeyError, TypeError):
        base = None
    if not isinstance(base, str) or not base:
        raise SlmaugError(f"{printable(path)}: names no base model; expected 'base_model_name_or_path'")
    return base


def _check_folder(folder: Path) -> None:
    where = printable(folder)
    if is_adapter(folder):
        if not any_of(folder, _ADAPTER_WEIGHTS):
            raise SlmaugError(f"{where}: an adapter without its weights; expected {_ADAPTER_WEIGHTS[0]} beside it")
        adapter_base(folder)
        return
    lacking = _lacking(folder)
    if not lacking:
        return
    if not any(folder.iterdir()):
        raise SlmaugError(f"{where}: the folder is empty; expected a model, as training or save_pretrained writes one")
    if any(folder.glob("checkpoints/checkpoint-*")):
        raise SlmaugError(
            f"{where}: holds checkpoints of a training that has not finished (no {lacking}); run the same "
            "python -m slmaug.train command again, it goes on where it stopped"
        )
    raise SlmaugError(
        f"{where}: no {lacking} in this folder; expected config.json, weights (model.safetensors) and a tokenizer "
        "(tokenizer.json), as training or save_pretrained writes them"
    )


def _lacking(folder: Path) -> str:
    """What a folder lacks to be a model, in words; "" where it lacks nothing."""
    if not (folder / "config.json").is_file():
        return "config.json"
    weights = next((each for each in _WEIGHTS if (folder / each).is_file()), None)
    if weights is None:
        return "weights (model.safetensors)"
    if weights.endswith(".index.json"):
        try:
            shards = set(json.loads((folder / weights).read_text(encoding="utf-8"))["weight_map"].values())
        except (OSError, ValueError, KeyError, AttributeError):
            return f"readable {weights}"
        missing = sorted(each for each in shards if not (folder / each).is_file())
        if missing:
            return f"{missing[0]}, one of the {len(shards)} files that {weights} names,"
    return "" if any_of(folder, TOKENIZERS) else "tokenizer (tokenizer.json or tokenizer.model)"


def any_of(folder: Path, names: tuple[str, ...]) -> bool:
    return any((folder / each).is_file() for each in names)


def _on_the_hub(name: str, folder: Path, extra: Extra) -> str | Path:
    where = printable(name)
    hub = needed("huggingface_hub", extra)
    try:
        import_module("huggingface_hub.utils").validate_repo_id(name)
    except ValueError:
        raise SlmaugError(f"{where}: no such folder{_near(folder)}") from None
    cached = hub.try_to_load_from_cache(name, "config.json")
    if isinstance(cached, str) and not _lacking(Path(cached).parent):
        return Path(cached).parent
    if folder.parent != Path() and folder.parent.is_dir():
        raise SlmaugError(
            f"{where}: no such folder{_near(folder)} (nothing is downloaded under this name, for a folder "
            f"{printable(folder.parent)} is here)"
        )
    if hub.is_offline_mode():
        raise SlmaugError(
            f"{where}: no such folder and no whole copy in the cache, and HF_HUB_OFFLINE forbids a download; "
            + ("unset it, or expected the folder of a model" if extra == "train" else f"unset it, or {_by_hand(name)}")
            + _near(folder)
        )
    by_hand = "copy the model's folder here and give its path" if extra == "train" else _by_hand(name)
    _check_reachable(name, where, _near(folder), by_hand)
    return name


def _by_hand(name: str) -> str:
    """How a translator finds a model that was copied."""
    folder = printable(name.rpartition("/")[2])
    return f"copy the model to models/{folder} and say --translation-models models (in Python: models)"


def _check_reachable(name: str, where: str, near: str, by_hand: str) -> None:
    """One short request for the model's configuration, without trying again."""
    hub, errors = import_module("huggingface_hub"), import_module("huggingface_hub.errors")
    try:
        hub.get_hf_file_metadata(hub.hf_hub_url(name, "config.json"), timeout=_PROBE_SECONDS)
    except errors.GatedRepoError:
        raise SlmaugError(
            f"{where}: its owner asks for consent first; accept at {hub.constants.ENDPOINT}/{name}, then log in with: "
            "hf auth login"
        ) from None
    except errors.RepositoryNotFoundError:
        raise SlmaugError(
            f"{where}: neither a folder{near} nor a public model at {hub.constants.ENDPOINT}; check the name, or log "
            "in for a private one with: hf auth login"
        ) from None
    except errors.EntryNotFoundError:
        raise SlmaugError(f"{where}: this repository has no config.json; expected a model for transformers") from None
    except Exception as error:  # what is raised without a network depends on the HTTP library
        raise SlmaugError(
            f"{where}: no such folder{near}, no copy in the cache, and {hub.constants.ENDPOINT} cannot be reached "
            f"({_reason(error)}); connect and run it again, or {by_hand}"
        ) from None


def _near(folder: Path) -> str:
    """``; did you mean runs/full?`` where a folder of nearly that name stands beside it, else ""."""
    try:
        names = [each.name for each in folder.parent.iterdir() if each.is_dir()]
    except (OSError, ValueError):
        return ""
    found = difflib.get_close_matches(folder.name, names, n=1)
    return f"; did you mean {printable(folder.parent / found[0])}?" if found else ""


def device_for(wanted: str | None = None) -> str:
    """The device to compute on: ``wanted`` if it is there, else the graphics card where there is one, else "cpu"."""
    torch = needed("torch")
    if wanted is None:
        return "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
    try:
        torch.empty(1, device=wanted)
    except Exception as error:  # AssertionError, RuntimeError or NotImplementedError, by the kind of device
        raise SlmaugError(
            f"device is {wanted!r}, which cannot be used here ({_reason(error)}); expected one such as cpu, cuda or "
            "cuda:0"
        ) from None
    return wanted


@contextmanager
def quietly(on: bool = True) -> Iterator[None]:
    """Without the progress bars and the warnings of transformers; a download keeps its bar."""
    if not on:
        yield
        return
    logging: Any = import_module("transformers.utils.logging")
    level, bar = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(level)
        if bar:
            logging.enable_progress_bar()


@contextmanager
def one_line(place: str | Path, what: str) -> Iterator[None]:
    """What a library says when it cannot load something, as an error that names the place."""
    try:
        yield
    except (SlmaugError, MissingPackage):
        raise
    except Exception as error:  # each part of the libraries has kinds of its own, some of them plain Exception
        raise SlmaugError(
            f"{printable(place)}: the {what} cannot be loaded: {_reason(error)}; expected a folder that "
            "from_pretrained of transformers takes"
        ) from None


def _reason(error: BaseException) -> str:
    """The first line of a library's message, not too long."""
    line = next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)
    return printable(line if len(line) <= _LONGEST_REASON else line[:_LONGEST_REASON] + " ...")
