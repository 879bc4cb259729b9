"""A language model behind any OpenAI-compatible server: OpenAI, Azure, Ollama, vLLM, llama.cpp."""

from __future__ import annotations

import hashlib
import math
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from slmaug.cache import cache_folder
from slmaug.errors import SlmaugError, printable
from slmaug.llm.background import Shared, ticker
from slmaug.llm.calls import Session
from slmaug.llm.journal import Journal, call_key
from slmaug.llm.keys import server, shown_url
from slmaug.llm.limiter import Limiter
from slmaug.llm.model import Progress, Prompt, Reply
from slmaug.llm.patience import Patience
from slmaug.llm.prices import Price, price_of
from slmaug.llm.sending import Asking
from slmaug.llm.spending import Estimate, Spending, Tally, Usage, guessed_prompt_tokens
from slmaug.terminal import progress_bar


@dataclass(frozen=True)
class Chat:
    """A model on an OpenAI-compatible server; implements :class:`slmaug.llm.model.Model`.

    The API key is read from the environment when calls are made. Replies are kept in a journal and never asked for
    twice. Settings stand in the repr where they differ from the default, and it can be typed back in.

    >>> Chat("phi3.5", base_url="http://localhost:11434/v1", temperature=0.7)
    Chat(model='phi3.5', base_url='http://localhost:11434/v1', temperature=0.7)
    """

    model: str
    base_url: str | None = None
    """None takes ``OPENAI_BASE_URL`` from the environment, else OpenAI's own."""
    api_key_env: str = "OPENAI_API_KEY"
    """The name of the environment variable that holds the key; a server of your own needs none."""
    temperature: float | None = None
    """None sends nothing, and the server's own default holds."""
    concurrency: int = 16
    """Requests under way at the same time, at most."""
    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None
    budget: float | None = None
    """US dollars for all that this object ever does."""
    prices: Mapping[str, Price] = field(default_factory=dict, hash=False)
    """Your prices by model; they count for more than the embedded table."""
    journal: str | os.PathLike[str] | None = None
    """None takes a file of the model's own in the cache folder, one for each server."""
    timeout: float = 120.0
    """Seconds for one request."""
    attempts: int = 8
    """Requests for one call, at most."""
    patience: Patience = field(default_factory=Patience)
    bar: bool = True
    """Show a progress bar on standard error while calls are made, where that is a terminal or a notebook."""
    _ledger: _Ledger = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        _check(self)
        object.__setattr__(self, "_ledger", _Ledger(self))

    def __repr__(self) -> str:
        shown = [f"{name}={value!r}" for name, value in self._settings().items()]
        return f"Chat({', '.join(shown)})"

    def __reduce__(self) -> tuple[Any, ...]:
        settings = {each.name: getattr(self, each.name) for each in fields(self) if each.init}
        return partial(Chat, **settings), ()  # the copy's ledger starts anew

    @property
    def name(self) -> str:
        return self.model

    @property
    def price(self) -> Price | None:
        return price_of(self.model, self.prices)

    @property
    def parameters(self) -> dict[str, object]:
        """What is sent with every call and so is part of its key."""
        return {"temperature": self.temperature}

    @property
    def journal_path(self) -> Path:
        if self.journal is not None:
            return Path(self.journal)
        # Another server's model of the same name is another model.
        place = urlsplit(self.base_url or os.environ.get("OPENAI_BASE_URL") or "").netloc.rpartition("@")[2]
        return cache_folder() / _file_name(f"{self.model}@{place}" if place else self.model)

    def complete(self, prompts: Sequence[Prompt], progress: Progress | None = None) -> list[Reply]:
        """One reply for each prompt, in order. ``progress`` is called in the calling thread, in place of the bar.

        It works in a notebook, whose own event loop is running, and from several threads at once. Raises
        :class:`SlmaugError` where going on makes no sense; what has come by then is in the journal.
        """
        keys = [call_key(self.model, self.parameters, prompt) for prompt in prompts]
        wanted = dict(zip(keys, prompts, strict=True))
        arrived: dict[str, Reply] = {}
        if wanted:
            with progress_bar(len(keys), quiet=not self.bar or progress is not None, unit="replies") as bar:
                tick = ticker(keys, arrived, progress or bar)
                self._ledger.sessions.run(lambda session: session.complete(wanted, arrived), tick)
        return [arrived[key] for key in keys]

    def estimate(self, prompts: Sequence[Prompt]) -> Estimate:
        """What these prompts would take; nothing is sent, and no key is needed."""
        wanted = {call_key(self.model, self.parameters, prompt): prompt for prompt in prompts}
        known = self._ledger.journaled() if wanted else frozenset()
        missing = [prompt for key, prompt in wanted.items() if key not in known]
        prompt_tokens = sum(map(guessed_prompt_tokens, missing))
        completion_tokens = sum(prompt.max_tokens for prompt in missing)
        dollars = self.price.dollars(prompt_tokens, completion_tokens) if self.price else None
        return Estimate(len(wanted), len(wanted) - len(missing), prompt_tokens, completion_tokens, dollars)

    @property
    def usage(self) -> Usage:
        """A snapshot of what was done so far."""
        return self._ledger.usage()

    def _settings(self) -> dict[str, object]:
        """The settings that are not the default's, as the repr shows them."""
        found: dict[str, object] = {}
        for each in fields(self):
            if not each.init:
                continue
            value = getattr(self, each.name)
            default = each.default if each.default_factory is MISSING else each.default_factory()
            if value != default:
                found[each.name] = value
        if "base_url" in found:
            found["base_url"] = shown_url(str(found["base_url"]))
        if "journal" in found:
            found["journal"] = os.fspath(self.journal or "")
        if "prices" in found:
            found["prices"] = dict(self.prices)
        return found


class _Ledger:
    """What a Chat has done and is doing: the part of it that changes."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat
        self._tally = Tally()
        self._limiter = Limiter(chat.requests_per_minute, chat.tokens_per_minute)
        self._spending = Spending(chat.price, chat.budget)
        self.sessions = Shared(self._new_session)

    def _new_session(self) -> Session:
        chat = self._chat
        asking = Asking(chat.model, chat.parameters, chat.concurrency, chat.timeout, chat.attempts, chat.patience)
        to = partial(server, chat.base_url, chat.api_key_env)
        journal = Journal.open(chat.journal_path)
        self._tally.damaged = journal.damaged
        return Session(asking, to, journal, self._limiter, self._spending, self._tally)

    def journaled(self) -> frozenset[str]:
        """The keys of all calls that were answered."""
        path = self._chat.journal_path
        if not path.exists():  # an estimate leaves no file behind
            return frozenset()
        with Journal.open(path) as journal:
            return journal.keys()

    def usage(self) -> Usage:
        return self._tally.usage(self._spending.dollars)


_ODD = re.compile(r"[^A-Za-z0-9._-]")
_VARIABLE = re.compile(r"[A-Z_][A-Z0-9_]{0,60}")
_PRICES = 'one such as {"my-model": Price(input=0.15, output=0.6)}'


def _file_name(model: str) -> str:
    """A journal's name that any file system takes; a model whose name does not fit gets a hash, so no two share one."""
    if len(model) <= 100 and not _ODD.search(model) and not model.startswith("."):
        return f"{model}.jsonl"
    return f"{_ODD.sub('_', model)[:60].lstrip('.')}-{hashlib.sha256(model.encode()).hexdigest()[:8]}.jsonl"


def _short(value: object) -> str:
    shown = printable(repr(value))
    return shown if len(shown) <= 60 else shown[:59] + "…"


def _check(chat: Chat) -> None:
    """Raise :class:`SlmaugError` for a setting that cannot be."""
    whole = {name: getattr(chat, name) for name in ("concurrency", "attempts")}
    limits = {name: getattr(chat, name) for name in ("requests_per_minute", "tokens_per_minute")}
    whole |= {name: value for name, value in limits.items() if value is not None}
    for name, value in whole.items():
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise SlmaugError(f"{name} is {value!r}; expected a whole number from 1")
    amounts = {"temperature": chat.temperature, "budget": chat.budget, "timeout": chat.timeout}
    for name, amount in amounts.items():
        if amount is not None and not (isinstance(amount, (int, float)) and 0 <= amount < math.inf):
            raise SlmaugError(f"{name} is {amount!r}; expected a number from 0")
    if not chat.timeout:
        raise SlmaugError("timeout is 0; expected seconds for one request, such as 120")
    if not isinstance(chat.model, str) or not chat.model.strip():
        raise SlmaugError(f"model is {chat.model!r}; expected a name that the server knows, such as gpt-4o-mini")
    if not isinstance(chat.api_key_env, str) or not _VARIABLE.fullmatch(chat.api_key_env):
        # Not repeated, for what stands there may be the key itself.
        raise SlmaugError("api_key_env is something else; expected the name of an environment variable, such as MY_KEY")
    if not isinstance(chat.prices, Mapping):
        raise SlmaugError(f"prices is {_short(chat.prices)}; expected {_PRICES}")
    for model, price in chat.prices.items():
        if not isinstance(price, Price):
            raise SlmaugError(f"the price of {_short(model)} is {_short(price)}; expected {_PRICES}")
    if chat.budget is not None and chat.price is None:
        raise SlmaugError(
            f"a budget is set but the price of {printable(chat.model)!r} is not known; give it in a file (--prices): "
            f"{printable(chat.model)}: {{input: 0.15, output: 0.6}}, US dollars per million tokens"
        )
