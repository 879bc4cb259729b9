"""The calls of a run under way: sent, asked again where that helps, journaled as they come."""

from __future__ import annotations

import asyncio
import random
import sys
from collections import Counter
from collections.abc import Callable, Collection, Coroutine, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

from slmaug.errors import MissingPackage, printable
from slmaug.llm.faults import Again, CallError, Meaning, OtherParameter, verdict
from slmaug.llm.journal import Journal
from slmaug.llm.keys import INSTALL, Server, openai_client
from slmaug.llm.limiter import Limiter
from slmaug.llm.model import Prompt, Reply
from slmaug.llm.replies import read_reply
from slmaug.llm.spending import BudgetSpent, Spending, guessed_prompt_tokens, most_prompt_tokens

if TYPE_CHECKING:
    from tenacity import RetryCallState


@dataclass(frozen=True)
class Patience:
    """How long to wait, in seconds, before asking again: ``first_delay``, twice that, and so on to ``longest_delay``,
    each shortened at random by up to half. A server that asks for more than ``longest_pause`` ends the run, and a run
    that ends lets calls in flight come home for ``grace``."""

    first_delay: float = 0.5
    longest_delay: float = 60.0
    longest_pause: float = 300.0
    grace: float = 30.0


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
class Tally:
    """What was done so far."""

    calls: int = 0
    from_journal: int = 0
    requests: int = 0
    uncertain: int = 0
    retries: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    prompt_tokens: int = 0
    completion_tokens: int = 0
    damaged: int = 0


@dataclass
class Call:
    """One call on its way: what it may cost, whether it holds a lane, and how often it was sent."""

    key: str
    prompt: Prompt
    tokens: int
    most: int
    has_lane: bool = True
    requests: int = 0


class _Stopped(Exception):
    """Another call ended the run."""


def chat_body(model: str, parameters: Mapping[str, object], prompt: Prompt, limit_name: str) -> dict[str, object]:
    """The JSON of a chat completion. An empty system prompt and parameters that are None are left out."""
    turns = [("system", prompt.system)] if prompt.system else []
    messages = [{"role": role, "content": _sendable(text)} for role, text in (*turns, ("user", prompt.user))]
    sent = {name: value for name, value in parameters.items() if value is not None}
    return {"model": model, "messages": messages, limit_name: prompt.max_tokens, **sent}


def limit_name(server: Server) -> str:
    """What the server calls the limit of a reply, as far as its address tells."""
    return "max_completion_tokens" if server.is_openai else "max_tokens"


def _client(server: Server, timeout: float) -> Any:
    try:
        import_module("tenacity")
    except ModuleNotFoundError:
        raise MissingPackage(INSTALL) from None
    return openai_client(server, timeout)


def _sendable(text: str) -> str:
    # A lone surrogate has no UTF-8; it goes out as a question mark.
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


class Session:
    """A client and a journal in use on one event loop, by one :meth:`complete` or by several at the same time."""

    def __init__(
        self,
        asking: Asking,
        find_server: Callable[[], Server],
        journal: Journal,
        limiter: Limiter,
        spending: Spending,
        tally: Tally,
    ) -> None:
        self.users = 0
        self._asking = asking
        self._find_server = find_server
        self._journal = journal
        self._limiter = limiter
        self._spending = spending
        self._tally = tally
        self._server: Server
        self._limit_name: str
        self._client: Any = None
        self._lanes = asyncio.Semaphore(asking.concurrency)
        self._queue = asyncio.Lock()
        self._settled = asyncio.Event()
        self._random = random.Random()
        self._under_way: dict[str, asyncio.Task[Reply]] = {}
        self._in_flight: set[asyncio.Task[Any]] = set()
        self._trouble: BaseException | None = None
        self._answered = False

    async def complete(self, wanted: Mapping[str, Prompt], arrived: dict[str, Reply]) -> None:
        """Put the reply to every call into ``arrived`` as it comes, those in the journal first.

        Raises :class:`CallError` or :class:`BudgetSpent` where the run cannot go on, once what is in flight is home.
        """
        missing = []
        for key, prompt in wanted.items():
            reply = self._journal.get(key)
            if reply is None:
                missing.append((key, prompt))
            else:
                self._tally.from_journal += 1
                self._arrive(key, reply, arrived)
        if missing and self._client is None:
            self._connect()
        tasks: set[asyncio.Task[Reply]] = set()
        try:
            for key, prompt in missing:
                if key not in self._under_way:
                    await self._lanes.acquire()
                    if self._trouble:
                        self._lanes.release()
                        break
                    if key not in self._under_way and self._journal.get(key) is None:
                        tasks.add(self._start(key, prompt, arrived))
                        continue
                    self._lanes.release()  # another complete() was quicker
                tasks.add(asyncio.create_task(self._borrowed(key, prompt, arrived)))
            await self._ended(tasks)
        finally:
            await _cancelled(tasks)

    async def close(self) -> None:
        try:
            if self._client is not None:
                await self._client.close()
        finally:
            self._journal.close()

    def _connect(self) -> None:
        """Only now is a key needed: where the journal has it all, none is asked for."""
        self._server = self._find_server()
        self._limit_name = limit_name(self._server)
        self._client = _client(self._server, self._asking.timeout)

    def _start(self, key: str, prompt: Prompt, arrived: dict[str, Reply]) -> asyncio.Task[Reply]:
        task = asyncio.create_task(self._one(key, prompt, arrived))
        self._under_way[key] = task
        task.add_done_callback(lambda _: self._under_way.pop(key, None))
        return task

    async def _borrowed(self, key: str, prompt: Prompt, arrived: dict[str, Reply]) -> Reply:
        """The reply to a call that another complete() is making; made once more should that one have failed."""
        if key in self._under_way:
            await asyncio.wait([self._under_way[key]])
        reply = self._journal.get(key)
        if reply is not None:
            self._arrive(key, reply, arrived)
            return reply
        await self._lanes.acquire()
        return await self._one(key, prompt, arrived)

    def _arrive(self, key: str, reply: Reply, arrived: dict[str, Reply]) -> None:
        self._tally.outcomes[reply.outcome] += 1
        arrived[key] = reply

    async def _ended(self, tasks: set[asyncio.Task[Reply]]) -> None:
        """Wait for all calls; where one ends the run, for those in flight alone, then raise what it raised."""
        waiting = tasks
        while waiting and not self._trouble:
            _, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_EXCEPTION)
        if not self._trouble:
            return
        flying = tasks & self._in_flight
        await _cancelled(tasks - flying)
        if flying:
            await asyncio.wait(flying, timeout=self._asking.patience.grace)
        raise self._trouble

    async def _one(self, key: str, prompt: Prompt, arrived: dict[str, Reply]) -> Reply:
        """One call, from its first request to its reply; it holds a lane when it begins."""
        most = self._spending.cost(most_prompt_tokens(prompt), prompt.max_tokens)
        call = Call(key, prompt, guessed_prompt_tokens(prompt) + prompt.max_tokens, most)
        try:
            reply = await self._asked_until_answered(call)
            if reply.outcome != "failed":
                self._journal.put(key, self._asking.model, reply)
            self._arrive(key, reply, arrived)
            return reply
        except _Stopped:
            raise asyncio.CancelledError from None
        except Exception as error:
            self._trouble = self._trouble or self._last_words(error)
            raise
        finally:
            if call.has_lane:
                self._lanes.release()

    async def _asked_until_answered(self, call: Call) -> Reply:
        try:
            return await self._ask(call)
        except Again as fault:
            first: Again | None = fault
        # Tenacity comes in when something failed: for a call that goes well it would be an eighth of the work.
        import tenacity

        async def ask() -> Reply:
            nonlocal first
            if first is not None:
                failed, first = first, None
                raise failed
            return await self._ask(call)

        retrying = tenacity.AsyncRetrying(
            sleep=partial(self._rest, call),
            stop=tenacity.stop_after_attempt(self._asking.attempts),
            wait=self._delay,
            retry=tenacity.retry_if_exception_type(Again),
            before_sleep=self._count_retry,
            reraise=True,
        )
        try:
            return await retrying(ask)
        except Again as last:
            requests = f"{call.requests} request{'s' * (call.requests != 1)}"
            return Reply("", "failed", f"{last}, {requests}")

    async def _rest(self, call: Call, seconds: float) -> None:
        """Wait before asking again, and let another call have the lane meanwhile."""
        if not self._answered:  # maybe nobody is there: no need for all calls to find that out
            await asyncio.sleep(seconds)
            return
        self._lanes.release()
        call.has_lane = False
        await asyncio.sleep(seconds)
        await self._lanes.acquire()
        call.has_lane = True

    def _delay(self, state: RetryCallState) -> float:
        patience, error = self._asking.patience, _failure(state)
        longest = min(patience.longest_delay, patience.first_delay * 2.0 ** min(state.attempt_number - 1, 60))
        own = longest * (0.5 + 0.5 * self._random.random())
        # Where all wait, the limiter does; the delay of one's own spreads those that start together.
        return own if error.after is None or error.holds_for_all else max(own, error.after)

    def _count_retry(self, state: RetryCallState) -> None:
        self._tally.retries[_failure(state).reason] += 1

    def _last_words(self, error: Exception) -> Exception:
        if not isinstance(error, BudgetSpent):
            return error
        kept = sum(self._tally.outcomes.values()) - self._tally.outcomes["failed"]
        where = printable(self._journal.path)
        return BudgetSpent(
            f"{error}; {kept} call{'s are' if kept != 1 else ' is'} done and kept in {where}: run again, with a budget "
            "for the rest (--budget), and none of them is paid for again"
        )

    # --- one request -----------------------------------------------------------------------------------------------

    async def _ask(self, call: Call) -> Reply:
        """Send a call once; twice where the server takes the limit of a reply under its other name only."""
        meaning = await self._request(call)
        if isinstance(meaning, OtherParameter):
            self._tally.retries["other parameter"] += 1
            meaning = await self._request(call)
        if isinstance(meaning, OtherParameter):
            raise CallError(f"{self._server.shown} takes neither max_tokens nor max_completion_tokens: {meaning}")
        if isinstance(meaning, Again):
            self._heed(meaning, call)
        if isinstance(meaning, Reply):
            return meaning
        raise meaning

    def _heed(self, again: Again, call: Call) -> None:
        if again.absent and not self._answered and call.requests >= min(3, self._asking.attempts):
            raise CallError(f"nothing answers at {self._server.shown} ({again}); is the server running?")
        if again.after is not None and again.after > self._asking.patience.longest_pause:
            raise CallError(
                f"{self._server.shown} answers {again} and asks to wait {again.after:.0f} s; what has come is kept in "
                f"{printable(self._journal.path)}: run again after that"
            )
        if again.after is not None and again.holds_for_all:
            self._limiter.pause(again.after)

    async def _request(self, call: Call) -> Meaning:
        """Send a request when its turn has come and the budget allows it, and settle what it used."""
        await self._limiter.turn(call.tokens, self._queue)
        await self._spending.reserve(call.most, self._settled)
        cost, tokens, certain = 0, 0, True
        try:
            if self._trouble:
                raise _Stopped
            cost, tokens, certain = call.most, call.tokens, False  # should nothing more be heard of it
            meaning = await self._sent(call)
            if isinstance(meaning, Reply) and meaning.prompt_tokens:
                used = (meaning.prompt_tokens, meaning.completion_tokens)
                cost, tokens, certain = self._spending.cost(*used), sum(used), True
            elif not isinstance(meaning, Reply) and not (isinstance(meaning, Again) and meaning.billed):
                cost, tokens, certain = 0, 0, True
            return meaning
        finally:
            self._tally.uncertain += not certain
            self._spending.settle(call.most, cost, self._settled)
            self._limiter.settle(call.tokens, tokens)

    async def _sent(self, call: Call) -> Meaning:
        name = self._limit_name
        body = chat_body(self._asking.model, self._asking.parameters, call.prompt, name)
        task = asyncio.current_task()
        assert task is not None
        self._in_flight.add(task)
        self._tally.requests += 1
        call.requests += 1
        meaning: Meaning
        try:
            # The client's own method for any path: chat.completions.create spends more time on the types of its
            # arguments than all the rest takes, and a whole URL spares putting one together for each call.
            url = f"{self._server.url}/chat/completions"
            options = {"idempotency_key": call.key}  # sent nowhere; spares a random one for each request
            request = self._client.post(url, body=body, cast_to=object, options=options)
            meaning = read_reply(await _within(self._asking.timeout, request))
        except Exception as error:
            meaning = verdict(error, self._server, self._asking.model, name)
        finally:
            self._in_flight.discard(task)
        # Past the except block, so that what is raised from here on has no exception of openai's in its context.
        if isinstance(meaning, Reply):
            self._tally.prompt_tokens += meaning.prompt_tokens
            self._tally.completion_tokens += meaning.completion_tokens
            meaning = self._clean(meaning)
        elif isinstance(meaning, OtherParameter) and self._limit_name == name:
            self._limit_name = "max_tokens" if name == "max_completion_tokens" else "max_completion_tokens"
        self._answered = self._answered or not (isinstance(meaning, Again) and meaning.absent)
        return meaning

    def _clean(self, reply: Reply) -> Reply:
        """The reply without our key, should a server send it back."""
        text, detail = (self._server.without_secrets(part) for part in (reply.text, reply.detail))
        return reply if (text, detail) == (reply.text, reply.detail) else replace(reply, text=text, detail=detail)


def _failure(state: RetryCallState) -> Again:
    error = state.outcome.exception() if state.outcome is not None else None
    assert isinstance(error, Again)
    return error


async def _within(seconds: float, request: Coroutine[Any, Any, object]) -> object:
    """What a request gives, or TimeoutError; the client's own time limit is for each read, not for the whole."""
    if sys.version_info < (3, 11):
        return await asyncio.wait_for(request, seconds)
    async with asyncio.timeout(seconds):
        return await request


async def _cancelled(tasks: Collection[asyncio.Task[Any]]) -> None:
    """Cancel what is not done, wait for all, and take note of every exception, so that none is reported as lost."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
