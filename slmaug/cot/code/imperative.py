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
from slmaug.cot.code.facts import Body, Clause, Function, Import, Program, Source, Step, Type
from slmaug.cot.code.spans import AWAITS, CALLS, CREATIONS, DEEPEST, LAMBDAS, SHORT, Spans
from slmaug.cot.code.statements import STATEMENTS

if TYPE_CHECKING:
    from tree_sitter import Node, Tree

_COLLECTIONS = {
    "list": "set_list",
    "array": "set_list",
    "collection_expression": "set_list",
    "list_comprehension": "set_list",
    "dictionary": "set_map",
    "object": "set_map",
    "dictionary_comprehension": "set_map",
}
_UNREAD = frozenset(
    """
    comment line_comment block_comment parameter_list parameters formal_parameters type type_annotation
    type_argument_list type_arguments identifier integer string_literal predefined_type implicit_type modifier
    attribute_list base_list class_heritage constructor_constraint package_clause package_declaration
    """.split()
)


class Reader(Spans):
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
            structure = (Clause("statements", (str(self.statements),)),)
            names = [step.names[0] for step in self.top if step.kind.startswith(("set", "hold")) and step.names]
            names = [name for name in names if not any(sign in name for sign in ".[(,")]
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
        if inner or kind not in ("try", "else", "try_else", "finally", "lambda"):
            out.append(Step(kind, names, tuple(inner)))

    # --- expressions ---

    def valued(self, verb: str, node: Node | None, names: tuple[str, ...], out: list[Step], depth: int) -> None:
        """A step whose value is an expression: ``return``, ``set``, ``throw``, ``yield``; without a verb, nothing."""
        if not all(names):  # a target that cannot be quoted
            verb, names = "", ()
        core, awaited = self.core(node)
        if core is None and not verb:
            return
        if core is None:
            out.append(Step(verb, names))
            return
        if core.type in CALLS or core.type in CREATIONS:
            if self._whole_call(verb, core, awaited, names, out):
                return
            lambdas, keys = self.arguments(core, out, depth)
            name, on = self.callee(core)
            if name:
                action = "new" if core.type in CREATIONS else "await" if awaited else "call"
                given = self.short_lambda(lambdas)
                if on and not verb and action == "call":
                    out.append(Step("call_on", (name, on, given)))
                else:
                    kind = f"{verb}_{action}" if verb else action
                    out.append(Step(kind, (name, given) if kind == "call" else (*names, name)))
            elif verb and (verb != "set" or all(names)):
                out.append(Step("return_value" if verb == "return" else verb, names))
            if keys:
                out.append(Step("init", tuple(keys)))
            if not (name and self.short_lambda(lambdas) and not verb):
                for each in lambdas:
                    self.unnamed(each, name, out, depth)
            return
        if core.type in LAMBDAS:
            if verb == "return":
                out.append(Step("return_function"))
            self.unnamed(core, "", out, depth)
            return
        quoted = self.text(node, 48)
        if not quoted or not verb:
            # An await with a comment or an error in it comes down to itself.
            (self.inner if core.type in AWAITS else self.visit)(core, out, depth + 1)
        if verb == "set" and not quoted and core.type in _COLLECTIONS:
            out.append(Step(_COLLECTIONS[core.type], names))
        elif verb == "return" and not quoted:
            out.append(Step("return_value"))
        elif verb:
            out.append(Step(verb, (*names, quoted) if quoted else names))

    def _whole_call(self, verb: str, node: Node, awaited: bool, names: tuple[str, ...], out: list[Step]) -> bool:
        """A call that is short enough to be quoted with its arguments; what they call is in the quotation."""
        created = node.type in CREATIONS
        start = first_field(node, ("type", "constructor")) if created else node
        if start is None or (self.broken and node.has_error):
            return False
        whole = self.source.between(start.start_byte, node.end_byte, SHORT)
        if whole:
            action = "new" if created else "await" if awaited else "call"
            out.append(Step(f"{verb}_{action}" if verb else action, (*names, whole)))
        return bool(whole)

    def arguments(self, call: Node, out: list[Step], depth: int) -> tuple[list[Node], list[str]]:
        """Read what is called and its arguments, which run before the call.

        Gives the functions passed to it, and the names that an initialiser behind it sets.
        """
        lambdas: list[Node] = []
        keys: list[str] = []
        function = call.child_by_field_name("function") or call.child_by_field_name("object")
        if function is not None and function.named_child_count and "(" not in self.callee(call)[0]:
            self.inner(function, out, depth) if function.type not in CALLS else self.visit(function, out, depth)
        for name in ("arguments", "body", "initializer"):
            node = call.child_by_field_name(name)
            for child in node.named_children if node is not None else ():
                core, _ = self.core(child)
                if core is not None and core.type in LAMBDAS:
                    lambdas.append(core)
                elif name == "initializer" and child.type == "assignment_expression":
                    keys += filter(None, [self.text(child.child_by_field_name("left"))])
                    value = child.child_by_field_name("right")
                    if value is not None:
                        self.visit(value, out, depth + 1)
                else:
                    self.visit(child, out, depth + 1)
        if call.type == "object_creation_expression":
            for child in call.named_children:
                if child.type == "class_body":  # Java's anonymous class
                    self.inner(child, out, depth)
        return lambdas, keys

    def unnamed(self, node: Node, name: str, out: list[Step], depth: int) -> None:
        body = node.child_by_field_name("body")
        if body is not None:
            self.block("lambda", (name,) if name else (), [body], out, depth)

    def _lambda(self, node: Node, out: list[Step], depth: int) -> None:
        self.unnamed(node, "", out, depth)

    def _call(self, node: Node, out: list[Step], depth: int) -> None:
        self.valued("", node, (), out, depth)

    def condition(self, node: Node | None, out: list[Step], depth: int) -> str:
        """The condition as it is quoted; what it calls is mentioned on its own where it is too long for that."""
        if node is not None and node.type == "parenthesized_expression" and node.named_child_count == 1:
            node = node.named_children[0]
        quoted = self.text(node, 96)
        if not quoted and node is not None:
            self.visit(node, out, depth)
        return quoted

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
        if not name:
            return
        body = node.child_by_field_name("body")
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

    def _is_async(self, node: Node) -> bool:
        return node.type == "async" or (node.type == "modifier" and node.text == b"async")

    def _type(self, node: Node, out: list[Step], depth: int) -> None:
        self._type_marked(node, attributes(node, self.text), out, depth)

    def _type_marked(self, node: Node, marks: tuple[str, ...], out: list[Step], depth: int) -> None:
        name = self.text(node.child_by_field_name("name"))
        if not name:
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
        # A plain value given to a field is a matter of the declaration.
        steps[:] = [step for step in steps if step.kind != "set"]

    def field(self, node: Node, owner: str, steps: list[Step], depth: int) -> None:
        value = node.child_by_field_name("value")
        name = first_field(node, ("name", "property"))
        if value is None or name is None:
            self.inner(node, steps, depth + 1)
        elif value.type in LAMBDAS:
            self.function_named(value, self.text(name), owner, attributes(node, self.text), depth + 1)
        elif value.type == "arrow_expression_clause":
            self.visit(value, steps, depth + 1)
        elif self.text(name):
            self.valued("set", value, (self.text(name),), steps, depth)


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
