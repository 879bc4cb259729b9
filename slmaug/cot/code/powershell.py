"""PowerShell, read line by line: commands and pipelines, variables, loops, conditions, functions."""

from __future__ import annotations

import re

from slmaug.cot.code.facts import Body, Clause, Function, Program, Step, quotable

_LONGEST = 120
"""Characters of the longest line that is quoted."""
_COMMAND = re.compile(r"\b[A-Z][a-z]+-[A-Z]\w+")
_SET = re.compile(r"^(\$[\w.:]+)\s*=\s*(.+)$")
_HEADS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        ("for", r"^foreach\s*\((\$\w+)\s+in\s+(.+)\)\s*\{$"),
        ("while", r"^while\s*\((.+)\)\s*\{$"),
        ("if", r"^if\s*\((.+)\)\s*\{$"),
        ("elif", r"^\}?\s*elseif\s*\((.+)\)\s*\{$"),
        ("else", r"^\}?\s*else\s*\{$"),
        ("try", r"^try\s*\{$"),
        ("catch", r"^\}?\s*catch(?:\s+\[([\w.]+)\])?\s*\{$"),
        ("finally", r"^\}?\s*finally\s*\{$"),
        ("function", r"^function\s+([\w-]+)\s*(?:\([^)]*\)\s*)?\{$"),
    )
)


def powershell_program(code: str) -> Program:
    """What a script does; a line that is too long, or that is not made sense of, is not mentioned."""
    top: list[Step] = []
    bodies: list[tuple[str, list[Step]]] = []
    stack: list[tuple[str, tuple[str, ...], list[Step]]] = [("", (), top)]
    for line in _lines(code):
        kind, names = _head(line)
        if line.startswith("}") and len(stack) > 1:
            _close(stack, bodies)
        if kind:
            stack.append((kind, names, []))
        elif line.endswith("{"):
            stack.append(("loop" if line[0] == "}" else "", (), []))
        elif line[0] not in "})":
            stack[-1][2].extend(_steps(line))
    while len(stack) > 1:
        _close(stack, bodies)
    commands = tuple(dict.fromkeys(_COMMAND.findall(code)))
    variables = tuple(dict.fromkeys(step.names[0] for step in top if step.kind == "set"))
    found = (("commands", commands), ("variables", variables))
    structure = tuple(Clause(part, names) for part, names in found if names)
    functions = tuple(Function(name) for name, _ in bodies)
    told = [Body(name, tuple(steps)) for name, steps in [*bodies, ("", top)] if steps]
    return Program(functions=functions, structure=structure if told else (), bodies=tuple(told))


def _lines(code: str) -> list[str]:
    """Lines without comments; one that ends with a pipe or a backtick goes on in the next."""
    found: list[str] = []
    open_line = False
    for raw in code.splitlines():
        line = re.sub(r"(?:^|\s)#.*$", "", raw).strip()
        if not line:
            continue
        if open_line:
            found[-1] = ""  # its characters do not stand together on one line
        found.append("" if open_line else line)
        open_line = line[-1] in "|`,("
    return list(filter(None, found))


def _head(line: str) -> tuple[str, tuple[str, ...]]:
    for kind, pattern in _HEADS:
        match = pattern.match(line)
        if match:
            names = tuple(quotable(each.strip(), _LONGEST) for each in match.groups() if each)
            return (kind, names) if all(names) else ("loop", ())
    return "", ()


def _close(stack: list[tuple[str, tuple[str, ...], list[Step]]], bodies: list[tuple[str, list[Step]]]) -> None:
    kind, names, inner = stack.pop()
    if kind == "function":
        bodies.append((names[0], inner))
    elif inner and kind:
        stack[-1][2].append(Step(kind, names, tuple(inner)))


def _steps(line: str) -> list[Step]:
    assigned = _SET.match(line)
    if assigned:
        value = quotable(assigned[2], _LONGEST)
        return [Step("set", (assigned[1], value) if value else (assigned[1],))]
    word = line.split()[0].lower()
    if word in ("return", "throw"):
        value = quotable(line[len(word) :], _LONGEST)
        return [Step(word, (value,) if value else ())]
    if word in ("break", "continue"):
        return [Step(word)]
    if word.startswith(("param(", "[", "param")) or word == "@{":
        return []
    parts = [quotable(part, _LONGEST) for part in line.split(" | ")]
    if not all(parts):
        return []
    if len(parts) > 1 and parts[0][0] in "$@":
        parts[:2] = [""]
        head = [Step("pipe_value", tuple(line.split(" | ")[:2]))]
        return [*head, *(Step("pipe", (part,)) for part in parts[1:])]
    return [Step("pipe" if number else "run", (part,)) for number, part in enumerate(parts)]
