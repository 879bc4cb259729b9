"""The statements of Python, C#, JavaScript, TypeScript, Java and Go: loops, conditions, errors, results, resources."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from slmaug.cot.code.declarations import first_field
from slmaug.cot.code.facts import Step
from slmaug.cot.code.spans import CALLS, DEEPEST, LAMBDAS

if TYPE_CHECKING:
    from tree_sitter import Node

    from slmaug.cot.code.imperative import Reader


def _assign(reader: Reader, node: Node, out: list[Step], depth: int) -> None:
    target = first_field(node, ("left", "name"))
    value = first_field(node, ("right", "value"))
    if value is None and node.type == "variable_declarator":  # C# has no field for it
        value = node.named_children[-1] if node.named_child_count > 1 else None
    if value is None or target is None:
        return
    operator = node.child_by_field_name("operator")
    if operator is not None and operator.type not in ("=", ":="):
        _update(reader, node, out, depth)
        return
    name = reader.text(target)
    core, _ = reader.core(value)
    if core is not None and core.type in LAMBDAS and name and node.type == "variable_declarator":
        reader.function_named(core, name, "", (), depth)
    elif name:
        reader.valued("set", value, (name,), out, depth)
    else:
        reader.visit(value, out, depth)


def _update(reader: Reader, node: Node, out: list[Step], depth: int) -> None:
    target = first_field(node, ("left", "argument")) or next(iter(node.named_children), None)
    if node.type.endswith("unary_expression") and not any(c.type in ("++", "--") for c in node.children):
        reader.inner(node, out, depth)
        return
    value = node.child_by_field_name("right")
    if value is not None:
        reader.visit(value, out, depth + 1)
    name = reader.text(target)
    if name:
        out.append(Step("update", (name,)))


def _for(reader: Reader, node: Node, out: list[Step], depth: int) -> None:
    header = next((child for child in node.named_children if child.type in ("range_clause", "for_clause")), node)
    body = [child for child in (node.child_by_field_name("body"),) if child is not None]
    over = header.child_by_field_name("right") or (
        header.child_by_field_name("value") if node.type == "enhanced_for_statement" else None
    )
    if over is not None:
        quoted = reader.condition(over, out, depth)
        item = reader.text(header.child_by_field_name("left") or node.child_by_field_name("name"))
        names = tuple(filter(None, (item, quoted)))
        kind = "for" if quoted else "for_item" if item else "loop"
        reader.block(kind, names, body, out, depth)
        return
    start = header.child_by_field_name("initializer")
    if start is not None:
        reader.visit(start, out, depth)
    quoted = reader.condition(header.child_by_field_name("condition"), out, depth)
    reader.block("while" if quoted else "loop", (quoted,) if quoted else (), body, out, depth)


def _while(reader: Reader, node: Node, out: list[Step], depth: int) -> None:
    quoted = reader.condition(node.child_by_field_name("condition"), out, depth)
    body = [child for child in (node.child_by_field_name("body"),) if child is not None]
    reader.block("while" if quoted else "loop", (quoted,) if quoted else (), body, out, depth)


def _if(reader: Reader, node: Node, out: list[Step], depth: int) -> None:
    start = node.child_by_field_name("initializer")
    if start is not None:
        reader.visit(start, out, depth)
    quoted = reader.condition(node.child_by_field_name("condition"), out, depth)
    then = [child for child in (node.child_by_field_name("consequence"),) if child is not None]
    reader.block("if", (quoted,) if quoted else (), then, out, depth)
    for other in node.children_by_field_name("alternative"):
        _otherwise(reader, other, out, depth)


def _otherwise(reader: Reader, node: Node, out: list[Step], depth: int) -> None:
    if depth > DEEPEST:  # a long chain of "else if"
        return
    if node.type == "else_clause" and node.named_child_count == 1:
        node = node.named_children[0]
    if node.type in ("if_statement", "elif_clause"):
        inner: list[Step] = []
        _if(reader, node, inner, depth + 1)
        for step in inner:
            out.append(Step("elif", step.names, step.inner) if step.kind == "if" else step)
    else:
        reader.block("else", (), [node], out, depth)


def _switch(reader: Reader, node: Node, out: list[Step], depth: int) -> None:
    value = first_field(node, ("value", "condition", "subject"))
    quoted = reader.condition(value, out, depth)
    rest = [child for child in node.named_children if child != value]
    reader.block("switch", (quoted,) if quoted else (), rest, out, depth)


def _try(reader: Reader, node: Node, out: list[Step], depth: int) -> None:
    for child in node.named_children:
        kind = child.type
        if kind in ("catch_clause", "except_clause", "except_group_clause"):
            reader.block("catch", _caught(reader, child), child.named_children[-1:], out, depth)
        elif kind in ("finally_clause", "else_clause"):
            reader.block("finally" if kind[0] == "f" else "try_else", (), child.named_children[-1:], out, depth)
        elif kind == "resource_specification":
            for resource in child.named_children:
                _resource(reader, resource, out, depth)
        else:
            reader.block("try", (), [child], out, depth)


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


def _throw(reader: Reader, node: Node, out: list[Step], depth: int) -> None:
    thrown = node.named_children
    word = "raise" if node.type == "raise_statement" else "throw"
    if not thrown:
        out.append(Step("rethrow"))
    elif word == "raise" and thrown[0].type == "call":
        for child in thrown[0].child_by_field_name("arguments").named_children:  # type: ignore[union-attr]
            reader.visit(child, out, depth + 1)
        name = reader.callee(thrown[0])[0]
        out.append(Step(word, (name,) if name else ()))
    else:
        reader.valued(word, thrown[0], (), out, depth)


def _return(reader: Reader, node: Node, out: list[Step], depth: int) -> None:
    reader.valued("return", next(iter(node.named_children), None), (), out, depth)


def _yield(reader: Reader, node: Node, out: list[Step], depth: int) -> None:
    if any(child.type == "break" for child in node.children):
        out.append(Step("break"))
    else:
        reader.valued("yield", next(iter(node.named_children), None), (), out, depth)


def _jump(reader: Reader, node: Node, out: list[Step], depth: int) -> None:
    out.append(Step(node.type.removesuffix("_statement")))


def _deferred(reader: Reader, node: Node, out: list[Step], depth: int) -> None:
    core = node.named_children[0] if node.named_children else None
    name = reader.callee(core)[0] if core is not None and core.type in CALLS else ""
    if name:
        out.append(Step(node.type.removesuffix("_statement"), (name,)))
    else:
        out.append(Step(f"{node.type.removesuffix('_statement')}_function"))
        reader.inner(node, out, depth)


def _assert(reader: Reader, node: Node, out: list[Step], depth: int) -> None:
    quoted = reader.condition(next(iter(node.named_children), None), out, depth)
    if quoted:
        out.append(Step("assert", (quoted,)))


def _with(reader: Reader, node: Node, out: list[Step], depth: int) -> None:
    body = node.child_by_field_name("body")
    for child in node.named_children:
        if child.type == "with_clause":
            for item in child.named_children:
                _resource(reader, item, out, depth)
        elif child == body:
            reader.visit(child, out, depth)
        else:
            _resource(reader, child, out, depth)


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
        out.append(Step(f"hold{step.kind[3:]}", step.names) if step.kind.startswith("set") else step)


def _local(reader: Reader, node: Node, out: list[Step], depth: int) -> None:
    """A C# declaration, which ``using`` may open."""
    if node.children and node.children[0].type == "using":
        for child in node.named_children:
            _resource(reader, child, out, depth)
    else:
        reader.inner(node, out, depth)


STATEMENTS: dict[str, Callable[[Reader, Node, list[Step], int], None]] = {
    **dict.fromkeys(
        """
        assignment assignment_expression assignment_statement short_var_declaration variable_declarator var_spec
        const_spec named_expression
        """.split(),
        _assign,
    ),
    **dict.fromkeys(
        """
        augmented_assignment augmented_assignment_expression update_expression inc_statement dec_statement
        postfix_unary_expression prefix_unary_expression
        """.split(),
        _update,
    ),
    **dict.fromkeys("for_statement foreach_statement for_in_statement enhanced_for_statement".split(), _for),
    **dict.fromkeys(["while_statement", "do_statement"], _while),
    **dict.fromkeys(["if_statement"], _if),
    **dict.fromkeys(
        "switch_statement expression_switch_statement type_switch_statement match_statement switch_expression".split(),
        _switch,
    ),
    **dict.fromkeys(["try_statement", "try_with_resources_statement"], _try),
    **dict.fromkeys(["raise_statement", "throw_statement", "throw_expression"], _throw),
    **dict.fromkeys(["yield", "yield_statement", "yield_expression"], _yield),
    **dict.fromkeys(["break_statement", "continue_statement"], _jump),
    **dict.fromkeys(["defer_statement", "go_statement"], _deferred),
    **dict.fromkeys(["with_statement", "using_statement"], _with),
    "return_statement": _return,
    "assert_statement": _assert,
    "local_declaration_statement": _local,
}
