"""Dockerfiles, YAML, XML, HTML and style sheets, read by their lines and marks: what contains what."""

from __future__ import annotations

import re

from slmaug.cot.code.facts import Clause, Program, quotable

_YAML = re.compile(r"^( *)((?:- +)*)(?:(\"[^\"]+\"|'[^']+'|[\w.$/@*-][^\s:#]*(?: [^\s:#]+)*):(?: +(.*))?|(.*))$")
_TAG = re.compile(r"<!--.*?-->|<[?!][^>]*>|<(/?)([\w:.-]+)((?:\"[^\"]*\"|'[^']*'|[^<>\"'])*?)(/?)>", re.DOTALL)
_VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
_RULE = re.compile(r"([^{};]+)\{([^{}]*)\}")
_PART = 60
"""Characters of the longest entry, element or instruction that is quoted."""


class _Entry:
    """A key, an item or an element: how it is called, how it is quoted whole, and what it contains."""

    def __init__(self, indent: int, name: str, whole: str) -> None:
        self.indent, self.name, self.whole = indent, name, whole
        self.inner: list[_Entry] = []


def config_program(code: str, language: str) -> Program:
    """What stands in a document in one of the languages of :data:`CONFIG`."""
    return CONFIG[language](code)


def _docker(code: str) -> Program:
    """The base image of each stage, and its instructions in order."""
    text = re.sub(r"^[ \t]*#.*$", "", code, flags=re.MULTILINE)
    lines = [quotable(line, 72) for line in re.findall(r"(?:[^\\\n]|\\\n|\\.)+", text) if line.strip()]
    stages: list[list[str]] = []
    bases: list[str] = []
    handling: list[Clause] = []
    for line in lines:
        word, _, rest = line.partition(" ")
        if word.upper() == "FROM":
            bases.append(rest.strip())
            stages.append([])
        elif word.upper() in ("CMD", "ENTRYPOINT", "EXPOSE"):
            handling.append(Clause(f"docker_{'port' if word.upper() == 'EXPOSE' else 'start'}", (rest.strip(),)))
        elif line and stages:
            stages[-1].append(line)
    if not bases:
        return Program()
    told = [Clause("docker_stage", (base, *stage)) for base, stage in zip(bases, stages, strict=True) if stage]
    return Program(structure=(Clause("docker_from", tuple(bases)),), handling=(*told, *handling))


def _yaml(code: str) -> Program:
    root = _Entry(-1, "", "")
    stack = [root]
    for line in code.splitlines():
        found = _YAML.match(line.split(" #")[0].rstrip())
        if not line.strip() or line.lstrip().startswith(("#", "---")) or found is None or "\t" in found[1]:
            continue
        spaces, dashes, key, value, item = found.groups()
        indent = len(spaces)
        whole = found[0].strip()[len(dashes) :] if dashes else found[0].strip()
        at = indent + len(dashes)
        while len(stack) > 1 and stack[-1].indent >= at:
            stack.pop()
        parent = stack[-1]
        entry = _Entry(at, quotable(key or "", _PART), quotable(whole if value or item or dashes else key or "", _PART))
        if entry.whole:
            parent.inner.append(entry)
            stack.append(entry if key else parent)
    return _nested(root, "json_keys")


def _xml(code: str) -> Program:
    root = _Entry(-1, "", "")
    stack, starts = [root], [0]
    for tag in _TAG.finditer(code):
        closing, name, _, empty = tag.groups()
        if not name:
            continue
        if closing:
            depth = next((at for at in range(len(stack) - 1, 0, -1) if stack[at].name == name), 0)
            if depth:
                entry = stack[depth]
                whole = quotable(code[starts[depth] : tag.end()], _PART)
                if whole and not entry.inner:
                    entry.whole = whole
                del stack[depth:], starts[depth:]
            continue
        entry = _Entry(0, name, quotable(tag[0], 80) or name)
        stack[-1].inner.append(entry)
        if not empty and name.lower() not in _VOID:
            stack.append(entry)
            starts.append(tag.start())
    return _nested(root, "xml_root")


def _nested(root: _Entry, kind: str) -> Program:
    """What stands at the top, and what each entry contains, in the order of the document."""
    top = tuple(dict.fromkeys(entry.whole if kind == "xml_root" else entry.name or entry.whole for entry in root.inner))
    handling = [
        Clause("json_value", (entry.name, entry.whole[len(entry.name) + 1 :].strip()))
        for entry in root.inner
        if kind == "json_keys" and not entry.inner and entry.name and len(entry.whole) > len(entry.name) + 1
    ]
    pending = root.inner[::-1]
    while pending:
        entry = pending.pop()
        pending += entry.inner[::-1]
        if entry.inner and entry.name:
            inner = tuple(dict.fromkeys(each.name if each.inner and each.name else each.whole for each in entry.inner))
            handling.append(Clause("json_inside", (entry.name, *inner)))
    return Program(structure=(Clause(kind, top),), handling=tuple(handling)) if top else Program()


def _css(code: str) -> Program:
    """The rules, each with what it sets."""
    text = re.sub(r"/\*.*?\*/", lambda match: " " * len(match[0]), code, flags=re.DOTALL)
    rules = []
    for selector, body in _RULE.findall(text):
        name = quotable(selector.strip(), _PART)
        inner = tuple(filter(None, (quotable(each.strip(), _PART) for each in body.split(";"))))
        if name and inner:
            rules.append(Clause("css_rule", (name, *inner)))
    names = tuple(dict.fromkeys(rule.names[0] for rule in rules))
    return Program(structure=(Clause("css_rules", names),), handling=tuple(rules)) if rules else Program()


CONFIG = {"docker": _docker, "yaml": _yaml, "xml": _xml, "html": _xml, "css": _css, "scss": _css}
"""The readers by the canonical names of their languages."""
