"""Whether two pieces of code are the same but for comments and layout: the syntax trees are compared, not the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from itertools import pairwise
from typing import TYPE_CHECKING

from slmaug.cot.grammars import parsed, source_bytes
from slmaug.errors import MissingPackage

if TYPE_CHECKING:
    import tree_sitter

# What is called a comment and is none: it is read by the shell, the compiler, a linter or the database.
_DIRECTIVE = re.compile(
    rb"#!|#.*coding[:=]|#\s*(?:type|noqa|fmt|pylint|mypy|ruff|pragma|shellcheck)\b|//\s*(?:go:|\+build|@ts-|eslint)"
    rb"|/\*\s*(?:[+!]|eslint|@ts-|@jsx)|///\s*<(?:reference|amd)|//\s*#|--\s*\+"
)
_COMMENT = re.compile(r"comment|marginalia|hash_bang_line")
_LAYOUT = frozenset({"line_continuation"})
# Their text counts byte for byte, spaces and all. An expansion of the shell, ${a:- b}, holds words with spaces.
_VERBATIM = re.compile(r"(?<!concatenated_)string|char|template|heredoc|regex|rune|jsx_text|^expansion$")
# A line break behind these words of JavaScript ends the statement; the grammar does not always say so.
_ENDED_BY_A_LINE = frozenset(
    "return_statement throw_statement break_statement continue_statement yield_expression update_expression".split()
)
_JAVASCRIPT = frozenset({"javascript", "typescript", "tsx"})

# Languages that Pygments reads well enough to tell a comment from code, and that have no text with meaning in it.
_BY_TOKENS = frozenset(
    "c cpp rust kotlin swift scala php ruby perl lua r dart powershell fsharp vb.net toml ini objective-c zig".split()
)


def same_code(a: str, b: str, language: str | None) -> bool:
    r"""Whether ``b`` is ``a`` but for comments, blank lines, and spaces and line breaks that mean nothing.

    ``language`` is a canonical name as :func:`slmaug.cot.answer_parts.parts_of` gives it. With a grammar the syntax
    trees have to agree in every node and in every token's bytes; so indentation counts where it is structure, and
    directives that are written as comments count, too. Code that does not parse, and languages that are not known,
    must agree byte for byte but for white space at the end. A few known languages without a grammar are compared token
    by token, with their indentation and line breaks.

    >>> same_code("x = f(1)", "x = f( 1 )  # one\n", "python"), same_code("x = f(1)", "x = f(2)", "python")
    (True, False)
    """
    if a.rstrip() == b.rstrip():
        return True
    trees = parsed(a, language), parsed(b, language)
    if trees[0] is not None and trees[1] is not None:
        if any(tree is not None and tree.root_node.has_error for tree in trees):
            return False
        ends = language in _JAVASCRIPT
        return list(_leaves(trees[0], a, ends)) == list(_leaves(trees[1], b, ends))
    return language in _BY_TOKENS and _tokens(a, language) == _tokens(b, language)


def _leaves(tree: tree_sitter.Tree, code: str, line_ends: bool) -> Iterator[tuple[str, bytes]]:
    """The tree written out in a row: each node opened, its tokens, and closed again; no comments."""
    source = source_bytes(code)
    pending: list[tree_sitter.Node | tuple[str, bytes]] = [tree.root_node]
    while pending:
        node = pending.pop()
        if isinstance(node, tuple):
            yield node
            continue
        text = source[node.start_byte : node.end_byte]
        if _COMMENT.search(node.type):
            if _DIRECTIVE.match(text):
                yield "directive", text
        elif node.type in _LAYOUT:
            continue
        elif not node.children or (node.is_named and _VERBATIM.search(node.type)):
            if text.strip():
                yield node.type, text
        else:
            yield "(", node.type.encode()
            pending.append((")", b""))
            pending += reversed(list(_inside(node, source, line_ends)))


def _inside(node: tree_sitter.Node, source: bytes, line_ends: bool) -> Iterator[tree_sitter.Node | tuple[str, bytes]]:
    """A node's children, and what stands between them that the grammar made no node of."""
    at = node.start_byte
    for child in node.children:
        yield from _gap(source[at : child.start_byte])
        yield child
        at = child.end_byte
    yield from _gap(source[at : node.end_byte])
    if line_ends and node.type in _ENDED_BY_A_LINE:
        told = [child for child in node.children if not _COMMENT.search(child.type)]
        if any(b"\n" in source[left.end_byte : right.start_byte] for left, right in pairwise(told)):
            yield "line break", node.type.encode()


def _gap(text: bytes) -> Iterator[tuple[str, bytes]]:
    rest = b" ".join(text.replace(b"\\\r\n", b" ").replace(b"\\\n", b" ").split())
    if rest:
        yield "gap", rest


def _tokens(code: str, language: str | None) -> list[tuple[str, str]]:
    """Pygments' tokens without comments; white space is a line break with the next line's indentation, or a space."""
    try:
        lexers, token = import_module("pygments.lexers"), import_module("pygments.token")
    except ModuleNotFoundError:
        raise MissingPackage(f"comparing {language} code needs Pygments: pip install pygments") from None
    lexer = lexers.get_lexer_by_name(language)
    lexer.stripnl = lexer.ensurenl = False
    read = (token.Comment.Preproc, token.Comment.PreprocFile, token.Comment.Hashbang, token.Comment.Special)
    kept: list[tuple[str, str]] = []
    blank = ""
    for kind, text in lexer.get_tokens(code.rstrip() + "\n"):  # some lexers know no comment without its line end
        if kind in token.Comment and not any(kind in each for each in read):
            blank += "\n" * text.endswith("\n")
            continue
        if kind in token.Text and not text.strip():
            blank += text
            continue
        if blank and kept:
            kept.append(("blank", "\n" + blank.rpartition("\n")[2] if "\n" in blank else " "))
        blank = ""
        kept.append((str(kind), text))
    return kept
