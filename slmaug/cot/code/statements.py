"""The statements of Python, C#, JavaScript, TypeScript, Java and Go: loops, conditions, errors, results, resources."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from slmaug.cot.code.choices import conditional, either
from slmaug.cot.code.declarations import first_field
from slmaug.cot.code.facts import Step
from slmaug.cot.code.resources import local_declaration, throw_statement, try_statement, with_statement
from slmaug.cot.code.spans import CALLS, DEEPEST, LAMBDAS, SHORT

if TYPE_CHECKING:
    from tree_sitter import Node

    from slmaug.cot.code.imperative import Reader

_SHOWN = frozenset("binary_expression comparison_operator boolean_operator not_operator binary_operator".split())
_ALWAYS = frozenset({"True", "true", "1"})
_NAMING = frozenset({"variable_declarator", "assignment_expression"})
"""What gives an unnamed function a name."""


def _assign(reader: Reader, node: Node, out: list[Step], depth: int) -> None:
    target = first_field(node, ("left", "name"))
    value = first_field(node, ("right", "value"))
    if value is None and node.type == "variable_declarator":  # C# has no field for it
        last = node.named_children[-1] if node.named_child_count > 1 else None
        value = None if last is None or last.type in ("type_annotation", "bracketed_argument_list") else last
    if value is None or target is None:
        return
    operator = node.child_by_field_name("operator")
    if operator is not None and operator.type not in ("=", ":="):
        _update(reader, node, out, depth)
        return
    name = reader.text(target)
    core, _ = reader.core(value)
    if core is not None and core.type in LAMBDAS and name and node.type in _NAMING:
        own = reader.text(core.child_by_field_name("name"))
        reader.function_named(core, own or name, "", (), depth)
    elif core is not None and name and _is_require(reader, core):
        reader.required(name, core)
    elif name:
        reader.valued("set", value, (name,), out, depth)
    else:
        reader.visit(value, out, depth)


def _is_require(reader: Reader, node: Node) -> bool:
    """JavaScript's older way to import."""
    return node.type == "call_expression" and reader.callee(node) == "require"


def _update(reader: Reader, node: Node, out: list[Step], depth: int) -> None:
    target = first_field(node, ("left", "argument")) or next(iter(node.named_children), None)
    if node.type.endswith("unary_expression") and not any(c.type in ("++", "--") for c in node.children):
        reader.inner(node, out, depth)
        return
    value = node.child_by_field_name("right")
    name = reader.text(target)
    core, _ = reader.core(value)
    if core is not None and core.type in LAMBDAS and name:  # a C# event
        out.append(Step("subscribe", (name,)))
        reader.unnamed(core, name, out, depth)
        return
    if value is not None:
        reader.visit(value, out, depth + 1)
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
        _loop_else(reader, node, out, depth)
        return
    quoted = _clause(reader, node, header)
    if quoted:
        reader.block("for_clause", (quoted,), body, out, depth)
        return
    start = header.child_by_field_name("initializer")
    if start is not None:
        reader.visit(start, out, depth)
    quoted = reader.condition(header.child_by_field_name("condition"), out, depth)
    reader.block("while" if quoted else "loop", (quoted,) if quoted else (), body, out, depth)


def _clause(reader: Reader, node: Node, header: Node) -> str:
    """The start, condition and step of a loop that has all three."""
    names = (("initializer", "init"), ("condition",), ("update", "increment"))
    start, condition, step = (first_field(header, each) for each in names)
    if not (start and condition and step) or (reader.broken and node.has_error):
        return ""
    return reader.source.between(start.start_byte, step.end_byte)


def _while(reader: Reader, node: Node, out: list[Step], depth: int) -> None:
    quoted = reader.condition(node.child_by_field_name("condition"), out, depth)
    body = [child for child in (node.child_by_field_name("body"),) if child is not None]
    kind = "do_while" if node.type == "do_statement" else "while"
    quoted = "" if quoted in _ALWAYS else quoted
    reader.block(kind if quoted else "loop", (quoted,) if quoted else (), body, out, depth)
    _loop_else(reader, node, out, depth)


def _loop_else(reader: Reader, node: Node, out: list[Step], depth: int) -> None:
    """Python's block for a loop that no ``break`` has left."""
    other = node.child_by_field_name("alternative")
    if other is not None:
        reader.block("loop_else", (), [other], out, depth)


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
    """A switch by its cases; one that only some languages have as an expression is read in its place, too."""
    value = first_field(node, ("value", "condition", "subject"))
    inner: list[Step] = []
    quoted = reader.condition(value, out, depth)
    if node.type == "switch_expression" and value is None:
        quoted = reader.text(node.named_children[0]) if node.named_children else ""
    reader.cases(node, inner, depth)
    if inner:
        out.append(Step("switch", (quoted,) if quoted else (), tuple(inner)))


def _return(reader: Reader, node: Node, out: list[Step], depth: int) -> None:
    reader.valued("return", next(iter(node.named_children), None), (), out, depth)


def _yield(reader: Reader, node: Node, out: list[Step], depth: int) -> None:
    kinds = {child.type for child in node.children}
    if "break" in kinds:
        out.append(Step("break"))
    elif kinds & {"from", "*"} and (quoted := reader.text(next(iter(node.named_children), None))):
        out.append(Step("yield_all", (quoted,)))
    else:
        reader.valued("yield", next(iter(node.named_children), None), (), out, depth)


def _jump(reader: Reader, node: Node, out: list[Step], depth: int) -> None:
    out.append(Step(node.type.removesuffix("_statement")))


def _deferred(reader: Reader, node: Node, out: list[Step], depth: int) -> None:
    core = node.named_children[0] if node.named_children else None
    called = core is not None and core.type in CALLS and _named(core)
    name = (reader.text(core, SHORT) or reader.callee(core)) if called and core is not None else ""
    if name:
        out.append(Step(node.type.removesuffix("_statement"), (name,)))
        return
    function = core.child_by_field_name("function") if core is not None else None
    body = function.child_by_field_name("body") if function is not None and function.type in LAMBDAS else None
    if body is not None:
        reader.block(f"{node.type.removesuffix('_statement')}_function", (), [body], out, depth)
    else:
        reader.inner(node, out, depth)


def _named(call: Node) -> bool:
    """Whether what is called has a name of its own."""
    function = call.child_by_field_name("function")
    return function is None or function.type not in LAMBDAS


def _lock(reader: Reader, node: Node, out: list[Step], depth: int) -> None:
    held, body = node.named_children[0], node.named_children[-1]
    quoted = reader.condition(held, out, depth)
    if quoted:
        reader.block("lock", (quoted,), [body], out, depth)
    else:
        reader.visit(body, out, depth)


def _select(reader: Reader, node: Node, out: list[Step], depth: int) -> None:
    """Go's choice between channels."""
    out.append(Step("select"))
    reader.cases(node, out, depth)


def _send(reader: Reader, node: Node, out: list[Step], depth: int) -> None:
    names = [reader.text(node.child_by_field_name(name)) for name in ("value", "channel")]
    if all(names):
        out.append(Step("send", tuple(names)))
    else:
        reader.inner(node, out, depth)


def _delete(reader: Reader, node: Node, out: list[Step], depth: int) -> None:
    targets = node.named_children
    if len(targets) == 1 and targets[0].type == "expression_list":
        targets = targets[0].named_children
    names = tuple(map(reader.text, targets))
    if names and all(names):
        out.append(Step("delete", names))
    else:
        reader.inner(node, out, depth)


def _linq(reader: Reader, node: Node, out: list[Step], depth: int) -> None:
    clauses = [reader.text(child) for child in node.named_children if child.type.endswith("_clause")]
    clauses = list(filter(None, clauses))
    if clauses:
        out.append(Step("linq", tuple(clauses)))
    else:
        reader.inner(node, out, depth)


def _evaluated(reader: Reader, node: Node, out: list[Step], depth: int) -> None:
    """An expression on a line of its own that calls nothing is told as it stands."""
    value = node.named_children[0] if node.named_child_count == 1 else node
    quoted = reader.text(value) if value.type in _SHOWN and b"(" not in (value.text or b"(") else ""
    if quoted:
        out.append(Step("evaluate", (quoted,)))
    else:
        reader.inner(node, out, depth)


def _assert(reader: Reader, node: Node, out: list[Step], depth: int) -> None:
    quoted = reader.condition(next(iter(node.named_children), None), out, depth)
    if quoted:
        out.append(Step("assert", (quoted,)))


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
    **dict.fromkeys(["try_statement", "try_with_resources_statement"], try_statement),
    **dict.fromkeys(["raise_statement", "throw_statement", "throw_expression"], throw_statement),
    **dict.fromkeys(["yield", "yield_statement", "yield_expression"], _yield),
    **dict.fromkeys(["break_statement", "continue_statement"], _jump),
    **dict.fromkeys(["defer_statement", "go_statement"], _deferred),
    **dict.fromkeys(["with_statement", "using_statement"], with_statement),
    "expression_statement": _evaluated,
    "lock_statement": _lock,
    "synchronized_statement": _lock,
    "select_statement": _select,
    "send_statement": _send,
    **dict.fromkeys(["binary_expression", "boolean_operator"], either),
    **dict.fromkeys(["conditional_expression", "ternary_expression"], conditional),
    "delete_statement": _delete,
    "query_expression": _linq,
    "return_statement": _return,
    "assert_statement": _assert,
    "local_declaration_statement": local_declaration,
}
