"""MarianMT models converted for CTranslate2, once, and kept in the cache folder."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from importlib import import_module
from pathlib import Path
from typing import Any

from slmaug.cache import cache_folder
from slmaug.errors import SlmaugError, printable
from slmaug.model_files import one_line
from slmaug.translate.marian import read_model, silently
from slmaug.translate.marian_model import Vocabulary
from slmaug.translate.marian_place import check_installed

_FORM = 1
"""Part of a converted folder's name: to be raised when the same model is converted otherwise."""
_ON_PROCESSOR = ("int8", "int8_float32")
_STALE_SECONDS = 86_400.0


def converted(folder: Path, name: str, model: str, compute_type: str) -> Path:
    """The folder of the converted model in the cache, which is made first where it is not there yet.

    It is made under another name and then renamed, so what is there is whole, and two processes may make it at once.
    """
    place = cache_folder() / "ctranslate2"
    whole = place / f"{model.replace('/', '--')}-{compute_type}-{_FORM}"
    if whole.is_dir():
        return whole
    check_installed("torch", "transformers")
    try:
        place.mkdir(exist_ok=True)
        _remove_stale(place)
        making = Path(tempfile.mkdtemp(prefix=".making-", dir=place))
        try:
            _convert(folder, name, making / "model", compute_type)
            _renamed(making / "model", whole)
        finally:
            shutil.rmtree(making, ignore_errors=True)
    except OSError as error:
        raise SlmaugError(
            f"{printable(place)}: {printable(name)} cannot be converted here: {printable(error)}; make room, or set "
            "SLMAUG_CACHE_DIR to a folder you may write to"
        ) from None
    return whole


def _renamed(made: Path, whole: Path) -> None:
    try:
        made.rename(whole)
    except OSError:
        if not whole.is_dir():  # else another process was faster
            raise


def _remove_stale(place: Path) -> None:
    """Remove what processes that were killed while converting left behind."""
    for each in place.glob(".making-*"):
        if time.time() - each.stat().st_mtime > _STALE_SECONDS:
            shutil.rmtree(each, ignore_errors=True)


def _convert(folder: Path, name: str, out: Path, compute_type: str) -> None:
    """Raises :class:`SlmaugError` for a model that would translate otherwise when converted."""
    converters: Any = import_module("ctranslate2.converters")
    model = read_model(folder, name, "auto")
    vocabulary = Vocabulary(folder, name)
    config = model.config
    start = model.get_decoder().embed_tokens.weight[config.decoder_start_token_id]
    use = f"use Marian in place of CTranslate2 for {printable(name)}"
    if config.decoder_start_token_id != vocabulary.pad or vocabulary.pad != max(vocabulary.ids.values()):
        raise SlmaugError(f"it does not start from <pad>, or that is not the last of its vocabulary; {use}")
    if start.any():
        raise SlmaugError(
            f"the embedding of its start token <pad> is not zero, from which CTranslate2 starts in any case; {use}"
        )
    converter = converters.TransformersConverter(os.fspath(folder))
    # It would load the model once more, unchecked.
    converter.load_model = lambda *_, **__: model
    with one_line(name, "model"), silently():
        spec = converter._load()
    spec.validate()
    spec.optimize(quantization=compute_type)
    if compute_type in _ON_PROCESSOR:
        import_module("ctranslate2.specs.model_spec").visit_spec(spec, _without_overflow)
    out.mkdir()
    spec.save(os.fspath(out))


def _without_overflow(spec: Any, name: str, value: Any) -> None:
    """Weights of 8 bits, from -127 to 127, scaled to lie from -63 to 63.

    A processor without the VNNI instructions adds two products of 8 bits into 16 and cuts what does not fit: 2 * 255 *
    127 does not, 2 * 255 * 63 does. oneDNN leaves this to its users ("Nuances of int8 Computations" in its developer
    guide), CTranslate2 does nothing about it, and translations go wrong.
    """
    key = name.rsplit("/", 1)[-1]
    scale = getattr(spec, f"{key}_scale", None)
    if scale is None or getattr(value, "dtype", None) != "int8":
        return
    numpy: Any = import_module("numpy")
    variable: Any = type(value)
    share = numpy.float32(63 / 127)
    setattr(spec, key, variable(numpy.rint(value.numpy() * share).astype(numpy.int8)))
    setattr(spec, f"{key}_scale", variable(scale.numpy() * share))
