"""What a build does with a language model: the client, the cost before, the calls, and the account after."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from slmaug.augment import (
    Chain,
    Deletion,
    Listed,
    Maybe,
    OneOf,
    OneSentence,
    OnTop,
    Phrasing,
    Rewording,
    Swap,
    Typos,
)
from slmaug.config import Settings
from slmaug.cot.rationale import Rationales
from slmaug.cot.rewriter import Reject
from slmaug.cot.rewriting import rewrite_prompts, rewritten
from slmaug.files import Seeds
from slmaug.llm.batch import Batch
from slmaug.llm.chat import Chat
from slmaug.llm.model import Model, Prompt
from slmaug.llm.prices import AS_OF, price_of, read_prices
from slmaug.llm.spending import Usage
from slmaug.recipe import Form, Recipe
from slmaug.rephrasing import rephrase_prompts, rephrased
from slmaug.summary import by_reason, counted

if TYPE_CHECKING:
    from slmaug.rows import Rows

REPHRASED = "rephrased"
"""The form of the questions that the model phrased."""
_WEIGHT = 50.0  # of that form, beside the default recipe's 100: a third, which takes in 20 phrasings at 100 rows a seed
_AROUND = OneOf((Phrasing("context"), Phrasing("search", 0.9)), (3, 1))
_WORDING = OneOf((Rewording(), OneSentence(_AROUND)), (3, 1))
_SLIPS = OneOf((Typos(), Deletion(), Swap()), (3, 2, 1))
_TWO = OneOf((Chain((Rewording(), OneSentence(_AROUND))), Chain((_WORDING, _SLIPS))), (2, 1))
_EDITS = Maybe(OneOf((_WORDING, _TWO, _SLIPS), (6, 3, 1)), 0.35)
"""What is done offline to about a third of the draws of a phrasing: a phrasing as it is comes first, and where all of
them are taken, those that are edited fill the form."""


def client(settings: Settings, quiet: bool = False) -> Chat:
    """The client that the settings describe; its journal is opened with the first call.

    Raises :class:`slmaug.errors.SlmaugError` where a price or a key is wanting.
    """
    assert settings.model is not None  # the arguments are checked
    return Chat(
        settings.model,
        base_url=settings.base_url,
        api_key_env=settings.api_key_env,
        temperature=settings.temperature,
        concurrency=settings.concurrency,
        requests_per_minute=settings.requests_per_minute,
        tokens_per_minute=settings.tokens_per_minute,
        budget=settings.budget,
        prices=read_prices(settings.prices) if settings.prices else {},
        journal=settings.journal,
        bar=not quiet,
    )


def caller(settings: Settings, chat: Chat) -> Chat | Batch:
    """What the prompts go to: the client itself, or the Batch API through it."""
    return Batch(chat) if settings.batch else chat


def rationales(settings: Settings, model: Model) -> Rationales:
    """The rewriter that has the model write the analyses."""
    return Rationales(model, settings.rationales, settings.cot_language)


@dataclass(frozen=True)
class Prepared:
    """What there is to expand once the model was asked about questions and answers."""

    seeds: Seeds
    recipe: Recipe
    rejects: tuple[Reject, ...] = ()
    notes: Mapping[str, Any] | None = None

    def told(self, rows: Rows) -> Rows:
        """The rows with these notes and rejects in their report, in front of those of the analyses."""
        from slmaug.rows import Rows

        report = rows.report
        notes, rejects = {**(self.notes or {}), **report.notes}, (*self.rejects, *report.rejects)
        return Rows(rows.rows, rows.seeds, replace(report, notes=notes, rejects=rejects))


def prepared(settings: Settings, seeds: Seeds, recipe: Recipe, model: Model) -> Prepared:
    """Have the answers rewritten and the questions rephrased, where the settings want it."""
    notes: dict[str, Any] = {}
    rejects: tuple[Reject, ...] = ()
    if settings.rewrite_answers:
        answers = rewritten(seeds.seeds, model, settings.cot_language)
        seeds = replace(seeds, seeds=answers.seeds)
        notes["answers"], rejects = answers.notes, answers.rejects
    if settings.phrasings:
        found = rephrased(seeds.seeds, model, settings.phrasings, protect=_protected(settings))
        recipe = with_phrasings(recipe, found.phrasings)
        notes["phrasings"], rejects = found.notes, (*rejects, *found.rejects)
    return Prepared(seeds, recipe, rejects, notes)


def _protected(settings: Settings) -> list[str | re.Pattern[str]]:
    return [*settings.protect, *settings.protect_regex]


def with_phrasings(recipe: Recipe, phrasings: Mapping[str, Sequence[str]]) -> Recipe:
    """The recipe, its form of the model's phrasings filled with these."""
    filled = worked_over(phrasings)
    return Recipe(tuple(replace(form, augmenter=filled) if form.name == REPHRASED else form for form in recipe.forms))


def with_room_for_phrasings(recipe: Recipe) -> Recipe:
    """The recipe and one form more, for the phrasings of the model."""
    return Recipe((*recipe.forms, Form(REPHRASED, _WEIGHT, worked_over({}))))


def worked_over(phrasings: Mapping[str, Sequence[str]]) -> OnTop:
    """Phrasings by question, as they are or with one or two edits on top: other words, something around it, a slip."""
    return OnTop((Listed({question: tuple(found) for question, found in phrasings.items()}), _EDITS))


# --- the cost before ---------------------------------------------------------------------------------------------


def first_prompts(settings: Settings, seeds: Seeds, model: Model) -> dict[str, list[Prompt]]:
    """The calls that are sure to be wanted, by what they are for."""
    found: dict[str, list[Prompt]] = {}
    if settings.rewrite_answers:
        found["answers"] = rewrite_prompts(seeds.seeds, settings.cot_language)
    if settings.phrasings:
        found["phrasings"] = rephrase_prompts(seeds.seeds, settings.phrasings, protect=_protected(settings))
    if settings.cot == "llm":
        found["rationales"] = rationales(settings, model).prompts(seeds.seeds)
    return found


def cost_lines(settings: Settings, seeds: Seeds, chat: Chat) -> list[str]:
    """What the model would be asked and what it would cost. Nothing is sent."""
    model = caller(settings, chat)
    by_purpose = first_prompts(settings, seeds, model)
    if not by_purpose:
        return [f"  {chat.name} would be asked to translate only"]
    estimate = model.estimate([prompt for prompts in by_purpose.values() for prompt in prompts])
    calls = ", ".join(f"{len(prompts):,} for {purpose}" for purpose, prompts in by_purpose.items())
    money = "price unknown (--prices FILE)" if estimate.dollars is None else f"about ${estimate.dollars:.4f}"
    if estimate.dollars is not None and price_of(chat.name, chat.prices) is price_of(chat.name):
        money += f" at the prices of {AS_OF}"
    lines = [
        f"  {chat.name} would be asked {counted(estimate.calls, 'time')} ({calls})",
        f"  {counted(estimate.in_journal, 'reply', 'replies')} in the journal already; for the rest about "
        f"{estimate.prompt_tokens:,} tokens in and {estimate.completion_tokens:,} out: {money}",
        "  what the checks turn down is asked for again, which comes on top",
    ]
    if settings.rewrite_answers and settings.cot == "llm":
        lines.append("  (rationales are counted with the answers as they are now)")
    return lines


# --- the account after -------------------------------------------------------------------------------------------


def account_lines(name: str, usage: Usage) -> list[str]:
    """What was asked of the model, what came back and what it cost."""
    kept = f", {usage.from_journal:,} of them in the journal already" if usage.from_journal else ""
    lines = [f"  model     {name}: {counted(usage.calls, 'call')}{kept}; {counted(usage.requests, 'request')}"]
    if usage.retries:
        lines[0] += f", {sum(usage.retries.values()):,} of them again ({by_reason(usage.retries)})"
    other = {str(outcome): count for outcome, count in usage.outcomes.items() if outcome != "complete"}
    if other:
        lines.append(f"            not whole: {by_reason(other)}")
    if usage.requests:
        money = "price unknown" if usage.dollars is None else f"${usage.dollars:.4f}"
        lines.append(f"            {usage.prompt_tokens:,} tokens in, {usage.completion_tokens:,} out; {money}")
    return lines
