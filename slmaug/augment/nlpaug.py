"""Any augmenter of the nlpaug library (Ma, 2019), behind the locks."""

from __future__ import annotations

import inspect
import random
import re
import sys
import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from slmaug.augment.augmenter import per_text
from slmaug.errors import MissingPackage, SlmaugError
from slmaug.rng import Random
from slmaug.text import FREE, Text

# What nlpaug 1.1.11 raises for input it did not foresee: a run of one word, a letter it has no key for.
_ODD_INPUT = (ArithmeticError, AttributeError, IndexError, KeyError, TypeError, ValueError)
# nlpaug takes words apart at every sign and does not put "user's" together again.
_HOLDS_A_SIGN = re.compile(r"\W")
# Settings that change where or how loudly nlpaug works, not what comes out.
_NOT_TOLD = frozenset({"name", "device", "verbose", "silence", "use_gpu", "batch_size", "include_detail"})
_MAIN = frozenset({"action", "aug_src", "aug_p", "aug_char_p", "aug_word_p", "lang"})
_ONE_AT_A_TIME = threading.Lock()  # the global generators are one for all threads


@dataclass(frozen=True)
class NlpAug:
    """An nlpaug augmenter for words, letters or sentences, or a flow of them, kept away from what is locked.

    >>> import nlpaug.augmenter.word as naw                                            # doctest: +SKIP
    >>> vary("How do I open the big file {path}?", NlpAug(naw.RandomWordAug("swap")))  # doctest: +SKIP
    'How do I open big the file {path}?'

    nlpaug sees only runs of free words with nothing but white space between them, one run at a time, and what
    it makes of a run is put where the run stood. Locked and kept words, punctuation, and words with an
    apostrophe or a hyphen never reach it. So its settings count for each run: ``aug_min=1`` edits every run of a
    question. In Chinese a run's words are handed over with spaces between them and joined without; nlpaug's
    embedded tables are English, so what is worth using there is swap, deletion or a Chinese model.
    """

    augmenter: Any
    """The nlpaug object, made by you: ``nlpaug.augmenter.char.KeyboardAug(aug_char_p=0.1)``."""

    def __post_init__(self) -> None:
        if isinstance(self.augmenter, type):
            raise TypeError(f"NlpAug needs an nlpaug object: write {self.augmenter.__name__}()")
        if not callable(getattr(self.augmenter, "augment", None)):
            raise TypeError(f"NlpAug needs an nlpaug augmenter such as RandomWordAug(), got {self.augmenter!r}")
        if getattr(self.augmenter, "method", None) in ("audio", "spectrogram"):
            raise TypeError(f"NlpAug is for text, got the {self.augmenter.method} augmenter {_told(self.augmenter)}")

    def __repr__(self) -> str:
        return f"NlpAug({_told(self.augmenter)})"

    def __call__(self, texts: Sequence[Text], rngs: Sequence[Random]) -> list[Text]:
        with _global_generators_put_back():
            return self._over_batch(texts, rngs)

    @per_text
    def _over_batch(self, text: Text, rng: Random) -> Text:
        runs = text.fact("nlpaug runs", _runs)
        if not runs:
            return text
        _seed_global_generators(rng.randrange(2**32))
        parts, status = list(text.parts), list(text.status)
        space = "" if text.language == "zh" else " "
        changed = False
        for start, end in reversed(runs):  # from the back: a run that grows or shrinks moves what follows it
            old = list(text.words[start:end])
            new = self._edited(old)
            if not new or new == old:
                continue
            gaps = text.parts[2 * start + 2 : 2 * end - 1 : 2] if len(new) == len(old) else [space] * (len(new) - 1)
            parts[2 * start + 1 : 2 * end] = [part for pair in zip(new, [*gaps, ""], strict=True) for part in pair][:-1]
            status[start:end] = [FREE] * len(new)
            changed = True
        return Text(parts, tuple(status), text.language, text.steps) if changed else text

    def _edited(self, words: list[str]) -> list[str]:
        try:
            result = self.augmenter.augment(" ".join(words))
        except ImportError as error:
            raise MissingPackage(f"{self!r} needs a package that is missing: {_one_line(error)}") from error
        except OSError as error:
            raise SlmaugError(f"{self!r} cannot read its model: {_one_line(error)}") from error
        except (*_ODD_INPUT, LookupError) as error:
            if type(error) is LookupError:  # NLTK's word for a corpus that is not there
                raise SlmaugError(f"{self!r} needs data that is missing: {_one_line(error)}") from error
            message = f"{self!r} failed with {type(error).__name__}; the words it failed on stay as they were"
            warnings.warn(message, RuntimeWarning, stacklevel=2)
            return words
        return _uncapitalised_as(words, _text_of(result).split())


def _text_of(result: object) -> str:
    """A str, a list of one, a pair with the log of changes, an empty list: nlpaug returns them all."""
    while isinstance(result, (list, tuple)):
        result = result[0] if result else ""
    return result if isinstance(result, str) else ""


def _uncapitalised_as(old: list[str], new: list[str]) -> list[str]:
    """nlpaug takes the start of a run for the start of a sentence and gives a word moved there a capital."""
    if new and old[0][:1].islower() and new[0] not in old and new[0].lower() in old:
        return [new[0].lower(), *new[1:]]
    return new


def _runs(text: Text) -> tuple[tuple[int, int], ...]:
    """The (start, end) of each longest run of free plain words that nothing but white space parts."""
    runs: list[tuple[int, int]] = []
    for i in text.free:
        if _HOLDS_A_SIGN.search(text.parts[2 * i + 1]):
            continue
        if runs and runs[-1][1] == i and not text.parts[2 * i].strip():
            runs[-1] = (runs[-1][0], i + 1)
        else:
            runs.append((i, i + 1))
    return tuple(runs)


def _told(augmenter: Any) -> str:
    """The class and those settings that matter: the main ones, and others that differ from their defaults."""
    name = type(augmenter).__name__
    if isinstance(augmenter, list):
        return f"{name}([{', '.join(map(_told, augmenter))}])"
    told = []
    for setting, parameter in inspect.signature(type(augmenter)).parameters.items():
        value = getattr(augmenter, setting, None)
        if isinstance(value, re.Pattern):
            value = value.pattern
        simple = isinstance(value, (str, int, float)) or _are_strings(value)
        if not simple or setting in _NOT_TOLD or "/nlpaug/res/" in str(value).replace("\\", "/"):
            continue  # the last is the path of nlpaug's own table, which every machine has elsewhere
        if setting in _MAIN or value not in (parameter.default, ["_"]):  # nlpaug's own filling for target_words=None
            told.append(f"{setting}={value!r}")
    return f"{name}({', '.join(told)})"


def _are_strings(value: object) -> bool:
    return isinstance(value, (list, tuple)) and all(isinstance(item, str) for item in value)


def _one_line(error: BaseException) -> str:
    words = re.sub(r"\*{3,}|\x1b\[[\d;]*m", " ", str(error)).split()
    line = " ".join(words) or type(error).__name__
    return line if len(line) <= 200 else line[:197] + "..."


def _seed_global_generators(number: int) -> None:
    random.seed(number)
    numpy, torch = sys.modules.get("numpy"), sys.modules.get("torch")
    if numpy is not None:
        numpy.random.seed(number)
    if torch is not None:
        torch.manual_seed(number)


@contextmanager
def _global_generators_put_back() -> Iterator[None]:
    """nlpaug draws from the generators of Python, numpy and torch that the whole program shares."""
    with ExitStack() as stack:
        stack.enter_context(_ONE_AT_A_TIME)
        stack.callback(random.setstate, random.getstate())
        numpy, torch = sys.modules.get("numpy"), sys.modules.get("torch")
        if numpy is not None:
            stack.callback(numpy.random.set_state, numpy.random.get_state())
        if torch is not None:
            devices = range(torch.cuda.device_count()) if torch.cuda.is_initialized() else ()
            stack.enter_context(torch.random.fork_rng(devices=list(devices)))
        yield
