"""Imports, types, members and parameters in the syntax trees of the languages that have them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from slmaug.cot.code.facts import Import

if TYPE_CHECKING:
    from tree_sitter import Node

Text = Callable[["Node | None"], str]
"""The stretch of code of a node where it can be quoted, else nothing."""

FUNCTIONS = frozenset(
    """
    function_definition function_declaration method_declaration method_definition local_function_statement
    constructor_declaration generator_function_declaration compact_constructor_declaration method_signature
    """.split()
)
TYPES = frozenset(
    """
    class_definition class_declaration record_declaration struct_declaration interface_declaration enum_declaration
    type_alias_declaration type_spec record_struct_declaration abstract_class_declaration
    """.split()
)
FIELDS = frozenset("property_declaration public_field_definition field_definition property_signature".split())
IMPORTS = frozenset(
    "import_statement import_from_statement future_import_statement using_directive import_declaration".split()
)
_MARKS = frozenset({"attribute", "decorator", "marker_annotation", "annotation"})
_OWN = frozenset({"self", "cls"})


def first_field(node: Node, names: Sequence[str]) -> Node | None:
    """The first of the named fields that the node has."""
    for name in names:
        child = node.child_by_field_name(name)
        if child is not None:
            return child
    return None


def attributes(node: Node, text: Text) -> tuple[str, ...]:
    """The attributes, decorators and annotations in front of a declaration, as they are written.

    C# writes ``[Authorize]``; one of several in the same brackets is given without them.
    """
    found = []
    for child in node.named_children:
        if child.type == "attribute_list":
            inner = child.named_children
            found += [text(child)] if len(inner) == 1 else [text(each) for each in inner]
        elif child.type in _MARKS:
            found.append(text(child))
        elif child.type == "modifiers":
            found += [text(each) for each in child.named_children if each.type in _MARKS]
    return tuple(filter(None, found))


def imports(node: Node, text: Text) -> Iterator[Import]:
    """What an import statement brings in."""
    if node.type == "using_directive":
        yield from _imported([text(node.named_children[-1])] if node.named_children else [])
    elif node.type in ("import_from_statement", "future_import_statement"):
        module = text(node.child_by_field_name("module_name"))
        names = [text(_unaliased(child)) for child in node.children_by_field_name("name")]
        if module:
            yield Import(module, tuple(filter(None, names)))
    elif node.child_by_field_name("source") is not None:
        module = text(node.child_by_field_name("source")).strip("'\"")
        clause = next((child for child in node.named_children if child.type == "import_clause"), None)
        if module:
            yield Import(module, tuple(filter(None, _clause_names(clause, text))))
    elif node.type == "import_statement":
        yield from _imported([text(_unaliased(child)) for child in node.children_by_field_name("name")])
    elif any(child.type == "asterisk" for child in node.named_children):
        yield from _imported([text(node).rstrip("; ").rpartition(" ")[2]])
    else:
        yield from _imported(_java_or_go(node, text))


def _imported(modules: list[str]) -> Iterator[Import]:
    yield from (Import(module) for module in modules if module)


def _unaliased(node: Node) -> Node:
    return node.child_by_field_name("name") or node if node.type == "aliased_import" else node


def _clause_names(clause: Node | None, text: Text) -> Iterator[str]:
    for child in clause.named_children if clause is not None else ():
        if child.type == "named_imports":
            yield from (text(each.child_by_field_name("name")) for each in child.named_children)
        elif child.type == "namespace_import":
            yield from (text(each) for each in child.named_children)
        else:
            yield text(child)


def _java_or_go(node: Node, text: Text) -> list[str]:
    found: list[str] = []
    for child in node.named_children:
        if child.type == "import_spec_list":
            found += _java_or_go(child, text)
        elif child.type == "import_spec":
            found.append(text(child.child_by_field_name("path")).strip('"'))
        elif child.type in ("scoped_identifier", "identifier"):
            found.append(text(child))
    return found


def parameters(node: Node, text: Text) -> tuple[str, ...]:
    """The names of a function's parameters; ``self`` and ``cls`` are left out."""
    single = node.child_by_field_name("parameter")
    if single is not None:
        return tuple(filter(None, [text(single)]))
    listed = first_field(node, ("parameters",))
    if listed is None:
        return ()
    if listed.type == "identifier" or listed.type == "implicit_parameter":
        return tuple(filter(None, [text(listed)]))
    names = [name for child in listed.named_children for name in _parameter(child, text)]
    return tuple(name for name in names if name and name not in _OWN)


def _parameter(node: Node, text: Text) -> Iterator[str]:
    if node.type in ("identifier", "object_pattern", "array_pattern"):
        yield text(node)
        return
    if node.type in ("comment", "line_comment", "block_comment", "ERROR"):
        return
    named = node.children_by_field_name("name") or node.children_by_field_name("pattern")
    named = named or node.children_by_field_name("left")
    if named:
        for each in named:
            yield from _parameter(each, text) if each.type == "rest_pattern" else (text(each),)
        return
    for child in node.named_children:
        if child.type in ("identifier", "variable_declarator", "list_splat_pattern", "dictionary_splat_pattern"):
            yield from _parameter(child, text)
            return


def bases(node: Node, text: Text) -> tuple[str, ...]:
    """The types that a type extends or implements."""
    found: list[str] = []
    for name in ("superclasses", "superclass", "interfaces"):
        child = node.child_by_field_name(name)
        found += _listed(child, text) if child is not None else []
    for child in node.named_children:
        if child.type in ("base_list", "class_heritage", "extends_interfaces", "extends_type_clause"):
            found += _listed(child, text)
    return tuple(dict.fromkeys(filter(None, found)))


def _listed(node: Node, text: Text) -> list[str]:
    found: list[str] = []
    for child in node.named_children:
        if child.type in ("type_list", "extends_clause", "implements_clause"):
            found += _listed(child, text)
        elif child.type not in ("keyword_argument", "comment", "argument_list", "type_arguments"):
            found.append(text(child))
    return found


def members(node: Node, text: Text) -> tuple[str, ...]:
    """The names of a type's fields, properties or values, in order; its methods are functions of their own."""
    found: list[str] = []
    own = next((child for child in node.named_children if child.type == "parameter_list"), None)
    if node.type.startswith("record"):
        own = own or node.child_by_field_name("parameters")
        for child in own.named_children if own is not None else ():
            found += _parameter(child, text)
    body = node.child_by_field_name("body")
    if body is None:
        body = first_field(node, ("type", "value"))
        if body is not None and body.type == "struct_type":
            body = next(iter(body.named_children), None)
    for child in body.named_children if body is not None else ():
        found += _member(child, text)
    return tuple(dict.fromkeys(filter(None, found)))


def _member(node: Node, text: Text) -> Iterator[str]:
    kind = node.type
    if kind in FIELDS or kind in ("enum_member_declaration", "enum_constant", "method_elem"):
        yield text(first_field(node, ("name", "property")))
    elif kind in ("field_declaration", "event_field_declaration"):
        names = node.children_by_field_name("name")
        inner = [each for each in node.named_children if each.type in ("variable_declarator", "variable_declaration")]
        declared = [each for child in inner for each in ([child] if "ator" in child.type else child.named_children)]
        declared = [each for each in declared if each.type == "variable_declarator"]
        for each in names or declared:
            yield text(each.child_by_field_name("name") or each)
    elif kind == "expression_statement" and node.named_children and node.named_children[0].type == "assignment":
        yield text(node.named_children[0].child_by_field_name("left"))
    elif kind in ("property_identifier", "enum_assignment"):
        yield text(node.child_by_field_name("name") or node)
