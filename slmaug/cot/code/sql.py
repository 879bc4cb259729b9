"""SQL: kinds of statements, tables, columns, joins, conditions, groups and order."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from slmaug.cot.code.facts import Clause, Program, Source

if TYPE_CHECKING:
    from tree_sitter import Node, Parser, Tree

_DEEPEST = 60
_LONGEST = 80
"""Characters of the longest condition that is quoted whole."""
_MATCHES = frozenset({"keyword_on", "keyword_using"})
_CREATED = ("create_view", "create_index", "create_function", "create_database", "create_schema", "create_trigger")
_DEFINED = ("create_table", "alter_table", "drop_table", *_CREATED)
_READ = frozenset(
    """
    select_expression cte from join lateral_join cross_join where having group_by order_by limit offset insert update
    window_specification
    """.split()
).union(_DEFINED)

# What Transact-SQL writes and the grammar lacks, and what is read in its place: as many bytes, so places stay.
_DIALECT: tuple[tuple[re.Pattern[bytes], Callable[[re.Match[bytes]], bytes]], ...] = (
    (
        re.compile(rb"\bTOP\s*(?:\(\s*[\w@]+\s*\)|\d+)|\bWITH\s*\(NOLOCK\)|^GO\b", re.I | re.M),
        lambda m: b" " * len(m[0]),
    ),
    (re.compile(rb"\[([^\]\r\n\"]+)\]"), lambda m: b'"' + m[1] + b'"'),
    (re.compile(rb"\bN(?=')"), lambda m: b" "),
    (re.compile(rb"@@?(?=\w)|#(?=\w)"), lambda m: b"_" * len(m[0])),
)

_SELECTS = frozenset({"sql_select", "sql_select_from"})
_NARROWS = re.compile(rb"\b(?:WHERE|HAVING|GROUP|ORDER|LIMIT|TOP|FETCH|QUALIFY|DISTINCT|INSERT|CREATE)\b", re.I)
_TOP = re.compile(rb"\bSELECT\s+TOP\s*\(?\s*(@?\w+)", re.I)


def sql_program(parser: Parser, source: Source) -> Program:
    """What stands in SQL; nothing where the grammar makes no sense of any statement."""
    tree = parser.parse(source.text)
    if tree.root_node.has_error:
        text = source.text
        for pattern, instead in _DIALECT:
            text = pattern.sub(instead, text)
        other = parser.parse(text)
        tree = tree if other.root_node.has_error else other
    program = SqlReader(tree, source).program()
    top = _TOP.findall(source.text)
    is_plain = any(clause.kind in _SELECTS for clause in program.structure) and not program.handling
    if is_plain and not tree.root_node.has_error and not _NARROWS.search(source.text):
        program = replace(program, handling=(Clause("sql_plain"),))
    if len(top) == 1 and program != Program():
        program = replace(program, handling=(*program.handling, Clause("sql_limit", (top[0].decode(),))))
    return program


class SqlReader:
    """Walks the syntax tree of SQL and keeps what it finds."""

    def __init__(self, tree: Tree, source: Source) -> None:
        self.source = source
        self.broken = tree.root_node.has_error
        self.structure: list[Clause] = []
        self.handling: list[Clause] = []
        statements = list(_statements(tree.root_node))
        several = len(statements) > 1 and not self.broken
        self.numbers = {node.id: number for number, node in enumerate(statements, 1)} if several else {}
        self.number = 0
        for node in tree.root_node.children:
            # What follows an error is what the parser made of the rest, which may be anything.
            before = node.prev_sibling
            if not self.broken or not (node.has_error or (before is not None and before.is_error)):
                self._visit(node, 0)
        if several:
            self.structure.insert(0, Clause("sql_statements", self._each(map(_word, statements))))

    def program(self) -> Program:
        return Program(structure=tuple(self.structure), handling=tuple(self.handling))

    def _text(self, node: Node | None, longest: int = 60) -> str:
        if node is None or (self.broken and node.has_error):
            return ""
        return self.source.between(node.start_byte, node.end_byte, longest)

    def _each(self, nodes: Iterable[Node | None]) -> tuple[str, ...]:
        return tuple(filter(None, map(self._text, nodes)))

    def _all(self, nodes: Iterable[Node | None]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(filter(None, map(self._text, nodes))))

    def _inner(self, node: Node, depth: int) -> None:
        if depth < _DEEPEST:
            for child in node.named_children:
                # What is read has children of its own; keywords and names have none.
                if child.named_child_count and not (self.broken and child.is_error):
                    self._visit(child, depth + 1)

    def _structure(self, kind: str, names: tuple[str, ...]) -> None:
        if names:
            self.structure.append(Clause(kind, names))

    def _handling(self, kind: str, names: tuple[str, ...]) -> None:
        if names:
            self.handling.append(Clause(kind, names, self.number))

    def _visit(self, node: Node, depth: int) -> None:
        if self.numbers and node.type == "statement":
            self.number = self.numbers.get(node.id, self.number)
        if node.type not in _READ or not self._read(node):
            self._inner(node, depth)

    def _read(self, node: Node) -> bool:
        """Keep what a node says; gives whether that is all there is to it."""
        kind = node.type
        named = node.named_children
        if kind == "select_expression":
            self._select(node)
        elif kind == "cte":
            return self._subquery(node)
        elif kind == "from":
            before = node.prev_named_sibling
            tables = self._all(_table(child) for child in named if child.type in ("relation", "object_reference"))
            if before is not None and before.type == "delete":
                return self._changed("sql_remove", next(_of(named, "where"), None), tables[:1], ())
            if before is None or before.type != "select" or len(tables) > 1:
                self._structure("sql_from", tables)
        elif kind in ("join", "lateral_join", "cross_join"):
            self._join(node)
        elif kind == "where":
            return self._condition("sql_where", node)
        elif kind == "having":
            self._condition("sql_having", node)
        elif kind == "group_by":
            self._handling("sql_group", self._all(child for child in named if not _is_keyword(child)))
        elif kind == "order_by":
            self._handling("sql_order", self._all(_of(named, "order_target")))
        elif kind in ("limit", "offset"):
            self._handling(f"sql_{kind}", self._all(_of(named, "literal"))[:1])
        elif kind == "insert":
            lists = list(_of(named, "list"))
            columns = [each for each in lists[:1] if any(child.type == "column" for child in each.named_children)]
            table = self._all(_of(named, "object_reference"))[:1]
            inner = self._all(child for each in columns for child in each.named_children)
            self._structure("sql_insert", (*table, *inner) if table else ())
            self._handling("sql_values", self._all(each for each in lists if each not in columns))
        elif kind == "update":
            tables = self._all(_table(child) for child in _of(named, "relation"))[:1]
            assigned = self._all(_of(named, "assignment"))
            return self._changed("sql_change", next(_of(named, "where"), None), tables, assigned)
        elif kind in _DEFINED:
            self._defined(node)
        return kind == "window_specification"

    def _select(self, node: Node, cte: str = "") -> bool:
        """The columns and, where it is one, the table."""
        terms = [self._term(term) for term in _of(node.named_children, "term")]
        columns = tuple(dict.fromkeys(filter(None, terms)))
        select = node.parent
        source = select.next_named_sibling if select is not None else None
        relations = [child for child in source.named_children if child.type == "relation"] if source is not None else []
        tables = self._all(map(_table, relations))
        if source is None or source.type != "from" or len(tables) != 1 or not columns:
            if not cte:
                self._structure("sql_select", columns)
                if source is not None and source.type == "from" and len(tables) == 1:
                    self._structure("sql_from", tables)
            return False
        self._structure("sql_cte" if cte else "sql_select_from", (*((cte,) if cte else ()), tables[0], *columns))
        return True

    def _term(self, term: Node) -> str:
        """One column; one that is too long to be quoted is told by its name and, of a window, by its parts."""
        whole, alias = self._text(term), self._text(term.child_by_field_name("alias"))
        if whole or not alias:
            return whole
        value = term.child_by_field_name("value")
        if value is not None and value.type == "window_function":
            parts = {child.type: child for child in value.named_children}
            window = parts.get("window_specification")
            over = self.source.between(window.start_byte + 1, window.end_byte - 1, _LONGEST) if window else ""
            names = (alias, self._text(parts.get("invocation")), over)
            self._handling("sql_window", names if all(names) else ())
        return alias

    def _subquery(self, node: Node) -> bool:
        """A named subquery; gives whether it has nothing but columns and a table."""
        name = next(iter(self._all(_of(node.named_children, "identifier"))), "")
        statement = next(_of(node.named_children, "statement"), None)
        inner = statement.named_children if statement is not None else []
        select = next(_of(inner, "select"), None)
        columns = next(_of(select.named_children, "select_expression"), None) if select is not None else None
        if not name or columns is None or not self._select(columns, name):
            self._structure("sql_subquery", (name,) if name else ())
            return False
        source = next(_of(inner, "from"))
        for child in [*source.named_children, *inner[inner.index(source) + 1 :]]:
            self._visit(child, _DEEPEST // 2)
        return True

    def _changed(self, kind: str, where: Node | None, table: tuple[str, ...], what: tuple[str, ...]) -> bool:
        """What an UPDATE or a DELETE does; gives whether that is all there is to it."""
        parts = [child for child in where.named_children if not _is_keyword(child)] if where is not None else []
        quoted = self._text(parts[0], _LONGEST) if len(parts) == 1 else ""
        if table and (what or kind == "sql_remove"):
            self._handling(f"{kind}_where" if quoted else kind, (*table, *([quoted] if quoted else []), *what))
            return bool(quoted) or where is None
        return False

    def _join(self, node: Node) -> None:
        words = [child for child in node.named_children if _is_keyword(child) and child.type not in _MATCHES]
        word = self.source.between(words[0].start_byte, words[-1].end_byte) if words else ""
        table = self._all(_table(child) for child in _of(node.named_children, "relation"))[:1]
        on = self._text(node.child_by_field_name("predicate"), _LONGEST)
        shared = self._all(each for child in _of(node.named_children, "list") for each in child.named_children)
        if word and table and shared and not on:
            self._structure("sql_join_using", (word, *table, *shared))
        elif word and table:
            self._structure("sql_join", (word, *table, on) if on else (word, *table))

    def _condition(self, kind: str, node: Node) -> bool:
        """Tell a condition whole or, where it is too long, by its columns; gives whether it was whole."""
        parts = [child for child in node.named_children if not _is_keyword(child)]
        quoted = self._text(parts[0], _LONGEST) if len(parts) == 1 else ""
        if quoted:
            self._handling(kind, (quoted,))
        else:
            self._handling(f"{kind}_fields", self._all(_fields(node, 0)))
        return bool(quoted)

    def _defined(self, node: Node) -> None:
        kind = node.type
        words = [child for child in node.named_children if _is_keyword(child)]
        head = self.source.between(words[0].start_byte, words[1].end_byte) if len(words) > 1 else ""
        name = self._text(next(_of(node.named_children, "object_reference"), None))
        if kind == "create_index":
            index = self._text(node.child_by_field_name("column"))
            name = index or name
        if not head or not name:
            return
        verb = kind.split("_")[0]
        self._structure(f"sql_{verb}" if verb in ("create", "alter", "drop") else "sql_create", (head, name))
        definitions = [each for child in node.named_children for each in _definitions(child)]
        if kind == "create_index":
            fields = [each for child in _of(node.named_children, "index_fields") for each in child.named_children]
            table = self._text(next(_of(node.named_children, "object_reference"), None))
            columns = self._all(fields)
            self._structure("sql_on", (table, *columns) if table and columns and table != name else ())
            return
        self._structure("sql_columns", self._all(each.child_by_field_name("name") for each in definitions))
        whole = (self._text(each, _LONGEST) for each in definitions if each.named_child_count > 2)
        self._handling("sql_definition", tuple(dict.fromkeys(filter(None, whole))))


def _statements(root: Node) -> Iterator[Node]:
    """Statements in order, with those that a transaction holds."""
    for child in root.named_children:
        if child.type == "statement" or _is_keyword(child):
            yield child
        elif child.type in ("transaction", "block"):
            yield from _statements(child)


def _word(node: Node) -> Node | None:
    """The word that a statement starts with."""
    at: Node | None = node
    while at is not None and not _is_keyword(at):
        at = next(iter(at.named_children), None)
    return at


def _definitions(node: Node) -> Iterator[Node]:
    if node.type == "column_definition":
        yield node
    elif node.type in ("column_definitions", "add_column"):
        yield from _of(node.named_children, "column_definition")


def _of(nodes: Iterable[Node], kind: str) -> Iterator[Node]:
    return (node for node in nodes if node.type == kind)


def _is_keyword(node: Node) -> bool:
    return node.type.startswith("keyword_")


def _table(node: Node) -> Node | None:
    return node if node.type == "object_reference" else next(_of(node.named_children, "object_reference"), None)


def _fields(node: Node, depth: int) -> Iterator[Node]:
    if node.type == "field":
        yield node
    elif depth < _DEEPEST:
        for child in node.named_children:
            yield from _fields(child, depth + 1)
