"""How code is built, in sentences: the imports, types and functions, or the parts of a query, a script, a document."""

from __future__ import annotations

from slmaug.cot.code.facts import Clause, Function, Program, Type
from slmaug.cot.voice import Slot, Voice

_FUNCTIONS = 3
"""Functions that get a sentence each; more are named in one."""
_METHODS = 4
_VARIANTS = 3
"""Wordings of a sentence that is put together from several."""


def structure(program: Program, voice: Voice, language: str | None, most: int) -> list[Slot]:
    """Sentences on how the code is built; no list in them names more than about ``most``."""
    found = _imports(program, voice, language, most)
    types = program.types[:_FUNCTIONS]
    found += [_type(each, program, voice, most) for each in types]
    named = {each.name for each in types}
    loose = [each for each in program.functions if each.owner not in named]
    if len(loose) > _FUNCTIONS:
        found.append(voice.say("functions", tuple(dict.fromkeys(each.name for each in loose)), most))
    else:
        found += [_function(each, voice, most) for each in loose]
    if len(program.types) > len(types):
        rest = tuple(each.name for each in program.types[len(types) :])
        found.append(voice.say("token_defined", rest, most))
    for number, clause in enumerate(program.structure):
        found += clause_slots(clause, voice, most, following=number > 0)
    return found


def clause_slots(clause: Clause, voice: Voice, most: int, following: bool = False) -> list[Slot]:
    """The sentence of one clause; nothing where it has nothing to name."""
    kind, names = clause.kind, clause.names
    if kind == "one_line" and not names:
        return [voice.say("one_line_long")]
    if kind == "sql_plain":
        return [voice.say(kind)]
    if kind == "statements" and names == ("1",):
        return [voice.say("statements_one")]
    if kind == "commands" and following:
        kind = "other_commands"
    if kind == "sql_subquery":
        kind = "sql_with"
    if kind in ("sql_insert", "lines") and len(names) == 1:
        kind += "_bare"
    if kind == "sql_join" and len(names) == 2:
        kind += "_bare"
    if kind == "json_inside" and len(names) == 2 and "json_inside.2" in voice.templates:
        kind = "json_inside.2"
    return [voice.say(kind, names, most)] if names else []


def _imports(program: Program, voice: Voice, language: str | None, most: int) -> list[Slot]:
    found: list[Slot] = []
    plain = tuple(dict.fromkeys(each.module for each in program.imports if not each.names))
    if plain:
        found.append(voice.say("usings" if language == "csharp" else "imports", plain, most))
    sources = [each for each in program.imports if each.names]
    for each in sources[:_FUNCTIONS]:
        found.append(voice.say("from", (each.module, *each.names), most))
    if len(sources) > _FUNCTIONS:
        rest = tuple(dict.fromkeys(each.module for each in sources[_FUNCTIONS:]))
        found.append(voice.say("imports", rest, most))
    return found


def _type(each: Type, program: Program, voice: Voice, most: int) -> Slot:
    methods = [function for function in program.functions if function.owner == each.name]
    return tuple(_type_sentence(each, methods, voice, most, number) for number in range(_VARIANTS))


def _pick(slot: Slot, number: int) -> str:
    return slot[number % len(slot)]


def _type_sentence(each: Type, methods: list[Function], voice: Voice, most: int, number: int) -> str:
    word = voice.templates.get(f"word_{each.word}", (each.word,))[0]
    subject = _pick(voice.templates["type"], number).format(word=word, name=voice.quoted(each.name))
    marks = _pick(voice.say("marked", each.attributes, 3), number) if each.attributes else ""
    subject += _beside(marks, _pick(voice.say("bases", each.bases, 3), number) if each.bases else "")
    things: list[str] = []
    if each.members:
        kind = "values" if each.word == "enum" else "members"
        things.append(_pick(voice.say(kind, each.members, most), number))
    things += [_method(method, each, voice, number) for method in methods[:_METHODS]]
    if len(methods) > _METHODS + 1:
        things.append(voice.say("methods", tuple(method.name for method in methods[_METHODS:]), most)[0])
    elif len(methods) > _METHODS:
        things.append(_method(methods[_METHODS], each, voice, number))
    template = _pick(voice.templates["holds" if things else "bare"], number)
    if not things:
        subject = subject.rstrip(",")
    sentence = template.format(subject=subject, things=voice.listed(tuple(things), len(things)))
    return sentence[:1].upper() + sentence[1:]


def _method(method: Function, owner: Type, voice: Voice, number: int) -> str:
    kind = "constructor" if method.name == owner.name else "async_method" if method.is_async else "method"
    text = voice.say(kind, (method.name,))[0]
    marks = _pick(voice.say("marked", method.attributes, 3), number) if method.attributes else ""
    return text + _beside(
        marks, _pick(voice.say("parameters", method.parameters, 4), number) if method.parameters else ""
    )


def _beside(first: str, second: str) -> str:
    """Two remarks behind a name; Chinese brackets become one pair."""
    if first[-1:] == "\uff09" and second[:1] == "\uff08":
        return f"{first[:-1]}\uff0c{second[1:]}"
    return first + second


def _function(each: Function, voice: Voice, most: int) -> Slot:
    kind = "async_function" if each.is_async else "function"
    templates = voice.templates[kind if each.parameters else f"{kind}_bare"]
    name = voice.quoted(each.name)
    rest = voice.listed(tuple(map(voice.quoted, each.parameters)), most)
    count = voice.say("parameter_count", each.parameters)[0]
    marks = voice.say("marked", each.attributes, 3) if each.attributes else ("",)
    return tuple(
        template.format(name, rest=rest, count=count, marks=_pick(marks, number))
        for number, template in enumerate(templates)
    )
