"""One call of a run: sent in its turn and within the budget, judged by what comes back, and its bill settled."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from slmaug.llm.faults import UNREADABLE, Again, CallError, Declined, Meaning, OtherParameter, TooMany, verdict
from slmaug.llm.keys import Server, openai_client
from slmaug.llm.limiter import Limiter
from slmaug.llm.model import Prompt, Reply
from slmaug.llm.patience import Patience, check_packages
from slmaug.llm.replies import read_reply
from slmaug.llm.spending import Spending, Tally, guessed_prompt_tokens, is_counted, most_prompt_tokens

_TRIES_TO_UNDERSTAND = 4  # requests for one call, and no reply to any call, after which it is no chat server


@dataclass(frozen=True)
class Asking:
    """What all calls of a run have in common."""

    model: str
    parameters: Mapping[str, object]
    concurrency: int
    timeout: float
    attempts: int
    patience: Patience


@dataclass
class Call:
    """One call on its way: its limit as it is sent, whether it holds a lane, how often it was sent and why again."""

    key: str
    prompt: Prompt
    limit: int = field(init=False)
    has_lane: bool = True
    requests: int = 0
    reason: str = ""

    def __post_init__(self) -> None:
        self.limit = self.prompt.max_tokens


class Stopped(Exception):
    """The run has ended, and this call is not sent any more."""


class Ending:
    """Whether a run is to end, and what for. All that only waits then gives up."""

    def __init__(self) -> None:
        self.reason: Exception | None = None
        self.begun = asyncio.Event()

    def begin(self, reason: Exception) -> None:
        self.reason = self.reason or reason
        self.begun.set()

    def check(self) -> None:
        if self.reason is not None:
            raise Stopped

    async def sleep(self, seconds: float) -> None:
        """Raises :class:`Stopped` as soon as the run is to end."""
        try:
            await asyncio.wait_for(self.begun.wait(), seconds)
        except asyncio.TimeoutError:
            return
        raise Stopped


def chat_body(
    model: str, parameters: Mapping[str, object], prompt: Prompt, limit_name: str, limit: int
) -> dict[str, object]:
    """The JSON of a chat completion. An empty system prompt and parameters that are None are left out."""
    turns = [("system", prompt.system)] if prompt.system else []
    messages = [{"role": role, "content": _sendable(text)} for role, text in (*turns, ("user", prompt.user))]
    sent = {name: value for name, value in parameters.items() if value is not None}
    return {"model": model, "messages": messages, limit_name: limit, **sent}


def _sendable(text: str) -> str:
    # A lone surrogate has no UTF-8; it goes out as a question mark.
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


class Sender:
    """A client of one server, on one event loop. ``kept`` says what there is to do where the run ends early."""

    def __init__(
        self,
        asking: Asking,
        server: Server,
        limiter: Limiter,
        spending: Spending,
        tally: Tally,
        ending: Ending,
        kept: str,
    ) -> None:
        check_packages()
        self.answered = False
        """Whether anything has come from the server that a chat server says."""
        self._asking, self._server, self._kept = asking, server, kept
        self._limiter, self._spending, self._tally, self._ending = limiter, spending, tally, ending
        self._limit_name = server.limit_name
        self._client = openai_client(server, asking.timeout)
        self._queue = asyncio.Lock()
        self._settled = asyncio.Event()

    async def close(self) -> None:
        await self._client.close()

    async def ask(self, call: Call) -> Reply:
        """Send a call once; once more where the server takes the limit of a reply under its other name only, and once
        more where it wants a smaller one.

        Raises :class:`Again`, :class:`Stopped`, and what ends the run.
        """
        meaning = await self._request(call)
        if isinstance(meaning, OtherParameter):
            call.reason = "other parameter"
            meaning = await self._request(call)
        if isinstance(meaning, TooMany) and (most := meaning.most(call.limit)):
            call.reason, call.limit = "max_tokens", most
            meaning = await self._request(call)
        if isinstance(meaning, TooMany):
            return Reply("", "failed", f"a reply of {call.prompt.max_tokens} tokens is too long: {meaning}")
        if isinstance(meaning, OtherParameter):
            raise CallError(f"{self._server.shown} takes neither max_tokens nor max_completion_tokens: {meaning}")
        if isinstance(meaning, Again):
            self._heed(meaning, call)
        if isinstance(meaning, Reply):
            return meaning
        if isinstance(meaning, Declined):
            return meaning.reply
        raise meaning

    def _heed(self, again: Again, call: Call) -> None:
        call.reason = again.reason
        if again.reason == UNREADABLE and not self.answered and call.requests >= _TRIES_TO_UNDERSTAND:
            raise CallError(
                f"{self._server.shown} answers, but not as a chat server does ({again}); check the base URL, which "
                "mostly ends in /v1"
            )
        patience = self._asking.patience
        patience.check(again, self._server, 0 if self.answered else call.requests, self._kept)
        if again.after is not None and again.holds_for_all:
            self._limiter.pause(again.after)

    async def _request(self, call: Call) -> Meaning | Reply:
        """Send a request when its turn has come and the budget allows it, and settle what it used."""
        reserved = guessed_prompt_tokens(call.prompt) + call.limit
        most = self._spending.cost(most_prompt_tokens(call.prompt), call.limit)
        await self._limiter.turn(reserved, self._queue, self._ending.sleep)
        while not self._spending.reserve(most):
            self._settled.clear()
            await self._settled.wait()
        bill = (0, 0, True)
        try:
            self._ending.check()
            bill = (most, reserved, False)  # should nothing more be heard of it
            meaning = await self._sent(call)
            bill = self._bill(call, meaning) or bill
            return meaning
        finally:
            cost, tokens, certain = bill
            self._tally.uncertain += not certain
            self._spending.settle(most, cost)
            self._settled.set()
            self._limiter.settle(reserved, tokens)

    def _bill(self, call: Call, meaning: Meaning | Reply) -> tuple[int, int, bool] | None:
        """Picodollars, tokens, and whether that is sure; None where it may be as much as it can be."""
        if isinstance(meaning, Reply):
            used = (meaning.prompt_tokens, meaning.completion_tokens)
            return (self._spending.cost(*used), sum(used), True) if is_counted(meaning) else None
        if isinstance(meaning, Declined) and meaning.reply.outcome == "filtered":  # some charge for looking at it
            return self._spending.cost(most_prompt_tokens(call.prompt), 0), 0, False
        return None if isinstance(meaning, Again) and meaning.billed else (0, 0, True)

    async def _sent(self, call: Call) -> Meaning | Reply:
        name, asking = self._limit_name, self._asking
        body = chat_body(asking.model, asking.parameters, call.prompt, name, call.limit)
        self._tally.requests += 1
        if call.requests:
            self._tally.retries[call.reason] += 1
        call.requests += 1
        meaning: Meaning | Reply
        try:
            # The client's own method for any path: chat.completions.create spends more time on the types of its
            # arguments than all the rest takes, and a whole URL spares putting one together for each call.
            url = f"{self._server.url}/chat/completions"
            options = {"idempotency_key": call.key}  # sent nowhere; spares a random one for each request
            request = self._client.post(url, body=body, cast_to=object, options=options)
            meaning = read_reply(await _within(asking.timeout, request))
        except Exception as error:
            meaning = verdict(error, self._server, asking.model, name)
        # Past the except block, so that what is raised from here on has no exception of openai's in its context.
        if isinstance(meaning, Reply):
            self._tally.prompt_tokens += meaning.prompt_tokens
            self._tally.completion_tokens += meaning.completion_tokens
            meaning = clean(meaning, self._server)
        elif isinstance(meaning, OtherParameter) and self._limit_name == name:
            self._limit_name = "max_tokens" if name == "max_completion_tokens" else "max_completion_tokens"
        strange = isinstance(meaning, Again) and (meaning.absent or meaning.reason == UNREADABLE)
        self.answered = self.answered or not strange
        return meaning


def clean(reply: Reply, server: Server) -> Reply:
    """The reply without our key, should a server send it back."""
    text, detail = (server.without_secrets(part) for part in (reply.text, reply.detail))
    return reply if (text, detail) == (reply.text, reply.detail) else replace(reply, text=text, detail=detail)


async def _within(seconds: float, request: Coroutine[Any, Any, object]) -> object:
    """What a request gives, or TimeoutError; the client's own time limit is for each read, not for the whole."""
    if sys.version_info < (3, 11):
        return await asyncio.wait_for(request, seconds)
    async with asyncio.timeout(seconds):
        return await request
