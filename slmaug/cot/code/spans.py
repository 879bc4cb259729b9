"""Calls and other expressions in the syntax trees of Python, C#, JavaScript, TypeScript, Java and Go: what to quote."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slmaug.cot.code.declarations import first_field
from slmaug.cot.code.facts import Source

if TYPE_CHECKING:
    from tree_sitter import Node, Tree

DEEPEST = 100
"""Blocks and calls within each other that are followed; what lies deeper is not mentioned."""
SHORT = 40
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


class Spans:
    """The stretches of one syntax tree, as far as they can be quoted."""

    def __init__(self, tree: Tree, source: Source) -> None:
        self.source = source
        self.broken = tree.root_node.has_error

    def text(self, node: Node | None, longest: int = 60) -> str:
        if node is None or (self.broken and node.has_error):
            return ""
        return self.source.between(node.start_byte, node.end_byte, longest)

    def callee(self, node: Node) -> tuple[str, str]:
        """The name of what is called, and what it is called on where that stands on a line of its own."""
        if node.type in CREATIONS:
            return self.text(first_field(node, ("type", "constructor"))), ""
        if node.type == "method_invocation":
            owner, name = node.child_by_field_name("object"), node.child_by_field_name("name")
            if name is None:
                return "", ""
            whole = self.source.between((owner or name).start_byte, name.end_byte)
        else:
            function = node.child_by_field_name("function")
            if function is None:
                return "", ""
            whole = self.text(function)
            owner = first_field(function, ("object", "expression", "operand", "condition"))
            name = first_field(function, ("attribute", "name", "property", "field"))
            if function.type == "conditional_access_expression" and function.named_children:
                name = first_field(function.named_children[-1], ("name",))
            elif name is None and owner is None:
                return (whole if "(" not in whole else ""), ""
        if whole and ("(" not in whole or len(whole) <= SHORT):
            return whole, ""
        on = self.text(owner) if owner is not None and not whole else ""
        return self.text(name), (on if "(" not in on else "")

    def core(self, node: Node | None) -> tuple[Node | None, bool]:
        """What an expression comes down to, without brackets and ``await``; and whether it is awaited."""
        awaited = False
        while node is not None and (node.type in _WRAPPERS or node.type in AWAITS):
            awaited = awaited or node.type in AWAITS
            inner = node.named_children
            if len(inner) != 1:
                return node, awaited
            node = inner[0]
        return node, awaited

    def short_lambda(self, lambdas: list[Node]) -> str:
        if len(lambdas) != 1:
            return ""
        body = lambdas[0].child_by_field_name("body")
        return "" if body is None or "block" in body.type else self.text(lambdas[0], 36)
