"""Python, C#, JavaScript, TypeScript, Java and Go: one reader, for their grammars name alike things alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from slmaug.cot.code.declarations import (
    FIELDS,
    FUNCTIONS,
    IMPORTS,
    TYPES,
    attributes,
    bases,
    first_field,
    imports,
    members,
    parameters,
)
from slmaug.cot.code.expressions import Expressions
from slmaug.cot.code.facts import Body, Clause, Function, Import, Program, Source, Step, Type
from slmaug.cot.code.spans import AWAITS, CALLS, CREATIONS, DEEPEST, LAMBDAS
from slmaug.cot.code.statements import STATEMENTS

if TYPE_CHECKING:
    from tree_sitter import Node, Tree

_UNREAD = frozenset(
    """
    comment line_comment block_comment parameter_list parameters formal_parameters type type_annotation
    type_argument_list type_arguments identifier integer string_literal predefined_type implicit_type modifier
    attribute_list base_list class_heritage constructor_constraint package_clause package_declaration
    """.split()
)


_CASES = frozenset(
    """
    switch_case switch_default expression_case default_case type_case communication_case case_clause switch_section
    switch_expression_arm switch_rule switch_block_statement_group
    """.split()
)
_SILENT = frozenset(
    "try else try_else finally lambda lambda_marked with function_returned if_null switch case default".split()
)
"""Blocks of which nothing is said where nothing was read in them."""


class Reader(Expressions):
    """Walks one syntax tree and keeps what it finds."""

    def __init__(self, tree: Tree, source: Source) -> None:
        super().__init__(tree, source)
        self.imports: list[Import] = []
        self.types: list[Type] = []
        self.functions: list[Function] = []
        self.bodies: list[tuple[str, list[Step]]] = []
        self.top: list[Step] = []
        self.statements = sum(_is_statement(child) for child in tree.root_node.named_children)
        self._read_block(tree.root_node)

    def program(self) -> Program:
        bodies = [Body(owner, tuple(steps)) for owner, steps in self.bodies if steps]
        structure: tuple[Clause, ...] = ()
        if not self.types and not self.functions and self.statements and not self.broken:
            names = [
                step.names[0] for step in self.top if step.kind.startswith(("set", "hold", "of_set")) and step.names
            ]
            names = [name for name in names if not any(sign in name for sign in ".[(,")]
            if self.statements > 1 or not names:
                structure = (Clause("statements", (str(self.statements),)),)
            structure += (Clause("variables", tuple(dict.fromkeys(names))),) if names else ()
        return Program(tuple(self.imports), tuple(self.types), tuple(self.functions), structure, tuple(bodies))

    def _read_block(self, root: Node) -> None:
        self.bodies.append(("", self.top))
        self.inner(root, self.top, 0)
        if not self.top:
            return
        self.bodies.append(self.bodies.pop(0))  # functions first: what runs them is told behind them

    # --- the walk ---

    def inner(self, node: Node, out: list[Step], depth: int) -> None:
        if depth < DEEPEST:
            for child in node.named_children:
                self.visit(child, out, depth + 1)

    def visit(self, node: Node, out: list[Step], depth: int) -> None:
        kind = node.type
        if kind in _UNREAD:
            return
        if self.broken and (node.is_error or node.is_missing):
            return
        handler = _HANDLERS.get(kind)
        if handler is None:
            self.inner(node, out, depth)
        elif depth < DEEPEST:
            handler(self, node, out, depth + 1)

    def block(self, kind: str, names: tuple[str, ...], nodes: list[Node], out: list[Step], depth: int) -> None:
        inner: list[Step] = []
        for node in nodes:
            self.visit(node, inner, depth + 1)
        if not inner and kind not in _SILENT:
            inner.append(Step("empty" if all(map(_is_empty, nodes)) else "other"))
        if inner:
            out.append(Step(kind, names, tuple(inner)))

    def cases(self, node: Node, out: list[Step], depth: int) -> None:
        """The cases of a switch, each a block under its pattern; what follows a ``break`` in one is not reached."""
        body = node.child_by_field_name("body") or node
        carried: tuple[str, ...] = ()
        for case in body.named_children:
            if case.type not in _CASES:
                continue
            patterns, rest = _case(case)
            guard = next((each for each in rest if each.type in ("when_clause", "if_clause", "guard")), None)
            if guard is not None and patterns:
                quoted: tuple[str, ...] = (self.source.between(patterns[0].start_byte, guard.end_byte),)
                rest = [each for each in rest if each != guard]
            else:
                quoted = tuple(map(self.text, patterns))
            inner: list[Step] = []
            for each in rest:
                self._case_part(case, each, inner, depth + 1)
            if not inner and quoted and not rest:  # it falls through to the next
                carried += quoted
                continue
            while inner and inner[-1].kind == "break":
                inner.pop()
            names = carried + quoted
            carried = ()
            if inner and all(names):
                is_default = not names or names == ("_",)
                out.append(Step("default" if is_default else "case", () if is_default else names, tuple(inner)))

    def _case_part(self, case: Node, node: Node, inner: list[Step], depth: int) -> None:
        """A statement of a case, or the value that it gives."""
        if case.type not in ("switch_expression_arm", "switch_rule") or not _is_value(node):
            self.visit(node, inner, depth)
            return
        value = node.named_children[0] if node.type == "expression_statement" and node.named_child_count else node
        quoted = self.text(value)
        if quoted:
            inner.append(Step("case_value", (quoted,)))
        else:
            self.visit(value, inner, depth)

    def required(self, name: str, call: Node) -> None:
        """``const a = require("b")``."""
        given = call.child_by_field_name("arguments")
        module = self.text(given.named_children[0]).strip("'\"") if given is not None and given.named_children else ""
        if module:
            names = tuple(each.strip() for each in name.strip("{ }").split(",")) if name[0] == "{" else ()
            self.imports.append(Import(module, tuple(filter(None, names))))

    # --- declarations ---

    def _import(self, node: Node, out: list[Step], depth: int) -> None:
        self.imports += imports(node, self.text)

    def _decorated(self, node: Node, out: list[Step], depth: int) -> None:
        definition = first_field(node, ("definition", "declaration"))
        if definition is None or definition.type not in TYPES | FUNCTIONS:
            self.inner(node, out, depth)
            return
        marks = attributes(node, self.text) + attributes(definition, self.text)
        if definition.type in TYPES:
            self._type_marked(definition, marks, out, depth)
        else:
            self.function_named(definition, "", "", marks, depth)

    def _function(self, node: Node, out: list[Step], depth: int) -> None:
        self.function_named(node, "", "", attributes(node, self.text), depth)

    def function_named(self, node: Node, name: str, owner: str, marks: tuple[str, ...], depth: int) -> None:
        name = name or self.text(node.child_by_field_name("name"))
        body = node.child_by_field_name("body")
        if not name or self._head_broken(node, body):
            return
        is_async = any(self._is_async(child) for child in node.children[:12])
        self.functions.append(Function(name, parameters(node, self.text), marks, is_async, owner))
        steps: list[Step] = []
        self.bodies.append((name, steps))
        if body is not None:
            if body.type == "arrow_expression_clause" or (node.type == "arrow_function" and "block" not in body.type):
                value = body.named_children[0] if body.type == "arrow_expression_clause" else body
                if value.type not in ("throw_expression", "assignment_expression"):
                    self.valued("return", value, (), steps, depth + 1)
                    return
            self.visit(body, steps, depth + 1)

    def _head_broken(self, node: Node, body: Node | None) -> bool:
        """Whether something is amiss in front of the body."""
        if not self.broken or not node.has_error:
            return False
        start = body.start_byte if body is not None else node.end_byte
        return any(child != body and child.has_error and child.start_byte <= start for child in node.children)

    def _is_async(self, node: Node) -> bool:
        return node.type == "async" or (node.type == "modifier" and node.text == b"async")

    def _type(self, node: Node, out: list[Step], depth: int) -> None:
        self._type_marked(node, attributes(node, self.text), out, depth)

    def _type_marked(self, node: Node, marks: tuple[str, ...], out: list[Step], depth: int) -> None:
        name = self.text(node.child_by_field_name("name"))
        if not name or self._head_broken(node, node.child_by_field_name("body")):
            return
        self.types.append(Type(_type_word(node), name, marks, bases(node, self.text), members(node, self.text)))
        steps: list[Step] = []
        self.bodies.append((name, steps))
        for child in _body_of(node):
            mark, child_marks = child, attributes(child, self.text)
            if child.type == "decorated_definition":
                mark = child.child_by_field_name("definition") or child
            if self.broken and mark.is_error:
                continue
            if mark.type in FUNCTIONS:
                self.function_named(mark, "", name, child_marks, depth + 1)
            elif mark.type in FIELDS:
                self.field(mark, name, steps, depth)
            else:
                self.visit(mark, steps, depth + 1)
        # What a field is set to is a matter of the declaration.
        steps[:] = [step for step in steps if not step.kind.startswith(("set", "of_set", "init"))]

    def field(self, node: Node, owner: str, steps: list[Step], depth: int) -> None:
        value = node.child_by_field_name("value")
        name = first_field(node, ("name", "property"))
        if value is None or name is None:
            self.inner(node, steps, depth + 1)
        elif value.type in LAMBDAS:
            self.function_named(value, self.text(name), owner, attributes(node, self.text), depth + 1)
        elif value.type == "arrow_expression_clause" and self.text(name) and value.named_children:
            own: list[Step] = []
            self.bodies.append((self.text(name), own))
            self.valued("return", value.named_children[0], (), own, depth + 1)
        elif self.text(name):
            self.valued("set", value, (self.text(name),), steps, depth)


def _case(node: Node) -> tuple[list[Node], list[Node]]:
    """The patterns of a case, none for the default, and what stands behind them."""
    named = [child for child in node.named_children if child.type != "comment"]
    if node.type in ("switch_case", "expression_case"):
        value = node.child_by_field_name("value")
        return ([value] if value is not None else []), [each for each in named if each != value]
    if node.type in ("switch_default", "default_case"):
        return [], named
    if node.type in ("communication_case", "type_case"):
        return named[:1], named[1:]
    if named and named[0].type == "switch_label":
        return list(named[0].named_children), named[1:]
    if named and (named[0].type.endswith("pattern") or named[0].type == "discard"):
        return named[:1], named[1:]
    return [], named


def _is_value(node: Node) -> bool:
    return node.type not in ("block", "throw_expression", "throw_statement", "when_clause")


def _is_empty(node: Node) -> bool:
    """Whether a block does nothing."""
    kinds = {child.type for child in node.named_children}
    return node.type == "pass_statement" or ("block" in node.type and kinds <= {"comment", "pass_statement"})


def _is_statement(node: Node) -> bool:
    return not (node.is_error or node.type in IMPORTS or node.type in _UNREAD)


def _type_word(node: Node) -> str:
    if node.type == "type_spec":
        inner = node.child_by_field_name("type")
        return (inner.type if inner is not None else "type").removesuffix("_type").split("_")[0]
    word = node.type.removesuffix("_declaration").removesuffix("_definition")
    return {"type_alias": "type", "abstract_class": "class", "record_struct": "record"}.get(word, word)


def _body_of(node: Node) -> Iterator[Node]:
    body = node.child_by_field_name("body")
    for child in body.named_children if body is not None else ():
        if child.type == "enum_body_declarations":
            yield from child.named_children
        else:
            yield child


_Handler = Callable[[Reader, "Node", list[Step], int], None]
_HANDLERS: dict[str, _Handler] = {
    **STATEMENTS,
    **dict.fromkeys(CALLS | CREATIONS | AWAITS, Reader._call),
    **dict.fromkeys(LAMBDAS, Reader._lambda),
    **dict.fromkeys(FUNCTIONS, Reader._function),
    **dict.fromkeys(TYPES, Reader._type),
    **dict.fromkeys(IMPORTS, Reader._import),
    "decorated_definition": Reader._decorated,
    "export_statement": Reader._decorated,
}
