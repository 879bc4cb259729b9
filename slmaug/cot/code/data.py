"""JSON, languages that only Pygments knows, and text of which only the lines are known."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from slmaug.cot.code.facts import Clause, Program, Source, quotable
from slmaug.errors import MissingPackage

if TYPE_CHECKING:
    from tree_sitter import Node, Tree


def json_program(tree: Tree, source: Source) -> Program:
    """The keys at the top of a JSON document, the keys one level below, and what stands there in short."""
    structure: list[Clause] = []
    handling: list[Clause] = []
    for top in tree.root_node.named_children:
        if top.type == "array":
            structure.append(Clause("json_array", (str(top.named_child_count),)))
            top = next(iter(top.named_children), top)
        if top.type != "object":
            continue
        pairs = [pair for pair in top.named_children if pair.type == "pair"]
        keys = tuple(filter(None, (_key(pair, source) for pair in pairs)))
        if keys:
            structure.append(Clause("json_keys", keys))
        for pair in pairs:
            value, key = pair.child_by_field_name("value"), _key(pair, source)
            if value is None or not key:
                continue
            if value.type == "object":
                inner = tuple(filter(None, (_key(each, source) for each in value.named_children)))
                handling += [Clause("json_inside", (key, *inner))] if inner else []
            elif not value.has_error:
                quoted = source.between(value.start_byte, value.end_byte, 40)
                handling += [Clause("json_value", (key, quoted))] if quoted else []
    return Program(structure=tuple(structure), handling=tuple(handling))


def _key(pair: Node, source: Source) -> str:
    key = pair.child_by_field_name("key")
    return "" if key is None or key.has_error else source.between(key.start_byte + 1, key.end_byte - 1)


def token_program(code: str, language: str) -> Program:
    """What Pygments finds in a language without a grammar: names, keywords and strings by the kinds of its tokens.

    A language that Pygments does not know gives nothing.
    """
    try:
        lexers, token = import_module("pygments.lexers"), import_module("pygments.token")
    except ModuleNotFoundError:
        raise MissingPackage(
            f"reading {language} code needs Pygments, which is not installed; install it: pip install pygments"
        ) from None
    try:
        lexer = lexers.get_lexer_by_name(language)
    except lexers.ClassNotFound:
        return Program()
    name = token.Name
    parts = (
        ("keywords", (token.Keyword,)),
        ("defined", (name.Function, name.Class, name.Tag, name.Namespace)),
        ("names", (name,)),
        ("strings", (token.String,)),
    )
    found: dict[str, dict[str, None]] = {"keywords": {}, "defined": {}, "names": {}, "strings": {}}
    for kind, text in lexer.get_tokens(code):
        part = next((part for part, kinds in parts if any(kind in each for each in kinds)), "")
        if not part:
            continue
        text = quotable(text.strip("<>/ \t\r\n"))
        if len(text) > 1 and text in code and any(char.isalnum() for char in text):
            found[part][text] = None
    names = {text: None for text in found["names"] if text not in found["defined"]}
    structure = [Clause(f"token_{part}", tuple(found[part])) for part in ("keywords", "defined") if found[part]]
    handling = [Clause("token_names", tuple(names))] if names else []
    handling += [Clause("token_strings", tuple(found["strings"]))] if found["strings"] else []
    return Program(structure=tuple(structure), handling=tuple(handling))


def line_program(code: str, broken: bool = False) -> Program:
    """How long the code is, and its first and last line: what can be said of any text.

    Lines of ``broken`` code are counted and not quoted.
    """
    lines = [line for line in code.splitlines() if line.strip()]
    quoted = ["" if broken else quotable(line) for line in lines]
    length = Clause("characters", (str(len(code.strip())),))
    if len(lines) == 1:
        return Program(structure=(Clause("one_line", tuple(filter(None, quoted))),), handling=(length,))
    structure = (Clause("lines", (str(len(lines)), *filter(None, quoted[:1]))),)
    last = tuple(filter(None, quoted[-1:]))
    return Program(structure=structure, handling=(Clause("last_line", last) if last else length,))
