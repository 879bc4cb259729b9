"""Expressions that run only one side: ``a ? b : c``, ``a && b``, ``a || b``, ``a ?? b``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slmaug.cot.code.facts import Step

if TYPE_CHECKING:
    from tree_sitter import Node

    from slmaug.cot.code.imperative import Reader

_SHORTCUTS = {"&&": "if", "and": "if", "||": "unless", "or": "unless", "??": "if_null"}


def either(reader: Reader, node: Node, out: list[Step], depth: int) -> None:
    """``a && b``, ``a || b``, ``a ?? b``: what stands on the right is not always run."""
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    operator = node.child_by_field_name("operator")
    sign = operator.type if operator is not None else node.children[1].type if node.child_count > 1 else ""
    kind = _SHORTCUTS.get(sign)
    inner: list[Step] = []
    if kind is None or left is None or right is None:
        reader.inner(node, out, depth)
        return
    reader.visit(right, inner, depth + 1)
    if not inner:
        reader.visit(left, out, depth)
    elif kind != "if_null":
        quoted = reader.condition(left, out, depth)
        out.append(Step(kind, (quoted,) if quoted else (), tuple(inner)))
    else:
        before = len(out)
        reader.visit(left, out, depth)
        quoted = "" if len(out) > before else reader.text(left)
        out.append(Step(kind, (quoted,) if quoted else (), tuple(inner)))


def conditional(reader: Reader, node: Node, out: list[Step], depth: int) -> None:
    """``a ? b : c``: one of the two is run."""
    parts = reader.alternatives(node)
    if parts is None:
        reader.inner(node, out, depth)
        return
    condition, first, second = parts
    then: list[Step] = []
    other: list[Step] = []
    reader.visit(first, then, depth + 1)
    reader.visit(second, other, depth + 1)
    if not then and not other:
        reader.visit(condition, out, depth)
        return
    quoted = reader.condition(condition, out, depth)
    names = (quoted,) if quoted else ()
    if then:
        out.append(Step("if", names, tuple(then)))
    if other:
        out.append(Step("else" if then else "unless", () if then else names, tuple(other)))
