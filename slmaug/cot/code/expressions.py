"""Values in Python, C#, JavaScript, TypeScript, Java and Go: calls, chains of calls, awaits, functions, collections."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING

from slmaug.cot.code.declarations import attributes, first_field
from slmaug.cot.code.facts import Step
from slmaug.cot.code.spans import AWAITS, CALLS, CREATIONS, LAMBDAS, SHORT, Spans, call_start

if TYPE_CHECKING:
    from tree_sitter import Node

_LINK = 60
"""Characters of the longest link of a chain of calls that is quoted with its arguments."""
_SHOWN = 40
"""Characters of the longest argument that is told with a call that is too long to be quoted whole."""
_COLLECTIONS = {
    "list": "set_list",
    "array": "set_list",
    "collection_expression": "set_list",
    "list_comprehension": "set_list",
    "dictionary": "set_map",
    "object": "set_map",
    "dictionary_comprehension": "set_map",
}
_MADE = {
    "array": "return_list",
    "list": "return_list",
    "list_comprehension": "return_list",
    "object": "return_object",
    "anonymous_object_creation_expression": "return_object",
    "jsx_element": "return_markup",
    "jsx_self_closing_element": "return_markup",
    "jsx_fragment": "return_markup",
}
_EACH = frozenset({"list_comprehension", "set_comprehension", "generator_expression"})
_SWITCHES = frozenset({"switch_expression"})


class Expressions(Spans, ABC):
    """Reads values; the walk through statements is added by the reader."""

    @abstractmethod
    def inner(self, node: Node, out: list[Step], depth: int) -> None: ...

    @abstractmethod
    def visit(self, node: Node, out: list[Step], depth: int) -> None: ...

    @abstractmethod
    def block(self, kind: str, names: tuple[str, ...], nodes: list[Node], out: list[Step], depth: int) -> None: ...

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
            if self._whole_call(verb, core, awaited, names, out) or self._chain(verb, core, awaited, names, out, depth):
                return
            shown = self._shown(core)
            lambdas, keys = self.arguments(core, out, depth, shown)
            name = self.callee(core)
            if name:
                out.append(self._called(verb, core, awaited, names, name, shown, lambdas))
            elif verb:
                out.append(Step(f"{verb}_value" if verb in ("return", "yield") else verb, names))
            if keys:
                out.append(Step("init", tuple(keys)))
            if not (name and self.short_lambda(lambdas) and not verb):
                for each in lambdas:
                    self.unnamed(each, name, out, depth)
            return
        if core.type in LAMBDAS:
            quoted = self.text(core, SHORT) if verb == "return" else ""
            if quoted:
                out.append(Step("return", (quoted,)))
                return
            if verb == "return":
                out.append(Step("return_function"))
            body = core.child_by_field_name("body")
            if body is not None:
                self.block("function_returned" if verb == "return" else "lambda", (), [body], out, depth)
            return
        quoted = self.text(node, SHORT)
        if verb in ("set", "return") and not quoted and self._composed(verb, core, names, out, depth):
            return
        if core.type.startswith("jsx_") and verb == "return":
            pass
        elif not quoted or not verb:
            # An await with a comment or an error in it comes down to itself.
            (self.inner if core.type in AWAITS else self.visit)(core, out, depth + 1)
        if verb == "set" and not quoted and core.type in _COLLECTIONS:
            out.append(Step(_COLLECTIONS[core.type], names))
        elif verb == "return" and not quoted:
            out.append(Step(_MADE.get(core.type, "return_value")))
        elif verb == "yield" and not quoted:
            out.append(Step("yield_value"))
        elif verb:
            out.append(Step(verb, (*names, quoted) if quoted else names))

    def _called(
        self,
        verb: str,
        core: Node,
        awaited: bool,
        names: tuple[str, ...],
        name: str,
        shown: list[Node],
        given: list[Node],
    ) -> Step:
        """The step for a call that is not quoted whole: its name, and the arguments in front that are short."""
        action = "new" if core.type in CREATIONS else "await" if awaited else "call"
        texts = tuple(map(self.text, shown))
        if verb and texts:
            value = {"new": "given_new", "await": "given_awaited", "call": "given_result"}[action]
            return Step(f"of_{verb}", names, (Step(value, (name, *texts)),))
        kind = f"{verb}_{action}" if verb else action
        if kind == "call":
            return Step(kind, (name, self.short_lambda(given) or (texts[0] if texts else "")))
        return Step(kind, (*names, name))

    def _shown(self, call: Node) -> list[Node]:
        """The arguments in front, two at most, that are short enough to be told."""
        found: list[Node] = []
        arguments = call.child_by_field_name("arguments")
        for child in arguments.named_children[:2] if arguments is not None else ():
            core, _ = self.core(child)
            if (
                core is None
                or core.type in LAMBDAS
                or not self.source.between(child.start_byte, child.end_byte, _SHOWN)
            ):
                break
            if not self.text(child):
                break
            found.append(child)
        return found

    def _whole_call(self, verb: str, node: Node, awaited: bool, names: tuple[str, ...], out: list[Step]) -> bool:
        """A call that is short enough to be quoted with its arguments; what they call is in the quotation."""
        created = node.type in CREATIONS
        start = first_field(node, ("type", "constructor")) if created else call_start(node)
        if start is None or (self.broken and node.has_error):
            return False
        whole = self.source.between(start.start_byte, node.end_byte, SHORT)
        if whole:
            action = "new" if created else "await" if awaited else "call"
            out.append(Step(f"{verb}_{action}" if verb else action, (*names, whole)))
        return bool(whole)

    def arguments(
        self, call: Node, out: list[Step], depth: int, told: Sequence[Node] = ()
    ) -> tuple[list[Node], list[str]]:
        """Read what is called and its arguments, which run before the call.

        Gives the functions passed to it, and the names that an initialiser behind it sets.
        """
        lambdas: list[Node] = []
        keys: list[str] = []
        function = call.child_by_field_name("function") or call.child_by_field_name("object")
        if function is not None and function.named_child_count and "(" not in self.callee(call):
            self.inner(function, out, depth) if function.type not in CALLS else self.visit(function, out, depth)
        self._given(call, lambdas, keys, out, depth, told)
        return lambdas, keys

    def _given(
        self,
        call: Node,
        lambdas: list[Node],
        keys: list[str],
        out: list[Step],
        depth: int,
        told: Sequence[Node] = (),
    ) -> None:
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
                elif child not in told:
                    self.visit(child, out, depth + 1)
        if call.type == "object_creation_expression":
            for child in call.named_children:
                if child.type == "class_body":  # Java's anonymous class
                    self.inner(child, out, depth)

    def _chain(self, verb: str, node: Node, awaited: bool, names: tuple[str, ...], out: list[Step], depth: int) -> bool:
        """A call on the result of a call on ...: the links, each with its arguments where they are short."""
        links, base = self.links(node)
        if len(links) < 2 or (self.broken and node.has_error):
            return False
        found: list[str] = []
        functions: list[tuple[Node, str]] = []
        for name, call in links:
            whole = self.source.between(name.start_byte, call.end_byte, _LINK)
            found.append(whole or self.text(name))
            if not whole:
                lambdas: list[Node] = []
                self._given(call, lambdas, [], out, depth + 1)
                functions += [(each, self.text(name)) for each in lambdas]
        if not all(found):
            return False
        on = self.text(base) if base is not None else ""
        if base is not None and not on:
            self.visit(base, out, depth + 1)
        kind = (
            ("chain_bare" if base is None else "chain_that") if not on else "chain" if len(found) > 1 else "chain_one"
        )
        if verb or awaited:
            kind += "_awaited" if awaited and verb else "_result"
            inner = Step(kind, (on, *found) if on else tuple(found))
            out.append(Step(f"of_{verb or 'await'}", names, (inner,)))
        else:
            out.append(Step(kind, (on, *found) if on else tuple(found)))
        for each, name_of_call in functions:
            self.unnamed(each, name_of_call, out, depth)
        return True

    def _composed(self, verb: str, core: Node, names: tuple[str, ...], out: list[Step], depth: int) -> bool:
        """A comprehension or a switch that is too long to be quoted, by its parts."""
        if core.type in _EACH:
            each = self._each(core)
            if each:
                out.append(Step(f"{verb}_{'each' if len(each) == 3 else 'if'}", (*names, *each)))
            return bool(each)
        parts = self.alternatives(core)
        if parts is not None:
            quoted = self.condition(parts[0], out, depth)
            for kind, part in (("if", parts[1]), ("else", parts[2])):
                inner: list[Step] = []
                self.valued(verb, part, names, inner, depth + 1)
                out.append(Step(kind, (quoted,) if quoted and kind == "if" else (), tuple(inner)))
            return True
        if core.type in _SWITCHES:
            value = core.child_by_field_name("condition") or core.named_children[0]
            quoted = self.text(value)
            if quoted:
                out.append(Step(f"{verb}_case", (*names, quoted)))
                self.cases(core, out, depth)
            return bool(quoted)
        return False

    def _each(self, node: Node) -> tuple[str, ...]:
        """What a comprehension gives, for each of what in what, and under which condition."""
        clauses = node.named_children[1:]
        if not clauses or clauses[0].type != "for_in_clause" or len(clauses) > 2:
            return ()
        nodes = [
            node.child_by_field_name("body"),
            *(clauses[0].child_by_field_name(name) for name in ("left", "right")),
        ]
        if len(clauses) == 2:
            if clauses[1].type != "if_clause":
                return ()
            nodes.append(clauses[1].named_children[0])
        found = tuple(map(self.text, nodes))
        return found if all(found) else ()

    @abstractmethod
    def cases(self, node: Node, out: list[Step], depth: int) -> None: ...

    def unnamed(self, node: Node, name: str, out: list[Step], depth: int) -> None:
        body = node.child_by_field_name("body")
        if body is None:
            return
        marks = attributes(node, self.text) if name else ()
        self.block("lambda_marked" if marks else "lambda", (name, *marks) if name else (), [body], out, depth)

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
