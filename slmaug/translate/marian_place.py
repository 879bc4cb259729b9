"""Where the MarianMT model of a pair is: in a folder, in the hub's cache or on the hub; and which version it is."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from slmaug.errors import SlmaugError, printable
from slmaug.model_files import local_model, needed, one_line
from slmaug.translate.opus import OWNER, model_names

Models = str | Path | Mapping[str, str] | None
"""None for the hub, a folder of model folders, or a hub name or folder for each pair such as "en-de"."""

_CONTENT = ("config.json", "generation_config.json", "source.spm", "target.spm", "tokenizer_config.json", "vocab.json")
_NEEDED = ("config.json", "source.spm", "target.spm", "vocab.json")
_WEIGHTS = ("model.safetensors", "pytorch_model.bin")
_PAIR = re.compile(r"[a-z]{2,3}-[a-z]{2,3}")


def settings_of(models: Models, codes: Mapping[str, str]) -> tuple[str | dict[str, str] | None, dict[str, str]]:
    """The two settings as plain values that compare, print and pickle; ``ValueError`` where they cannot be read."""
    if isinstance(models, Mapping):
        for pair in models:
            if not _PAIR.fullmatch(pair):
                raise ValueError(f'models names pairs such as "en-de", got {pair!r}')
        models = {pair: str(place) for pair, place in models.items()}
    elif models is not None:
        models = str(models)
    return models, {language: str(code) for language, code in codes.items()}


def check_installed(*packages: str) -> None:
    """:class:`MissingPackage` for the first package that is not installed; none is imported."""
    for package in packages:
        if find_spec(package) is None:
            needed(package, "translate")


@dataclass(frozen=True)
class Found:
    """Where the model of a pair is: a folder, or a version on the hub that is yet to be downloaded."""

    name: str
    """For messages and identities: the name on the hub, or the folder as it was given."""
    folder: Path | None
    commit: str = ""
    """The version on the hub; "" for a folder of the user's."""

    def downloaded(self) -> Path:
        """The folder, after the download with its progress bar where there is one to make."""
        if self.folder is not None:
            return self.folder
        hub = import_module("huggingface_hub")
        with one_line(self.name, "model"):
            files = hub.list_repo_files(self.name)
            weights = next((each for each in _WEIGHTS if each in files), _WEIGHTS[0])
            # Not by its commit: only what is downloaded as the newest version is found again without a network.
            return Path(hub.snapshot_download(self.name, allow_patterns=[*_CONTENT, weights]))


def find(models: Models, source: str, target: str) -> Found:
    """The model of a pair; :class:`SlmaugError` in one line where there is none, without a download."""
    names = model_names(source, target)
    if models is None:
        return _on_the_hub([f"{OWNER}/{name}" for name in names])
    pair = f"{source}-{target}"
    if isinstance(models, Mapping):
        if pair not in models:
            raise SlmaugError(f"models names no model for {pair}; it has {', '.join(sorted(models)) or 'none'}")
        own = Path(models[pair]).expanduser()
        return _in_a_folder(own) if own.is_dir() else _on_the_hub([models[pair]])
    place = Path(models).expanduser()
    if not place.is_dir():
        raise SlmaugError(f"{printable(place)}: no such folder; expected one that holds {names[0]}")
    folder = next((place / name for name in names if (place / name).is_dir()), None)
    if folder is None and (place / "config.json").is_file():
        raise SlmaugError(
            f"{printable(place)}: a model itself; expected a folder that holds {names[0]}, or in Python "
            f"models={{{pair!r}: {str(place)!r}}}"
        )
    if folder is None:
        there = sorted(each.name for each in place.iterdir() if (each / "config.json").is_file())
        raise SlmaugError(
            f"{printable(place)}: no folder {' or '.join(names)} for {pair}; it has {', '.join(there) or 'no model'}; "
            f"get it with: hf download {OWNER}/{names[0]} --local-dir {printable(place / names[0])}"
        )
    return _in_a_folder(folder)


def _in_a_folder(folder: Path) -> Found:
    if (folder / "config.json").is_file():
        check_marian(folder)
    local_model(folder, "translate")
    return Found(str(folder), folder)


def _on_the_hub(names: Sequence[str]) -> Found:
    """The first that is in the cache, else the first that the hub knows."""
    hub = needed("huggingface_hub", "translate")
    unknown = import_module("huggingface_hub.errors").RepositoryNotFoundError
    for name in names:
        config = hub.try_to_load_from_cache(name, "config.json") if _is_repository(name) else None
        if isinstance(config, str) and not _lacking(Path(config).parent):
            return _checked(name, local_model(name, "translate"))
    for name in names[:-1]:
        try:
            return _checked(name, local_model(name, "translate"))
        except SlmaugError as error:
            if not isinstance(error.__context__, unknown):  # no network, say: the next one would not be there either
                raise
    return _checked(names[-1], local_model(names[-1], "translate"))


def _is_repository(name: str) -> bool:
    try:
        import_module("huggingface_hub.utils").validate_repo_id(name)
    except ValueError:
        return False
    return True


def _checked(name: str, place: str | Path) -> Found:
    """What :func:`local_model` found: a copy in the cache, whose folder bears the commit's name, or the name again."""
    if isinstance(place, Path):
        if place.parent.name != "snapshots":
            return _in_a_folder(place)
        if not _lacking(place):
            check_marian(place, name)
            return Found(name, place, place.name)
    hub = import_module("huggingface_hub")
    with one_line(name, "model"):
        info = hub.get_hf_file_metadata(hub.hf_hub_url(name, "config.json"), timeout=10)
    return Found(name, None, str(info.commit_hash))


def _lacking(folder: Path) -> str:
    """The file that a folder lacks to be a MarianMT model; "" where it is one."""
    if not any((folder / each).is_file() for each in (*_WEIGHTS, f"{_WEIGHTS[0]}.index.json")):
        return _WEIGHTS[0]
    return next((each for each in _NEEDED if not (folder / each).is_file()), "")


def check_marian(folder: Path, name: str = "") -> None:
    """:class:`SlmaugError` unless a folder holds a MarianMT model with its tokenizer; reads the configuration only."""
    where = printable(name or folder)
    config = read_json(folder / "config.json", where)
    kind = config.get("model_type") if isinstance(config, dict) else None
    if kind != "marian":
        raise SlmaugError(f"{where}: a model of type {kind!r}; expected a MarianMT model such as {OWNER}/opus-mt-en-de")
    lacking = _lacking(folder)
    if lacking:
        raise SlmaugError(
            f"{where}: no {lacking} in this folder; expected {', '.join(_NEEDED)} and {_WEIGHTS[0]}, as {OWNER} "
            "publishes them"
        )


def read_json(path: Path, where: str) -> Any:
    """A file's content; one line where it cannot be read."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SlmaugError(f"{where}: {path.name} cannot be read: {printable(error)}; get the model again") from None


def stamp(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Name, size and time of change of every file that a translation depends on: cheap, and new after a change."""
    kinds = (".safetensors", ".bin")
    files = sorted(each for each in folder.iterdir() if each.name in _CONTENT or each.suffix in kinds)
    return tuple((each.name, each.stat().st_size, each.stat().st_mtime_ns) for each in files)


def version(found: Found, memory: dict[Any, Any]) -> str:
    """The name and version of a model: its commit, or for a folder a digest of its files, kept in ``memory``.

    Where the folder lies is no part of it: the same files in a folder of the same name are the same model.
    """
    if found.commit or found.folder is None:
        return f"{found.name}@{found.commit}"
    key = ("digest", found.folder, stamp(found.folder))
    if key not in memory:
        digest = hashlib.blake2b(digest_size=16)
        for name, size, _ in key[2]:
            digest.update(f"{name}\0{size}\0".encode())
            with (found.folder / name).open("rb") as file:
                while block := file.read(1 << 20):
                    digest.update(block)
        memory[key] = digest.hexdigest()
    return f"{found.folder.name}@{memory[key]}"
