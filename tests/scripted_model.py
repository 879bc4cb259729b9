"""A model that says what a test tells it to: for tests of what is asked and what is made of the replies."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from slmaug.llm.model import Progress, Prompt, Reply


@dataclass
class Scripted:
    """A model that answers by a function of the prompt, and keeps the prompts of each round."""

    answer: Callable[[Prompt], Reply | str]
    rounds: list[list[Prompt]] = field(default_factory=list)
    name: str = "scripted"

    def complete(self, prompts: Sequence[Prompt], progress: Progress | None = None) -> list[Reply]:
        self.rounds.append(list(prompts))
        said = [self.answer(prompt) for prompt in prompts]
        return [each if isinstance(each, Reply) else Reply(each) for each in said]
