"""The grammars: each parses its language, and a missing one is said in one line."""

from __future__ import annotations

import sys

import pytest

from slmaug.cot import grammars
from slmaug.cot.grammars import GRAMMARS, parsed, parser_for, source_bytes
from slmaug.errors import MissingPackage

HELLO = {
    "python": "print('hello')",
    "csharp": "Console.WriteLine(1);",
    "javascript": "console.log(1);",
    "typescript": "const x: number = 1;",
    "tsx": "const x = <b>{1 as number}</b>;",
    "sql": "SELECT 1;",
    "java": "class A { int x = 1; }",
    "go": "package main\nfunc main() {}\n",
    "bash": "echo hello",
    "json": '{"a": 1}',
}


@pytest.mark.parametrize("language", GRAMMARS)
def test_each_grammar_parses_its_language(language: str) -> None:
    """Without an error."""
    tree = parsed(HELLO[language], language)
    assert tree is not None
    assert not tree.root_node.has_error


def test_no_grammar() -> None:
    """A language without a grammar has no parser."""
    assert parser_for("yaml") is None
    assert parsed("a: 1", None) is None


def test_a_missing_grammar_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """One line with the command that installs it."""
    grammars._grammar.cache_clear()
    monkeypatch.setitem(sys.modules, "tree_sitter_c_sharp", None)
    with pytest.raises(MissingPackage, match=r"^reading csharp .* needs .*: pip install tree-sitter-c-sharp$"):
        parser_for("csharp")
    grammars._grammar.cache_clear()


def test_lone_surrogates_keep_places() -> None:
    """Three bytes each, as in the bytes that Python would write."""
    text = "a\ud800b"
    assert source_bytes(text) == b"a\f\f\fb"
    assert len(source_bytes(text)) == len(text.encode("utf-8", "surrogatepass"))
