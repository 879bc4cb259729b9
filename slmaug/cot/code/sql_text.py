"""SQL that the grammar lacks (MERGE, upserts, Transact-SQL with variables and loops), clause by clause."""

from __future__ import annotations

import re

from slmaug.cot.code.facts import Clause, Program, quotable

_LONGEST = 100
"""Characters of the longest stretch that is quoted."""
_NAME = r"[\w.@#$]+|\[[^\]\n]+\](?:\.\[[^\]\n]+\])*"
_NEXT = r"SET|BEGIN|COMMIT|END|GO|DECLARE|INSERT|UPDATE|DELETE|SELECT|IF|ELSE|PRINT|EXEC|RETURNING"
_STOP = rf"(?=\s*(?:;|$|\n\s*(?:{_NEXT})\b))"

# What each pattern finds is named in the order of its groups; a group that found nothing is left out.
_CLAUSES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.IGNORECASE | re.MULTILINE))
    for kind, pattern in (
        ("sql_declare", rf"\bDECLARE\s+(@.+?){_STOP}"),
        ("sql_while", r"\bWHILE\s+(.+?)\s*$"),
        ("sql_if", r"^\s*IF\s+(.+?)\s*$"),
        ("sql_merge", rf"\bMERGE\s+(?:INTO\s+)?({_NAME})(?:\s+AS)?(?:\s+(?!USING)\w+)?\s+USING\s+({_NAME})"),
        ("sql_matched", r"\bUSING\s+[^\n;]*?\bON\s+(.+?)(?=\s+WHEN\b|\s*$|;)"),
        ("sql_when", r"\b(WHEN\s+(?:NOT\s+)?MATCHED.*?)\s+THEN\s+(.+?)(?=\s+WHEN\b|\s*;|\s*$)"),
        ("sql_insert", rf"\bINSERT\s+INTO\s+({_NAME})\s*\(([^()]+)\)"),
        ("sql_values", r"\bVALUES\s*(\((?:[^()]|\([^()]*\))*\))(?!\s*(?:;\s*)?\n?\s*WHEN\b)"),
        ("sql_when", r"\b(ON\s+CONFLICT\b[^\n]*?|ON\s+DUPLICATE\s+KEY)\s+((?:DO\s+)?(?:UPDATE|NOTHING)[^\n;]*)"),
        ("sql_returning", r"\bRETURNING\s+([^;\n]+)"),
        ("sql_output", r"^\s*OUTPUT\s+([^;\n]+)"),
        ("sql_remove", rf"\bDELETE\s+(?:TOP\s*\([^)]*\)\s*)?FROM\s+({_NAME})(?:\s+WHERE\s+(.+?){_STOP})?"),
        ("sql_change", rf"^\s*UPDATE\s+({_NAME})\s+SET\s+(.+?)(?:\s+WHERE\s+(.+?))?{_STOP}"),
        ("sql_assign", rf"^\s*SET\s+(@.+?){_STOP}"),
        ("sql_select_from", rf"^\s*SELECT\s+(?!FROM\b|@)(.+?)\s+FROM\s+({_NAME})"),
        ("sql_create", rf"\b((?:CREATE|ALTER)\s+(?:OR\s+\w+\s+)?(?:PROC(?:EDURE)?|FUNCTION|VIEW|TRIGGER))\s+({_NAME})"),
        ("sql_where", r"^\s*(?:WHERE|AND)\s+(.+?)\s*;?\s*$"),
        ("sql_group", r"^\s*GROUP\s+BY\s+([^;\n]+)"),
        ("sql_order", r"^\s*ORDER\s+BY\s+([^;\n]+)"),
        ("sql_call", rf"\bEXEC(?:UTE)?\s+(.+?){_STOP}"),
        (
            "sql_transaction",
            r"\b(BEGIN\s+TRAN(?:SACTION)?|COMMIT(?:\s+TRAN(?:SACTION)?)?|ROLLBACK(?:\s+TRAN(?:SACTION)?)?)\b",
        ),
    )
)
_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
_STRUCTURE = frozenset({"sql_merge", "sql_insert", "sql_declare", "sql_create"})


def sql_text_program(code: str) -> Program:
    """The clauses in order; nothing where none is found."""
    text = _COMMENT.sub(lambda match: " " * len(match[0]), code)
    found: list[tuple[int, int, Clause]] = []
    for kind, pattern in _CLAUSES:
        for match in pattern.finditer(text):
            names = tuple(quotable(each, _LONGEST) for each in match.groups() if each)
            if names and all(names):
                found.append((match.start(), match.end(), _clause(kind, names)))
    clauses: list[Clause] = []
    told = 0
    for start, end, clause in sorted(found, key=lambda each: each[0]):
        if clause.kind != "sql_where" or start >= told:  # not the condition of what was told with it
            clauses.append(clause)
            told = max(told, end)
    transactions = tuple(clause.names[0] for clause in clauses if clause.kind == "sql_transaction")
    structure = [clause for clause in clauses if clause.kind in _STRUCTURE]
    if transactions:
        structure.append(Clause("sql_transaction", transactions))
    handling = [clause for clause in clauses if clause.kind not in _STRUCTURE | {"sql_transaction"}]
    return Program(structure=_joined(structure), handling=tuple(handling))


def _clause(kind: str, names: tuple[str, ...]) -> Clause:
    if kind == "sql_insert":
        return Clause(kind, (names[0], *(each.strip() for each in names[1].split(","))))
    if kind == "sql_select_from":
        return Clause(kind, names[::-1])
    if kind == "sql_remove" and len(names) == 2:
        return Clause("sql_remove_where", names)
    if kind == "sql_change" and len(names) == 3:
        return Clause("sql_change_where", (names[0], names[2], names[1]))
    return Clause(kind, names)


def _joined(clauses: list[Clause]) -> tuple[Clause, ...]:
    """All that is declared in one clause."""
    declared = tuple(clause.names[0] for clause in clauses if clause.kind == "sql_declare")
    others = [clause for clause in clauses if clause.kind != "sql_declare"]
    return tuple([Clause("sql_declare", declared), *others] if declared else others)
