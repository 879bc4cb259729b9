"""The settings of a build, and the YAML file that can hold them."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any, Literal, get_args

from slmaug.cot.rewriter import Language
from slmaug.errors import MissingPackage, SlmaugError, printable
from slmaug.formats import FORMATS, Format
from slmaug.record import OnDuplicate
from slmaug.translate.engines import Engine

Cot = Literal["outline", "llm", "none"]
"""What writes the analysis in front of each answer: slmaug by itself, a language model, or nobody."""

BACK_TRANSLATION = "back-translation"
"""The form of the questions that were translated there and back."""


@dataclass(frozen=True)
class Settings:
    """What a build is told, by flags or by a file; the names are the same.

    ``back_translate`` holds pivot languages, or "auto" alone; ``samples`` is the translations into each.

    From ``model`` on, all is about the language model, which is asked only for ``cot="llm"``, ``phrasings`` above 0
    and ``rewrite_answers``, and by the translator ``"llm"``. ``budget`` is in US dollars, ``temperature`` None the
    server's own, ``prices`` and ``journal`` are paths.
    """

    input: str
    output: str = ""
    n: int = 3000
    random_seed: int = 0
    workers: int = 1
    protect: tuple[str, ...] = ()
    protect_regex: tuple[re.Pattern[str], ...] = ()
    format: Format = "conversational"
    system: str | None = None
    question_column: str | None = None
    answer_column: str | None = None
    on_duplicate: OnDuplicate = "error"
    forms: Mapping[str, float] = field(default_factory=dict)
    glossary: str | None = None
    semantic: str | None = None
    cot: Cot = "outline"
    cot_language: Language = "auto"
    back_translate: tuple[str, ...] = ()
    samples: int = 4
    translate_to: str | None = None
    translate_comments: bool = False
    translator: Engine = "auto"
    translation_models: str | None = None
    device: str = "auto"
    model: str | None = None
    base_url: str | None = None
    api_key_env: str = "OPENAI_API_KEY"
    temperature: float | None = None
    rationales: int = 4
    phrasings: int = 0
    rewrite_answers: bool = False
    budget: float | None = None
    prices: str | None = None
    journal: str | None = None
    batch: bool = False
    concurrency: int = 16
    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None

    @property
    def asks_model(self) -> bool:
        """Whether the build needs a language model."""
        by_model = self.translates and self.translator == "llm"
        return self.cot == "llm" or self.phrasings > 0 or self.rewrite_answers or by_model

    @property
    def translates(self) -> bool:
        """Whether questions or whole seeds are to be translated."""
        return bool(self.back_translate) or self.translate_to is not None

    @property
    def is_slow(self) -> bool:
        """Whether a model is asked, so that a preview is of a few seeds only."""
        return self.asks_model or self.translates


def is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_count(value: Any) -> bool:
    return _is_whole(value) and value >= 1


def _is_pattern(value: object) -> bool:
    try:
        return isinstance(value, str) and bool(value) and bool(re.compile(value))
    except re.error:
        return False


def is_weight(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < math.inf


Check = Callable[[Any], bool]


@dataclass(frozen=True)
class Kind:
    """What a value must be, in words and as a test; ``each`` tests the members of a list or of a mapping."""

    expected: str
    holds: Check
    each: Check | None = None


_TEXT = Kind("text", is_text)
_SWITCH = Kind("true or false", lambda value: isinstance(value, bool))
COUNT = Kind("a whole number from 1", _is_count)
WHOLE = Kind("a whole number", _is_whole)
FROM_ZERO = Kind("a whole number from 0", lambda value: _is_whole(value) and value >= 0)
ENVIRONMENT = Kind(
    "the name of an environment variable, such as OPENAI_API_KEY",
    lambda value: isinstance(value, str) and bool(re.fullmatch(r"[A-Z_][A-Z0-9_]{0,60}", value)),
)
LANGUAGE = Kind(
    "a language's code of two or three letters, such as de",
    lambda value: isinstance(value, str) and bool(re.fullmatch(r"[a-z]{2,3}", value)),
)
PIVOTS = Kind(
    "auto, or codes of pivot languages, such as [de, fr]",
    lambda value: value == "auto" or (isinstance(value, list) and bool(value) and value.count("auto") == 0),
    LANGUAGE.holds,
)
DOLLARS = Kind("an amount in US dollars above 0, such as 2.50", lambda value: is_weight(value) and value > 0)
TEMPERATURE = Kind("a number from 0 to 2", lambda value: is_weight(value) and value <= 2)
_KINDS = {
    "input": _TEXT,
    "output": _TEXT,
    "n": COUNT,
    "random_seed": WHOLE,
    "workers": COUNT,
    "protect": Kind("a list of texts, such as [bank card, .NET]", lambda value: isinstance(value, list), is_text),
    "protect_regex": Kind(
        "a list of regular expressions, such as ['KB-[0-9]+']", lambda value: isinstance(value, list), _is_pattern
    ),
    "format": Kind(f"one of {', '.join(FORMATS)}", lambda value: value in FORMATS),
    "system": Kind("text", lambda value: isinstance(value, str)),
    "question_column": _TEXT,
    "answer_column": _TEXT,
    "on_duplicate": Kind(" or ".join(get_args(OnDuplicate)), lambda value: value in get_args(OnDuplicate)),
    "forms": Kind(
        "a weight from 0 for each form, such as {search: 2, swap: 0}", lambda value: isinstance(value, dict), is_weight
    ),
    "glossary": _TEXT,
    "semantic": Kind("auto, or the folder or name of a sentence encoder", is_text),
    "cot": Kind(f"one of {', '.join(get_args(Cot))}", lambda value: value in get_args(Cot)),
    "cot_language": Kind(f"one of {', '.join(get_args(Language))}", lambda value: value in get_args(Language)),
    "back_translate": PIVOTS,
    "samples": COUNT,
    "translate_to": LANGUAGE,
    "translate_comments": _SWITCH,
    "translator": Kind(f"one of {', '.join(get_args(Engine))}", lambda value: value in get_args(Engine)),
    "translation_models": _TEXT,
    "device": _TEXT,
    "model": _TEXT,
    "base_url": _TEXT,
    "api_key_env": ENVIRONMENT,
    "temperature": TEMPERATURE,
    "rationales": COUNT,
    "phrasings": FROM_ZERO,
    "rewrite_answers": _SWITCH,
    "budget": DOLLARS,
    "prices": _TEXT,
    "journal": _TEXT,
    "batch": _SWITCH,
    "concurrency": COUNT,
    "requests_per_minute": COUNT,
    "tokens_per_minute": COUNT,
}


def read_config(path: str) -> dict[str, Any]:
    """The checked settings of a YAML file by the names :class:`Settings` has for them.

    Raises :class:`SlmaugError` with the file, the line and the key, and :class:`MissingPackage` without PyYAML.
    """
    found: dict[str, Any] = {}
    for line, key, value in _entries(path):
        name, where = key.replace("-", "_"), f"{printable(path)}:{line}"
        if name not in _KINDS:
            near = difflib.get_close_matches(name, _KINDS, n=1)
            hint = f"did you mean {near[0]}?" if near else f"expected one of {', '.join(_KINDS)}"
            raise SlmaugError(f"{where}: unknown key '{printable(key)}'; {hint}")
        if name in found:
            raise SlmaugError(f"{where}: key '{key}' stands here a second time; expected it once")
        problem = _problem(_KINDS[name], value)
        if problem:
            if _KINDS[name] is ENVIRONMENT:  # what stands there may be the key itself
                problem = "something else"
            raise SlmaugError(f"{where}: key '{key}' is {problem}; expected {_KINDS[name].expected}")
        found[name] = value
    if "protect" in found:
        found["protect"] = tuple(found["protect"])
    if "back_translate" in found:
        pivots = found["back_translate"]
        found["back_translate"] = (pivots,) if isinstance(pivots, str) else tuple(pivots)
    if "forms" in found:
        found["forms"] = {name: float(weight) for name, weight in found["forms"].items()}
    if "protect_regex" in found:
        found["protect_regex"] = tuple(map(re.compile, found["protect_regex"]))
    return found


def _problem(kind: Kind, value: Any) -> str | None:
    """What is wrong with the value, or None."""
    if not kind.holds(value):
        return _described(value)
    if kind.each is None:
        return None
    if isinstance(value, str):
        return None  # one word in place of a list
    if isinstance(value, dict):
        for name, member in value.items():
            if not isinstance(name, str):
                return f"a mapping with {_described(name)} for a name"
            if not kind.each(member):
                return f"{_described(member)} at '{printable(name)}'"
    else:
        for member in value:
            if not kind.each(member):
                # YAML makes numbers, dates and truth values of 4.8, 2024-01-01 and no.
                quotes = "" if isinstance(member, (str, list, dict)) else " (put it in quotes)"
                return f"a list with {_described(member)}{quotes}"
    return None


def _described(value: object) -> str:
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return f"the truth value {str(value).lower()}"
    kinds = {int: "number", float: "number", str: "text", dict: "mapping"}
    kind = f"the {kinds.get(type(value), type(value).__name__)} "
    text = repr(value) if isinstance(value, (str, list, dict)) else str(value)
    return kind + (text if len(text) <= 40 else text[:39] + "…")


def _entries(path: str) -> list[tuple[int, str, Any]]:
    """Line, key and value of each entry."""
    where = printable(path)
    try:
        yaml = import_module("yaml")
    except ModuleNotFoundError:
        raise MissingPackage("--config needs PyYAML; install it: pip install pyyaml") from None
    try:
        text = Path(path).read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        found = f"byte 0x{error.object[error.start]:02X} at offset {error.start}"
        raise SlmaugError(f"{where}: {found}; expected UTF-8 text") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SlmaugError(f"{where}: cannot be read: {reason}; expected a YAML file of settings") from None
    try:
        loader = yaml.SafeLoader(text)
        root = loader.get_single_node()
        if root is None:
            return []
        if not isinstance(root, yaml.MappingNode):
            raise SlmaugError(f"{where}: the file is no mapping; expected lines such as 'n: 3000'")
        _check_keys(root, yaml, where)
        loader.flatten_mapping(root)
        return [
            (key.start_mark.line + 1, key.value, loader.construct_object(node, deep=True)) for key, node in root.value
        ]
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{where}:{mark.line + 1}:{mark.column + 1}" if mark else where
        raise SlmaugError(f"{place}: not YAML: {getattr(error, 'problem', None) or error}") from None
    except ValueError as error:  # a date such as 2024-99-99
        raise SlmaugError(f"{where}: not YAML: {error}; put the value in quotes") from None


def _check_keys(node: Any, yaml: Any, where: str) -> None:
    """A plain load would drop the first of two equal keys without a word."""
    seen: set[str] = set()
    for key, value in node.value:
        place = f"{where}:{key.start_mark.line + 1}"
        if not isinstance(key, yaml.ScalarNode):
            raise SlmaugError(f"{place}: a key is a list or a mapping; expected a name")
        if key.value in seen:
            raise SlmaugError(f"{place}: key '{printable(key.value)}' stands here a second time; expected it once")
        seen.add(key.value)
        if isinstance(value, yaml.MappingNode):
            _check_keys(value, yaml, where)
