"""Shell scripts and one-liners: commands with their options, pipes, redirections, loops and conditions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slmaug.cot.code.arguments import Argument, grouped
from slmaug.cot.code.facts import Body, Clause, Function, Program, Source, Step

if TYPE_CHECKING:
    from tree_sitter import Node, Tree

_DEEPEST = 60
_JUMPS = frozenset("exit return break continue".split())
_ALWAYS = frozenset({"true", ":"})
_RUNNERS = frozenset("xargs sudo env nohup time nice timeout watch exec".split())
"""Commands that run the command in their arguments."""
_SUBCOMMANDS = frozenset(
    """
    git docker docker-compose podman dotnet npm yarn pnpm pip pip3 kubectl cargo go apt apt-get brew systemctl helm az
    aws gcloud terraform conda poetry uv gh dnf yum
    """.split()
)
_REDIRECTS = {">": "write", ">>": "append", "<": "input", "&>": "write", ">|": "write", "<<<": "input"}


_OF_ALL = {"write": "all_output", "append": "all_append", "errors": "all_errors"}
_LONGEST_COMMAND = 100
"""Characters of the longest command that is quoted whole."""


class ShellReader:
    """Walks the syntax tree of a script and keeps what it finds."""

    def __init__(self, tree: Tree, source: Source) -> None:
        self.source = source
        self.broken = tree.root_node.has_error
        self.functions: list[Function] = []
        self.commands: list[str] = []
        self.pipelines: list[tuple[str, ...]] = []
        self.variables: list[str] = []
        self.bodies: list[tuple[str, list[Step]]] = [("", [])]
        self._inner(tree.root_node, self.bodies[0][1], 0)

    def program(self) -> Program:
        structure = [Clause("pipeline", names) for names in dict.fromkeys(self.pipelines)]
        piped = {name for names in self.pipelines for name in names}
        own = {function.name for function in self.functions}
        rest = tuple(name for name in dict.fromkeys(self.commands) if name not in piped and name not in own)
        if rest:
            structure.append(Clause("commands", rest))
        if self.variables:
            structure.append(Clause("variables", tuple(dict.fromkeys(self.variables))))
        bodies = [Body(owner, tuple(steps)) for owner, steps in self.bodies[1:] + self.bodies[:1] if steps]
        return Program((), (), tuple(self.functions), tuple(structure), tuple(bodies))

    def _text(self, node: Node | None) -> str:
        if node is None or (self.broken and node.has_error):
            return ""
        return self.source.between(node.start_byte, node.end_byte)

    def _inner(self, node: Node, out: list[Step], depth: int) -> None:
        for child in node.named_children:
            self._visit(child, out, depth + 1)

    def _visit(self, node: Node, out: list[Step], depth: int) -> None:
        if depth > _DEEPEST or (self.broken and (node.is_error or node.is_missing)):
            return
        kind = node.type
        if kind == "command":
            self._command(node, out, depth, "run")
        elif kind == "pipeline":
            self._pipeline(node, out, depth)
        elif kind == "redirected_statement":
            self._redirected(node, out, depth)
        elif kind == "list":
            self._list(node, out, depth)
        elif kind == "variable_assignment":
            self._assign(node, out, depth)
        elif kind in ("for_statement", "c_style_for_statement"):
            self._for(node, out, depth)
        elif kind == "while_statement":
            self._conditional(node, "while", out, depth)
        elif kind == "if_statement":
            self._if(node, out, depth)
        elif kind == "case_statement":
            value = self._text(node.child_by_field_name("value"))
            inner: list[Step] = []
            for item in node.named_children:
                if item.type == "case_item":
                    self._case(item, inner, depth)
            out.append(Step("switch", (value,) if value else (), tuple(inner)))
        elif kind == "function_definition":
            self._function(node, depth)
        elif kind not in ("comment", "string_content", "heredoc_body"):
            self._inner(node, out, depth)

    def _block(self, kind: str, names: tuple[str, ...], nodes: list[Node], out: list[Step], depth: int) -> None:
        inner: list[Step] = []
        for node in nodes:
            self._visit(node, inner, depth + 1)
        out.append(Step(kind, names, tuple(inner)))

    # --- commands ---

    def _command(self, node: Node, out: list[Step], depth: int, verb: str) -> str:
        """Read one command, after the commands in its arguments; gives its name."""
        name_node = node.child_by_field_name("name")
        name = self._text(name_node)
        arguments = [
            Argument(child.start_byte, child.end_byte, self._text(child))
            for child in node.children_by_field_name("argument")
        ]
        for child in node.named_children:
            if child.type != "command_name" and child.named_child_count:
                self._substituted(child, out, depth)
        if not name:
            return ""
        if name not in _JUMPS:
            self.commands.append(name)
        whole = self._whole(node)
        if whole and name not in _JUMPS:
            started = next((each.text for each in arguments if not each.is_option), "") if name in _RUNNERS else ""
            self.commands += [started] if started else []
            out.append(Step(verb, (whole,)))
            for redirect in node.children_by_field_name("redirect"):
                self._redirect(redirect, out)
            return name
        if name in _SUBCOMMANDS and arguments and name_node is not None and arguments[0].text[:1].isalpha():
            whole = self.source.between(name_node.start_byte, arguments[0].end)
            if whole:
                out.append(Step(verb, (whole, *grouped(name, arguments[1:], self.source))))
                return name
        if name in _JUMPS:
            value = arguments[0].text if arguments else ""
            out.append(Step(f"{name}_code" if value else name, (value,) if value else ()))
            return name
        if name in _RUNNERS:
            at = next((i for i, each in enumerate(arguments) if not each.is_option), len(arguments))
            out.append(Step(verb, (name, *grouped(name, arguments[:at], self.source))))
            if at < len(arguments) and (inner := arguments[at].text):
                self.commands.append(inner)
                out.append(Step("through", (inner, *grouped(inner, arguments[at + 1 :], self.source))))
        else:
            out.append(Step(verb, (name, *grouped(name, arguments, self.source))))
        for redirect in node.children_by_field_name("redirect"):
            self._redirect(redirect, out)
        return name

    def _whole(self, node: Node) -> str:
        """A command with its arguments, without redirections, where it is short."""
        redirects = node.children_by_field_name("redirect")
        end = redirects[0].start_byte if redirects else node.end_byte
        if self.broken and node.has_error:
            return ""
        return self.source.between(node.start_byte, end, _LONGEST_COMMAND)

    def _substituted(self, node: Node, out: list[Step], depth: int) -> None:
        if node.type in ("command_substitution", "process_substitution"):
            self._inner(node, out, depth + 1)
        elif depth < _DEEPEST and node.type not in ("file_redirect", "heredoc_redirect"):
            for child in node.named_children:
                if child.named_child_count:
                    self._substituted(child, out, depth + 1)

    def _pipeline(self, node: Node, out: list[Step], depth: int) -> None:
        names: list[str] = []
        for child in node.named_children:
            inner = child.child_by_field_name("body") if child.type == "redirected_statement" else child
            if inner is not None and inner.type == "command":
                names.append(self._command(inner, out, depth, "pipe" if names else "run"))
                for redirect in child.children_by_field_name("redirect") if inner is not child else ():
                    self._redirect(redirect, out)
            else:
                self._visit(child, out, depth + 1)
        different = tuple(dict.fromkeys(names))
        if len(different) > 1 and all(different):
            self.pipelines.append(different)

    def _redirected(self, node: Node, out: list[Step], depth: int) -> None:
        body = node.child_by_field_name("body")
        redirects = node.children_by_field_name("redirect")
        told: list[Step] = []
        for redirect in sorted(redirects, key=lambda each: each.type != "heredoc_redirect"):
            self._redirect(redirect, told)
        if body is None or body.type in ("command", "pipeline"):
            if body is not None:
                self._visit(body, out, depth + 1)
            out += told
            return
        # Of a loop or a group: the input is there before it, the output is that of all.
        out += [step for step in told if step.kind == "input"]
        self._visit(body, out, depth + 1)
        out += [Step(_OF_ALL.get(step.kind, step.kind), step.names) for step in told if step.kind != "input"]

    def _redirect(self, node: Node, out: list[Step]) -> None:
        sign = next((child.type for child in node.children if child.type in _REDIRECTS or child.type == ">&"), "")
        target = self._text(node.child_by_field_name("destination"))
        descriptor = self._text(node.child_by_field_name("descriptor"))
        if node.type == "heredoc_redirect":
            end = next((self._text(child) for child in node.named_children if child.type == "heredoc_end"), "")
            start = next((self._text(child) for child in node.named_children if child.type == "heredoc_start"), "")
            if end or start:
                out.append(Step("heredoc", (end or start,)))
            for child in node.children_by_field_name("redirect"):
                self._redirect(child, out)
        elif sign == ">&" and target and self._text(node):
            kinds = {("2", "1"): "join_errors", ("", "2"): "to_errors", ("1", "2"): "to_errors"}
            out.append(Step(kinds.get((descriptor, target), "duplicate"), (self._text(node),)))
        elif sign in _REDIRECTS and target:
            out.append(Step("errors" if descriptor == "2" else _REDIRECTS[sign], (target,)))

    def _case(self, node: Node, out: list[Step], depth: int) -> None:
        patterns = node.children_by_field_name("value")
        names = tuple(map(self._text, patterns))
        skipped = {each.id for each in patterns}
        body = [child for child in node.named_children if child.id not in skipped]
        if all(names):
            self._block("default" if names == ("*",) else "case", () if names == ("*",) else names, body, out, depth)

    def _list(self, node: Node, out: list[Step], depth: int) -> None:
        sign, test, mixed = "", "", ""
        for child in node.children:
            if not child.is_named:
                sign = child.type
            elif sign in ("||", "&&"):
                plain = "or_else" if sign == "||" else "and_then"
                plain += mixed
                kind = ("command_unless" if sign == "||" else "if") if test else plain
                self._block(kind, (test,) if test else (), [child], out, depth)
                test = ""
            else:
                test = self._text(child) if child.type == "test_command" else ""
                mixed = _mixed(child)
                self._visit(child, out, depth + 1)

    # --- statements ---

    def _assign(self, node: Node, out: list[Step], depth: int) -> None:
        name, value = self._text(node.child_by_field_name("name")), node.child_by_field_name("value")
        if name:
            self.variables.append(name)
        quoted = self._text(value)
        if value is not None and value.named_child_count:
            # What a quoted value runs is in the quotation.
            self._substituted(value, [] if quoted and name else out, depth)
        if name:
            out.append(Step("set", (name, quoted) if quoted else (name,)))

    def _for(self, node: Node, out: list[Step], depth: int) -> None:
        body = [child for child in (node.child_by_field_name("body"),) if child is not None]
        item = self._text(node.child_by_field_name("variable"))
        values = node.children_by_field_name("value")
        over = self.source.between(values[0].start_byte, values[-1].end_byte) if values else ""
        for value in values:
            self._substituted(value, out, depth)
        self._block("for" if item and over else "loop", (item, over) if item and over else (), body, out, depth)

    def _conditional(self, node: Node, kind: str, out: list[Step], depth: int) -> None:
        conditions = [child for child in node.children_by_field_name("condition") if child.is_named]
        if node.type == "elif_clause":  # it has no field for it
            end = next((child.start_byte for child in node.children if child.type == "then"), 0)
            conditions = [child for child in node.named_children if child.end_byte <= end]
        longest = _LONGEST_COMMAND
        quoted = self.source.between(conditions[0].start_byte, conditions[-1].end_byte, longest) if conditions else ""
        for each in conditions:
            self._visit(each, [] if quoted else out, depth + 1)
        if kind == "while" and node.children[0].type == "until":
            kind = "until"
        kind = self._by_command(kind, conditions) if quoted else kind
        if quoted and kind == "command_unless":
            quoted = quoted.removeprefix("!").lstrip()
        if kind == "command_while" and quoted in _ALWAYS:
            quoted = ""
        skipped = {child.id for child in conditions}
        body = [child for child in node.named_children if child.id not in skipped]
        body = [child for child in body if child.type not in ("elif_clause", "else_clause")]
        self._block(kind if quoted else "if" if kind == "if" else "loop", (quoted,) if quoted else (), body, out, depth)

    def _by_command(self, kind: str, conditions: list[Node]) -> str:
        """A condition is a command that succeeds or fails, or a test."""
        first = conditions[0]
        body = first.child_by_field_name("body") if first.type == "redirected_statement" else first
        if len(conditions) > 1 or body is None or body.type not in ("command", "negated_command", "pipeline"):
            return kind
        if body.type == "negated_command":
            if any(child.type == "test_command" for child in body.named_children):
                return kind
            return "command_unless" if kind == "if" else kind
        return f"command_{kind}"

    def _if(self, node: Node, out: list[Step], depth: int) -> None:
        self._conditional(node, "if", out, depth)
        for child in node.named_children:
            if child.type == "elif_clause":
                inner: list[Step] = []
                self._conditional(child, "if", inner, depth)
                kinds = {"if": "elif", "command_if": "command_elif"}
                out += [Step(kinds.get(step.kind, step.kind), step.names, step.inner) for step in inner]
            elif child.type == "else_clause":
                self._block("else", (), child.named_children, out, depth)

    def _function(self, node: Node, depth: int) -> None:
        name, body = self._text(node.child_by_field_name("name")), node.child_by_field_name("body")
        if name and body is not None:
            self.functions.append(Function(name))
            self.bodies.append((name, []))
            self._visit(body, self.bodies[-1][1], depth + 1)


def _mixed(node: Node) -> str:
    """How the left side of a list is spoken of where its own sign is another: of ``a && b || c`` the last runs if any
    of the others fails."""
    after = node.next_sibling
    if node.type != "list" or after is None or any(each.type == after.type for each in node.children):
        return ""
    return "_whole" if any(each.type == "list" for each in node.children) else "_any"
