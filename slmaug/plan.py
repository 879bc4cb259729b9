"""How many rows of which form each seed gets, and the drawing of one seed's variants."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import accumulate

from slmaug.function_words import FUNCTION_WORDS
from slmaug.recipe import Form, Recipe
from slmaug.rng import generators, stream_key
from slmaug.text import LOCKED, Text

_GOLDEN = 0.6180339887498949
_PATIENCE = 60  # fruitless draws in a row after which a form counts as exhausted for a seed


@dataclass(frozen=True)
class Variant:
    """One accepted question, with the form it has and the steps that made it."""

    question: str
    form: str
    steps: tuple[str, ...]
    key: str


@dataclass
class Drawn:
    """What was drawn for one seed: the variants, and for each form what was asked, made and turned down."""

    variants: list[Variant] = field(default_factory=list)
    asked: Counter[str] = field(default_factory=Counter)
    made: Counter[str] = field(default_factory=Counter)
    rejected: dict[str, Counter[str]] = field(default_factory=dict)


def even_shares(total: int, places: int) -> list[int]:
    """``total`` over ``places`` as evenly as whole numbers allow."""
    return [total // places + (i < total % places) for i in range(places)]


def quotas(total: int, forms: tuple[Form, ...], offset: int) -> dict[str, int]:
    """``total`` rows over the forms by weight.

    Systematic sampling: equally spaced points on the line of running weights. The offset, one number for each
    seed, moves the points, so that over many seeds even a form of small weight gets its share.
    """
    bounds = list(accumulate(form.weight for form in forms))
    shares = dict.fromkeys((form.name for form in forms), 0)
    shift = ((offset + 1) * _GOLDEN) % 1.0
    at = 0
    for k in range(total):
        point = (k + shift) / total * bounds[-1]
        while at < len(bounds) - 1 and point >= bounds[at]:
            at += 1
        shares[forms[at].name] += 1
    return shares


@dataclass(frozen=True)
class SeedPlan:
    """All that one seed's variants depend on; equal plans give equal variants in any process."""

    text: Text
    index: int
    count: int
    recipe: Recipe
    random_seed: int
    taken: frozenset[str]
    """Keys of questions that are not this seed's to use: the other seeds' own, and those two seeds reached."""
    others: tuple[frozenset[str], ...]
    """The words of each other seed's question, in lower case."""
    batch_size: int


def draw(plan: SeedPlan) -> Drawn:
    """``plan.count`` variants of one seed, all different from it and from each other; fewer where no more are found."""
    drawn = Drawn()
    seen = {plan.text.key}
    streams = {form.name: _accepted(plan, form, seen, drawn) for form in plan.recipe.forms if form.weight}
    open_forms = tuple(form for form in plan.recipe.forms if form.weight)
    missing, first_round = plan.count, True
    while missing and open_forms:
        shares = quotas(missing, open_forms, plan.index)
        exhausted = set()
        for form in open_forms:
            if first_round:
                drawn.asked[form.name] = shares[form.name]
            for _ in range(shares[form.name]):
                variant = next(streams[form.name], None)
                if variant is None:
                    exhausted.add(form.name)
                    break
                drawn.variants.append(variant)
                drawn.made[form.name] += 1
                missing -= 1
        open_forms = tuple(form for form in open_forms if form.name not in exhausted)
        first_round = False
    return drawn


def _accepted(plan: SeedPlan, form: Form, seen: set[str], drawn: Drawn) -> Iterator[Variant]:
    """The acceptable variants of one form, in the order of their numbers, until the form runs dry.

    Every variant has a generator of its own, so the batch size changes the speed and nothing else.
    """
    own = stream_key(plan.random_seed, plan.index, form.name)
    common = stream_key(plan.random_seed, form.name)
    source = plan.text
    locks = Counter(source.locked)
    rejected = drawn.rejected.setdefault(form.name, Counter())
    number = fruitless = 0
    while fruitless < _PATIENCE:
        texts = form.augmenter([source] * plan.batch_size, generators(own, number, plan.batch_size, common))
        number += plan.batch_size
        for text in texts:
            key = text.key
            reason = _fault(text, key, locks, seen, plan)
            if reason is None:
                fruitless = 0
                seen.add(key)
                yield Variant(str(text), form.name, text.steps, key)
                continue
            rejected[reason] += 1
            fruitless += 1
            if fruitless >= _PATIENCE:
                return


def _fault(text: Text, key: str, locks: Mapping[str, int], seen: set[str], plan: SeedPlan) -> str | None:
    """Why a variant cannot be used, or None if it can."""
    source = plan.text
    if text is source:
        return "nothing to change"
    if key in seen:
        return "the same question again"
    if key in plan.taken:
        return "another seed's question"
    if not key:
        return "no words left"
    if text.status.count(LOCKED) != len(source.locked) or Counter(text.locked) != locks:
        return "a locked span was changed"
    if len(text) < len(source):
        words = {word.lower() for word in text.words} - FUNCTION_WORDS
        if any(words <= other for other in plan.others):
            return "too short to tell from another seed's question"
    return None
