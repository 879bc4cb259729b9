"""What guards and what is released: try and catch, throw and raise, with and using."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slmaug.cot.code.facts import Step
from slmaug.cot.code.spans import SHORT

if TYPE_CHECKING:
    from tree_sitter import Node

    from slmaug.cot.code.imperative import Reader


def try_statement(reader: Reader, node: Node, out: list[Step], depth: int) -> None:
    guarded = any(child.type.endswith("_clause") for child in node.named_children)
    for child in node.named_children:
        kind = child.type
        if kind in ("catch_clause", "except_clause", "except_group_clause"):
            reader.block("catch", _caught(reader, child), child.named_children[-1:], out, depth)
        elif kind in ("finally_clause", "else_clause"):
            reader.block("finally" if kind[0] == "f" else "try_else", (), child.named_children[-1:], out, depth)
        elif kind == "resource_specification":
            for resource in child.named_children:
                _resource(reader, resource, out, depth)
        elif guarded:
            reader.block("try", (), [child], out, depth)
        else:  # Java's, with nothing but resources
            reader.visit(child, out, depth)


def _caught(reader: Reader, clause: Node) -> tuple[str, ...]:
    """The types that a clause catches."""
    value = clause.child_by_field_name("value")
    if value is not None and value.type == "as_pattern":
        value = value.named_children[0]
    if value is not None:
        listed = value.named_children if value.type == "tuple" else [value]
        return tuple(filter(None, map(reader.text, listed)))
    for child in clause.named_children:
        if child.type == "catch_declaration":
            return tuple(filter(None, [reader.text(child.child_by_field_name("type"))]))
        if child.type == "catch_formal_parameter":
            return tuple(filter(None, (reader.text(each) for each in child.named_children[0].named_children)))
    return ()


def throw_statement(reader: Reader, node: Node, out: list[Step], depth: int) -> None:
    thrown = node.named_children
    word = "raise" if node.type == "raise_statement" else "throw"
    if not thrown:
        out.append(Step("rethrow"))
    elif word == "raise" and thrown[0].type == "call":
        name = reader.text(thrown[0], SHORT) or reader.callee(thrown[0])
        out.append(Step(word, (name,) if name else ()))
    else:
        reader.valued(word, thrown[0], (), out, depth)


def with_statement(reader: Reader, node: Node, out: list[Step], depth: int) -> None:
    body = node.child_by_field_name("body")
    items = [item for child in node.named_children if child.type == "with_clause" for item in child.named_children]
    items = items or [child for child in node.named_children if child != body]
    opened: list[str] = []
    for item in items:
        value = item.child_by_field_name("value") or item if item.type == "with_item" else item
        quoted = reader.text(value, SHORT) if item.type == "with_item" and value.type != "as_pattern" else ""
        if quoted:
            opened.append(quoted)
        else:
            _resource(reader, item, out, depth)
    if body is not None and opened:
        reader.block("with", tuple(opened), [body], out, depth)
    elif body is not None:
        reader.visit(body, out, depth)


def _resource(reader: Reader, node: Node, out: list[Step], depth: int) -> None:
    """What a ``with`` or ``using`` holds, which it closes at its end."""
    if node.type == "with_item":
        node = node.child_by_field_name("value") or node
    inner: list[Step] = []
    target = None
    if node.type == "as_pattern":
        value, target = node.named_children[0], node.child_by_field_name("alias")
        reader.valued("set", value, (reader.text(target),), inner, depth)
    elif node.type == "resource" and node.child_by_field_name("name") is not None:
        name = reader.text(node.child_by_field_name("name"))
        reader.valued("set", node.child_by_field_name("value"), (name,), inner, depth)
    else:
        reader.visit(node, inner, depth)
    for step in inner:
        kind = {"of_set": "of_hold"}.get(
            step.kind, f"hold{step.kind[3:]}" if step.kind.startswith("set") else step.kind
        )
        out.append(
            Step(kind if kind not in ("hold_case", "hold_each", "hold_if") else step.kind, step.names, step.inner)
        )


def local_declaration(reader: Reader, node: Node, out: list[Step], depth: int) -> None:
    """A C# declaration, which ``using`` may open."""
    if node.children and node.children[0].type == "using":
        for child in node.named_children:
            _resource(reader, child, out, depth)
    else:
        reader.inner(node, out, depth)
