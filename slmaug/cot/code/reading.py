"""From code and the name of its language to what can be said about it."""

from __future__ import annotations

from dataclasses import replace

from slmaug.cot.code.config import CONFIG, config_program
from slmaug.cot.code.data import json_program, line_program, token_program
from slmaug.cot.code.facts import Clause, Program, Source, quotable
from slmaug.cot.code.imperative import Reader
from slmaug.cot.code.powershell import powershell_program
from slmaug.cot.code.shell import ShellReader
from slmaug.cot.code.sql import sql_program
from slmaug.cot.code.sql_text import sql_text_program
from slmaug.cot.grammars import parsed, parser_for, source_bytes


def read_program(code: str, language: str | None) -> Program:
    """What stands in ``code``; ``language`` is a canonical name or None.

    Where nothing can be read (an unknown language, code that no grammar makes sense of) its lines are spoken of.
    """
    program = _read(code, language)
    if program == Program():
        return line_program(code, is_broken(code, language))
    if language == "sql" and not program.structure:
        first = quotable(next(filter(str.strip, code.splitlines()), ""))
        return replace(program, structure=(Clause("sql_start", (first,)),) if first else ())
    if not (program.imports or program.types or program.functions or program.structure):
        return replace(program, structure=line_program(code).structure)
    return program


def is_broken(code: str, language: str | None) -> bool:
    """Whether the grammar of the language finds an error in the code."""
    tree = parsed(code, language)
    return tree is not None and tree.root_node.has_error


def _read(code: str, language: str | None) -> Program:
    parser = parser_for(language)
    if parser is None:
        return Program() if language in (None, "text") else _without_grammar(code, str(language))
    source = Source(source_bytes(code))
    if language == "sql":
        program = sql_program(parser, source)
        if program == Program():
            program = sql_text_program(code)
        return program if program != Program() else token_program(code, "sql")
    tree = parser.parse(source.text)
    if language == "json":
        return json_program(tree, source)
    if language == "bash":
        return ShellReader(tree, source).program()
    return Reader(tree, source).program()


def _without_grammar(code: str, language: str) -> Program:
    program = Program()
    if language in CONFIG:
        program = config_program(code, language)
    elif language == "powershell":
        program = powershell_program(code)
    elif language == "markdown":  # its words are no names
        return program
    return program if program != Program() else token_program(code, language)
