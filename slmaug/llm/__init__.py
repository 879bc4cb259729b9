"""Language models behind one protocol: an OpenAI-compatible client that pays for nothing twice.

>>> from slmaug.llm import Chat, Prompt
>>> chat = Chat("gpt-4o-mini", budget=2.50)
>>> replies = chat.complete([Prompt("Be brief.", "What is a closure?")])  # doctest: +SKIP
"""

from __future__ import annotations

from slmaug.lazy import lazily

TYPE_CHECKING = False  # as type checkers know it; importing typing would take longer than all of this
if TYPE_CHECKING:
    from slmaug.llm.batch import Batch
    from slmaug.llm.chat import Chat
    from slmaug.llm.model import Model, Prompt, Reply
    from slmaug.llm.prices import Price, read_prices
    from slmaug.llm.spending import Estimate, Usage

__all__ = ["Batch", "Chat", "Estimate", "Model", "Price", "Prompt", "Reply", "Usage", "read_prices"]

_HOMES = {
    "Batch": "batch",
    "Chat": "chat",
    "Estimate": "spending",
    "Model": "model",
    "Price": "prices",
    "Prompt": "model",
    "Reply": "model",
    "Usage": "spending",
    "read_prices": "prices",
}


__getattr__ = lazily(__name__, globals(), _HOMES)


def __dir__() -> list[str]:
    return sorted(__all__)
