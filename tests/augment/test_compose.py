"""Chain, OneOf and Maybe: augmenters made of augmenters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pytest

from slmaug.augment import Chain, LeadingTo, Listed, Maybe, OneOf, OnTop, Swap, Typos, per_text
from slmaug.rng import Random, generators
from slmaug.text import Text


class Append:
    """Puts one word behind the last, and counts the batches it saw."""

    def __init__(self, word: str) -> None:
        self.word = word
        self.batches: list[int] = []

    def __repr__(self) -> str:
        return f"Append({self.word!r})"

    def __call__(self, texts: Sequence[Text], rngs: Sequence[Random]) -> list[Text]:
        self.batches.append(len(texts))
        return self._append(texts, rngs)

    @per_text
    def _append(self, text: Text, rng: Random) -> Text:
        return text.inserted(len(text), self.word)


def batch(augmenter: object, count: int) -> list[Text]:
    return augmenter([Text.parse("tea")] * count, generators(2, 0, count))  # type: ignore[operator,no-any-return]


def test_a_chain_applies_its_steps_in_order_and_writes_them_down() -> None:
    """Each step works on what the one before made; the text lists both reprs in that order."""
    (text,) = batch(Chain((Append("hot"), Append("now"))), 1)
    assert str(text) == "tea hot now"
    assert text.steps == ("Append('hot')", "Append('now')")


def test_on_top_works_on_what_its_first_step_changed_alone() -> None:
    """A question that has no phrasing is not misspelt in its place; one that has is, and both steps are told."""
    augmenter = OnTop((Listed({"How do I pay here?": ("Which button settles bills?",)}), Typos(1.0)))
    texts = [Text.parse("How do I pay here?"), Text.parse("Where is the exit door?")] * 20
    made = augmenter(texts, generators(1, 0, 40))
    assert all(new is old for new, old in zip(made[1::2], texts[1::2], strict=True))
    assert all(str(new) != str(old) for new, old in zip(made[::2], texts[::2], strict=True))
    assert {tuple(step.split("(")[0] for step in new.steps) for new in made[::2]} == {("Listed", "Typos")}
    assert [str(t) for t in OnTop((Swap(),))(texts, generators(1, 0, 40))] == [
        str(t) for t in Swap()(texts, generators(1, 0, 40))
    ]


def test_leading_to() -> None:
    """Where the last step changes nothing, nothing is changed; else all steps count."""
    listed = Listed({"How do I pay here?": ("Which button settles bills?",)})
    texts = [Text.parse("How do I pay here?"), Text.parse("How do I leave again?")]
    first, second = LeadingTo((listed, Typos(1.0)))(texts, generators(1, 0, 2))
    assert (len(first.steps), first.steps[-1]) == (2, "Typos(rate=1.0)")
    assert second.steps == ("Typos(rate=1.0)",)
    never = LeadingTo((Swap(1.0), Listed({"Nobody asks this?": ("Nobody?",)})))
    assert all(new is old for new, old in zip(never(texts, generators(1, 0, 2)), texts, strict=True))
    assert LeadingTo((listed,))(texts, generators(1, 0, 2))[1] is texts[1]


def test_one_of_splits_its_batch_by_weight_and_hands_each_part_over_at_once() -> None:
    """Each option is called once, with its share; every text comes back in its place."""
    one, other = Append("a"), Append("b")
    texts = batch(OneOf((one, other), (1.0, 3.0)), 400)
    counts = Counter(map(str, texts))
    assert one.batches + other.batches == [counts["tea a"], counts["tea b"]]
    assert sum(counts.values()) == 400
    assert 60 < counts["tea a"] < 140


def test_maybe_applies_to_its_share() -> None:
    """p=0 never, p=1 always, p=0.3 in about three of ten; who is left out is the same object."""
    counts = [sum(str(text) != "tea" for text in batch(Maybe(Append("a"), p), 400)) for p in (0.0, 0.3, 1.0)]
    assert counts[0] == 0
    assert 80 < counts[1] < 160
    assert counts[2] == 400


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: Chain([Swap()]), TypeError, "steps must be a tuple of augmenters, got list"),
        (lambda: Chain((Swap,)), TypeError, r"steps must hold augmenters.*write Swap\(\)"),
        (lambda: Chain(()), ValueError, "steps must hold at least one augmenter"),
        (lambda: OneOf(()), ValueError, "options must hold at least one augmenter"),
        (lambda: OneOf((Swap(), Typos()), (1.0,)), ValueError, "2 options need 2 weights, got 1"),
        (lambda: OneOf((Swap(),), (0.0,)), ValueError, "weights must be positive"),
        (lambda: OneOf((Swap(),), (float("nan"),)), ValueError, "weights must be positive"),
        (lambda: OneOf((Swap(),), (float("inf"),)), ValueError, "weights must be positive"),
        (lambda: Maybe(Swap(), 1.5), ValueError, r"p must lie in \[0, 1\], got 1.5"),
        (lambda: Maybe("swap"), TypeError, "augmenter must hold augmenters, got 'swap'"),
    ],
)
def test_wrong_parts_are_refused_when_they_are_put_together(make: object, error: type[Exception], message: str) -> None:
    """The mistake is named where it is made, not in the middle of a run."""
    with pytest.raises(error, match=message):
        make()  # type: ignore[operator]
