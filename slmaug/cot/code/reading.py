"""From code and the name of its language to what can be said about it."""

from __future__ import annotations

from dataclasses import replace

from slmaug.cot.code.data import json_program, line_program, token_program
from slmaug.cot.code.facts import Program, Source
from slmaug.cot.code.imperative import Reader
from slmaug.cot.code.shell import ShellReader
from slmaug.cot.code.sql import sql_program
from slmaug.cot.grammars import parser_for, source_bytes


def read_program(code: str, language: str | None) -> Program:
    """What stands in ``code``; ``language`` is a canonical name or None.

    Where nothing can be read (an unknown language, code that no grammar makes sense of) its lines are spoken of.
    """
    program = _read(code, language)
    if program == Program():
        return line_program(code)
    if not (program.imports or program.types or program.functions or program.structure):
        return replace(program, structure=line_program(code).structure)
    return program


def _read(code: str, language: str | None) -> Program:
    parser = parser_for(language)
    if parser is None:
        return Program() if language in (None, "text") else token_program(code, str(language))
    source = Source(source_bytes(code))
    if language == "sql":
        program = sql_program(parser, source)
        return program if program != Program() else token_program(code, "sql")
    tree = parser.parse(source.text)
    if language == "json":
        return json_program(tree, source)
    if language == "bash":
        return ShellReader(tree, source).program()
    return Reader(tree, source).program()
