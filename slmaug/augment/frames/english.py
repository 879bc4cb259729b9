"""English wordings of one ask: which of them it allows, and one drawn and filled in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from slmaug.augment.frames.asks import Ask, read_ask
from slmaug.augment.frames.wordings import BEFORE, BEHIND, CORES, EXTRA, FORMS
from slmaug.function_words import FUNCTION_WORDS, PARTICLES, PREPOSITIONS
from slmaug.rng import Random
from slmaug.text import KEPT_WORDS, LOCKED, Text, filled, joined, slots_of

# What a search box does without: the words that only hold a sentence together. The particles and
# prepositions that decide what is asked stay (top up, without, before), negations and numbers too.
_WEAK_PREPOSITIONS = frozenset("of for to in on at by with as about".split())
_UNSEARCHED = (
    (FUNCTION_WORDS - KEPT_WORDS - PARTICLES - (PREPOSITIONS - _WEAK_PREPOSITIONS) - frozenset("or same all last".split()))
    | _WEAK_PREPOSITIONS
    | frozenset("want need get way please like".split())
)


@lru_cache(maxsize=1024)
def _split(block: str) -> tuple[str, ...]:
    return tuple(part for line in block.strip().splitlines() for part in line.strip().split("|") if part)


@dataclass(frozen=True, eq=False)
class _Wordings:
    """An ask with the templates it can fill, by the name of the part or of the form."""

    ask: Ask
    whole: Text
    templates: dict[str, tuple[str, ...]]


def _wordings(text: Text) -> _Wordings:
    ask = read_ask(text)
    known = {*ask.slots, "keywords"}
    templates: dict[str, tuple[str, ...]] = {}

    def add(name: str, block: str) -> None:
        possible = tuple(t for t in _split(block) if all(slot.lower() in known for slot in slots_of(t)))
        if possible:
            templates[name] = possible
            known.add(name)

    core = CORES[ask.kind]
    for part in ("asked", "direct", "statement", "nominal", "report"):
        add(part, core.get(part, ""))
    for form, block in FORMS.items():
        add(f"form {form}", f"{block}\n{EXTRA.get((ask.kind, form), '')}")
    return _Wordings(ask, text, templates)


def rephrase(text: Text, form: str, rng: Random) -> Text | None:
    """``text`` asked again in the given form, or None where its kind of question has no such form."""
    wordings = text.fact("wordings", _wordings)
    if form == "context":
        return _in_context(wordings, rng)
    if f"form {form}" not in wordings.templates:
        return None
    if form == "search":
        return _render(f"form {form}", wordings, rng)
    return _with_context(wordings.ask.context, _render(f"form {form}", wordings, rng), rng)


def _render(name: str, wordings: _Wordings, rng: Random) -> Text:
    template = rng.choice(wordings.templates[name])
    slots: dict[str, Text] = {}
    for slot in slots_of(template):
        part = slot.lower()
        if part in wordings.ask.slots:
            value = wordings.ask.slots[part]
        elif part == "keywords":
            value = _keywords(wordings.whole if name == "form search" else wordings.ask.slots["whole"], rng)
        else:
            value = _render(part, wordings, rng)
        slots[slot] = value.capitalised() if slot[0].isupper() else value
    return filled(template, slots, "en")


def _keywords(text: Text, rng: Random) -> Text:
    """The words that a search needs, mostly in order; now and then the verb last, or a small word kept."""
    words = [word.lower().replace("\u2019", "'") for word in text.words]
    strong = [i for i, word in enumerate(words) if text.status[i] == LOCKED or word not in _UNSEARCHED]
    kept_small = rng.randrange(4) == 0
    picked = [
        i
        for i, word in enumerate(words)
        if i in strong or (kept_small and word in _WEAK_PREPOSITIONS and strong and strong[0] < i < strong[-1])
    ]
    if not picked:
        return text
    if not kept_small and len(picked) > 2 and text.status[picked[0]] != LOCKED and rng.randrange(4) == 0:
        picked = [*picked[1:], picked[0]]
    return text.picked(picked).lowered()


def _with_context(context: Text | None, wording: Text, rng: Random) -> Text:
    if context is None:
        return wording
    if rng.randrange(3):
        return filled("{context}. {wording}", {"context": context, "wording": wording.capitalised()}, "en")
    seam = " " if wording.parts[-1].strip() else ". "
    return joined((wording, Text([seam], (), "en"), context.capitalised().ending(".")), "en")


def _in_context(wordings: _Wordings, rng: Random) -> Text | None:
    forms = [f for f in ("question", "question", "indirect", "need", "report") if f"form {f}" in wordings.templates]
    core = _with_context(wordings.ask.context, _render(f"form {rng.choice(forms)}", wordings, rng), rng)
    where = rng.randrange(4)
    if where:
        opening = rng.choice(_split(BEFORE))
        core = core.capitalised() if opening[-1] in ".!" else core.uncapitalised()
        core = filled(f"{opening} {{core}}", {"core": core}, "en")
    if where == 0 or where == 3:
        core = filled(f"{{core}} {rng.choice(_split(BEHIND))}", {"core": core}, "en")
    return core
