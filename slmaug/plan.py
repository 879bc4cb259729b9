"""How many rows of which form each seed gets, and the drawing of one seed's variants."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate

from slmaug.errors import SeedError
from slmaug.files import Seeds
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


def planned(seeds: Seeds, n: int, recipe: Recipe) -> list[dict[str, int]]:
    """How many rows of each form every seed is to get, besides its own question: ``n`` in all, evenly spread.

    Raises :class:`SeedError` where there are more seeds than rows.
    """
    if n < len(seeds.seeds):
        raise SeedError(f"n is {n}, but {seeds.source} has {len(seeds.seeds)} usable seeds and each needs a row")
    counts = even_shares(n, len(seeds.seeds))
    return [quotas(count - 1, in_use(recipe), seed.id) for seed, count in zip(seeds.seeds, counts, strict=True)]


def in_use(recipe: Recipe) -> tuple[Form, ...]:
    """The forms with a weight above 0."""
    return tuple(form for form in recipe.forms if form.weight)


@dataclass(frozen=True)
class Common:
    """What the plans of all seeds share. It is large, so a worker process gets it once."""

    recipe: Recipe
    random_seed: int
    batch_size: int
    keys: frozenset[str]
    """The keys of the seeds' own questions."""
    words: tuple[frozenset[str], ...]
    """The words of each seed's question, in lower case, in the seeds' order."""


@dataclass(frozen=True)
class SeedPlan:
    """What one seed's variants depend on besides :class:`Common`; equal plans give equal variants in any process."""

    text: Text
    seed_id: int
    position: int
    """The seed's place in ``Common.words``; its id counts skipped rows, too."""
    shares: Mapping[str, int]
    """How many variants of each form."""
    taken: frozenset[str] = frozenset()
    """Keys of questions that two seeds reached, so that neither may have them."""
    strayed: Mapping[str, str] = field(default_factory=dict)
    """Keys of questions that were found to ask something else, with the reason."""
    quotes_stay: bool = False
    """Whether the user protects quotes round a name, so that no wording may leave them out."""

    @property
    def count(self) -> int:
        return sum(self.shares.values())

    def resized(self, count: int, recipe: Recipe) -> SeedPlan:
        """The plan for another number of variants."""
        return replace(self, shares=quotas(count, in_use(recipe), self.seed_id))


def draw(plan: SeedPlan, common: Common) -> Drawn:
    """``plan.count`` variants of one seed, all different from it and from each other; fewer where no more are found."""
    drawn = Drawn(asked=Counter(plan.shares))
    seen = {plan.text.key}
    open_forms = in_use(common.recipe)
    streams = {form.name: _accepted(plan, common, form, seen, drawn) for form in open_forms}
    shares, missing = plan.shares, plan.count
    while missing and open_forms:
        exhausted = set()
        for form in open_forms:
            for _ in range(shares[form.name]):
                variant = next(streams[form.name], None)
                if variant is None:
                    exhausted.add(form.name)
                    break
                drawn.variants.append(variant)
                drawn.made[form.name] += 1
                missing -= 1
        open_forms = tuple(form for form in open_forms if form.name not in exhausted)
        if open_forms:
            shares = quotas(missing, open_forms, plan.seed_id)
    return drawn


def _accepted(plan: SeedPlan, common: Common, form: Form, seen: set[str], drawn: Drawn) -> Iterator[Variant]:
    """The acceptable variants of one form, in the order of their numbers, until the form runs dry.

    Every variant has a generator of its own, so the batch size changes the speed and nothing else.
    """
    own = stream_key(common.random_seed, plan.seed_id, form.name)
    every = stream_key(common.random_seed, form.name)
    source = plan.text
    # What is drawn beyond the share is mostly thrown away.
    size = min(common.batch_size, plan.shares[form.name] + 2)
    locks = [Counter(source.locked)]
    if not plan.quotes_stay:
        locks.append(Counter(source.unquoted().locked))
    rejected = drawn.rejected.setdefault(form.name, Counter())
    number = fruitless = 0
    while fruitless < _PATIENCE:
        texts = form.augmenter([source] * size, generators(own, number, size, every))
        if len(texts) != size:
            raise ValueError(f"form {form.name!r}: {form.augmenter!r} gave {len(texts)} texts for {size}")
        number += size
        for text in texts:
            if not isinstance(text, Text):
                raise TypeError(
                    f"form {form.name!r}: {form.augmenter!r} gave a {type(text).__name__} instead of a Text"
                )
            key = text.key
            reason = _fault(text, key, locks, seen, plan, common)
            if reason is None:
                fruitless = 0
                seen.add(key)
                yield Variant(str(text), form.name, text.steps, key)
                continue
            rejected[reason] += 1
            fruitless += 1
            if fruitless >= _PATIENCE:
                return


def _fault(
    text: Text, key: str, locks: Sequence[Counter[str]], seen: set[str], plan: SeedPlan, common: Common
) -> str | None:
    """Why a variant cannot be used, or None if it can."""
    source = plan.text
    if text is source:
        return "nothing to change"
    if key in seen:
        return "the same question again"
    if key in common.keys or key in plan.taken:
        return "another seed's question"
    if key in plan.strayed:
        return plan.strayed[key]
    if not key:
        return "no words left"
    if text.status.count(LOCKED) != len(source.locked) or Counter(text.locked) not in locks:
        return "a locked span was changed"
    if len(text) < len(source):
        words = {word.lower() for word in text.words} - FUNCTION_WORDS
        if any(words <= other for at, other in enumerate(common.words) if at != plan.position):
            return "too short to tell from another seed's question"
    return None
