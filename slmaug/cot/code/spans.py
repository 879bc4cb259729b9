"""Calls and other expressions in the syntax trees of Python, C#, JavaScript, TypeScript, Java and Go: what to quote."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slmaug.cot.code.declarations import first_field
from slmaug.cot.code.facts import Source

if TYPE_CHECKING:
    from tree_sitter import Node, Tree

DEEPEST = 100
"""Blocks and calls within each other that are followed; what lies deeper is not mentioned."""
SHORT = 72
"""Characters of the longest call that is quoted as it stands, such as ``Path(name).read_text()``."""

CALLS = frozenset({"call", "invocation_expression", "call_expression", "method_invocation"})
CREATIONS = frozenset({"object_creation_expression", "new_expression", "composite_literal"})
AWAITS = frozenset({"await", "await_expression"})
_WRAPPERS = frozenset(
    """
    parenthesized_expression expression_list expression_statement argument unary_expression equals_value_clause
    non_null_expression as_expression satisfies_expression cast_expression
    """.split()
)
LAMBDAS = frozenset(
    """
    lambda lambda_expression anonymous_method_expression arrow_function function_expression func_literal
    generator_function
    """.split()
)


_SHORT_OWNER = 40
"""Characters of the longest ``a.b(c).d`` that names a call."""


def call_start(call: Node) -> Node:
    """Where a call starts; TypeScript's grammar reads ``await f<T>()`` as a call of ``await f``."""
    function = call.child_by_field_name("function")
    if function is not None and function.type in AWAITS and function.named_child_count == 1:
        return function.named_children[0]
    return call


def _called(node: Node) -> tuple[Node | None, Node | None]:
    """What a call is made on, if anything, and the name of what is called."""
    if node.type == "method_invocation":
        return node.child_by_field_name("object"), node.child_by_field_name("name")
    function = node.child_by_field_name("function")
    if function is not None and function.type in AWAITS:
        function = call_start(node)
    if function is None or function.type == "conditional_access_expression" or function.type in LAMBDAS:
        return None, function if function is not None and function.type not in LAMBDAS else None
    owner = first_field(function, ("object", "expression", "operand"))
    name = first_field(function, ("attribute", "name", "property", "field"))
    if owner is None or name is None or function.type == "generic_name":
        return (None, function) if function.type not in CALLS else (None, None)
    return owner, name


class Spans:
    """The stretches of one syntax tree, as far as they can be quoted."""

    def __init__(self, tree: Tree, source: Source) -> None:
        self.source = source
        self.broken = tree.root_node.has_error

    def text(self, node: Node | None, longest: int = 60) -> str:
        if node is None or (self.broken and node.has_error):
            return ""
        return self.source.between(node.start_byte, node.end_byte, longest)

    def callee(self, node: Node) -> str:
        """The name of what is called, with what it is called on where that is short and on the same line."""
        if node.type in CREATIONS:
            return self.text(first_field(node, ("type", "constructor")))
        owner, name = _called(node)
        if name is None:
            return ""
        whole = self.source.between((owner or name).start_byte, name.end_byte)
        if self.broken and node.has_error and self.text(node.child_by_field_name("function")) != whole:
            return ""
        return whole if whole and ("(" not in whole or len(whole) <= _SHORT_OWNER) else self.text(name)

    def links(self, node: Node) -> tuple[list[tuple[Node, Node]], Node | None]:
        """The calls of a chain in order, each with its name, and what the first is called on (None: nothing)."""
        found: list[tuple[Node, Node]] = []
        at: Node | None = node
        while at is not None and at.type in CALLS and len(found) < DEEPEST:
            owner, name = _called(at)
            if name is None:
                return [], None
            found.append((name, at))
            at = owner
            while at is not None and at.type in ("non_null_expression", "parenthesized_expression"):
                at = at.named_children[0] if at.named_child_count == 1 else None
                if at is None:
                    return [], None
        return found[::-1], at

    def core(self, node: Node | None) -> tuple[Node | None, bool]:
        """What an expression comes down to, without brackets and ``await``; and whether it is awaited."""
        awaited = False
        while node is not None and (node.type in _WRAPPERS or node.type in AWAITS):
            awaited = awaited or node.type in AWAITS
            inner = node.named_children
            if len(inner) != 1:
                return node, awaited
            node = inner[0]
        return node, awaited or (node is not None and node.type in CALLS and call_start(node) is not node)

    def alternatives(self, node: Node) -> tuple[Node, Node, Node] | None:
        """The condition of ``a ? b : c`` and what it chooses between; None for anything else."""
        if node.type not in ("conditional_expression", "ternary_expression"):
            return None
        fields = ("condition", "consequence", "alternative")
        condition, first, second = (node.child_by_field_name(name) for name in fields)
        if condition and first and second:
            return condition, first, second
        named = node.named_children
        return (named[1], named[0], named[2]) if len(named) == 3 else None  # Python's order: b if a else c

    def short_lambda(self, lambdas: list[Node]) -> str:
        if len(lambdas) != 1:
            return ""
        body = lambdas[0].child_by_field_name("body")
        return "" if body is None or "block" in body.type else self.text(lambdas[0], 36)
