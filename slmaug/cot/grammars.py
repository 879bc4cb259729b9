"""The tree-sitter grammars, each loaded when the first code in its language is read."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING

from slmaug.errors import MissingPackage

if TYPE_CHECKING:
    import tree_sitter

_MODULES = {
    "python": ("tree_sitter_python", "language"),
    "csharp": ("tree_sitter_c_sharp", "language"),
    "javascript": ("tree_sitter_javascript", "language"),
    "typescript": ("tree_sitter_typescript", "language_typescript"),
    "tsx": ("tree_sitter_typescript", "language_tsx"),
    "sql": ("tree_sitter_sql", "language"),
    "java": ("tree_sitter_java", "language"),
    "go": ("tree_sitter_go", "language"),
    "bash": ("tree_sitter_bash", "language"),
    "json": ("tree_sitter_json", "language"),
}
GRAMMARS = tuple(_MODULES)
"""The languages that have a grammar, by their canonical names."""


def parser_for(language: str | None) -> tree_sitter.Parser | None:
    """A parser of the language with that canonical name; None for a language without a grammar.

    Raises :class:`MissingPackage` where the grammar is not installed. Each call makes a parser, for a parser serves
    one thread at a time; that costs a microsecond.
    """
    if language not in _MODULES:
        return None
    grammar = _grammar(language)
    return import_module("tree_sitter").Parser(grammar)  # type: ignore[no-any-return]


def parsed(code: str, language: str | None) -> tree_sitter.Tree | None:
    """The syntax tree of ``code`` in UTF-8, or None for a language without a grammar.

    A lone surrogate, which UTF-8 lacks, is read as three form feeds, which no name holds; so a place in the tree is
    the place in ``code.encode("utf-8", "surrogatepass")``.
    """
    parser = parser_for(language)
    return None if parser is None else parser.parse(source_bytes(code))


def source_bytes(code: str) -> bytes:
    """``code`` in UTF-8 as the parsers read it; see :func:`parsed`."""
    try:
        return code.encode()
    except UnicodeEncodeError:
        return "".join("\f\f\f" if "\ud800" <= char <= "\udfff" else char for char in code).encode()


@lru_cache(maxsize=len(_MODULES))
def _grammar(language: str) -> tree_sitter.Language:
    module, function = _MODULES[language]
    missing = ""
    try:
        missing = "tree-sitter"
        core = import_module("tree_sitter")
        missing = module.replace("_", "-")
        pointer = getattr(import_module(module), function)()
    except ModuleNotFoundError:
        raise MissingPackage(
            f"reading {language} code needs {missing}, which is not installed; install it: pip install {missing}"
        ) from None
    return core.Language(pointer)  # type: ignore[no-any-return]
