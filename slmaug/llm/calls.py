"""The calls of a run under way: so many at once, asked again where that helps, journaled as they come."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from slmaug.errors import printable
from slmaug.llm.background import cancelled
from slmaug.llm.faults import Again
from slmaug.llm.journal import Journal
from slmaug.llm.keys import Server
from slmaug.llm.limiter import Limiter
from slmaug.llm.model import Prompt, Reply
from slmaug.llm.patience import patiently
from slmaug.llm.sending import Asking, Call, Ending, Sender, Stopped
from slmaug.llm.spending import BudgetSpent, Spending, Tally


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
        self._asking, self._find_server, self._journal = asking, find_server, journal
        self._limiter, self._spending, self._tally = limiter, spending, tally
        self._ending = Ending()
        self._sender: Sender | None = None
        self._lanes = asyncio.Semaphore(asking.concurrency)
        self._random = random.Random()  # spreads requests and decides nothing
        self._under_way: dict[str, asyncio.Task[Reply]] = {}

    async def complete(self, wanted: Mapping[str, Prompt], arrived: dict[str, Reply]) -> None:
        """Put the reply to every call into ``arrived`` as it comes, those in the journal first.

        Raises :class:`slmaug.llm.faults.CallError` or :class:`BudgetSpent` where the run cannot go on, once what is in
        flight is home.
        """
        self._tally.calls += len(wanted)
        missing = []
        for key, prompt in wanted.items():
            reply = self._journal.get(key)
            if reply is None:
                missing.append((key, prompt))
            else:
                self._tally.from_journal += 1
                self._arrive(key, reply, arrived)
        if not missing:
            return
        sender = self._connected()
        tasks: set[asyncio.Task[Reply]] = set()
        try:
            for key, prompt in missing:
                if key in self._under_way:
                    tasks.add(asyncio.create_task(self._shared(sender, key, prompt, arrived)))
                    continue
                await self._lanes.acquire()
                if self._ending.reason:
                    self._lanes.release()
                    break
                call = Call(key, prompt)
                if self._is_free(key):
                    task = asyncio.create_task(self._one(sender, call, arrived))
                    self._claim(call, task)
                else:  # another complete() was quicker
                    self._lanes.release()
                    task = asyncio.create_task(self._shared(sender, key, prompt, arrived))
                tasks.add(task)
            await self._ended(tasks)
            if self._ending.reason and len(arrived) < len(wanted):
                raise self._ending.reason
        finally:
            await cancelled(tasks)

    async def close(self) -> None:
        try:
            if self._sender is not None:
                await self._sender.close()
        finally:
            self._journal.close()

    def _connected(self) -> Sender:
        """Only now is a key needed: where the journal has it all, none is asked for."""
        if self._sender is None:
            kept = f"what has come is kept in {printable(self._journal.path)}: run again after that"
            self._sender = Sender(
                self._asking, self._find_server(), self._limiter, self._spending, self._tally, self._ending, kept
            )
        return self._sender

    def _arrive(self, key: str, reply: Reply, arrived: dict[str, Reply]) -> None:
        self._tally.outcomes[reply.outcome] += 1
        arrived[key] = reply

    async def _ended(self, tasks: set[asyncio.Task[Reply]]) -> None:
        """Wait for all calls; where the run is to end, for those in flight alone."""
        finished: asyncio.Future[list[Reply | BaseException]] = asyncio.gather(*tasks, return_exceptions=True)
        ending: asyncio.Future[Any] = asyncio.create_task(self._ending.begun.wait())
        try:
            await asyncio.wait([finished, ending], return_when=asyncio.FIRST_COMPLETED)
        finally:
            ending.cancel()
        if self._ending.reason:  # what only waits gives up by itself
            await asyncio.wait([finished], timeout=self._asking.patience.grace)
            return
        for outcome in finished.result():
            if isinstance(outcome, BaseException):
                raise outcome

    # --- one call ----------------------------------------------------------------------------------------------------

    def _is_free(self, key: str) -> bool:
        return key not in self._under_way and self._journal.get(key) is None

    def _claim(self, call: Call, task: asyncio.Task[Reply]) -> None:
        """The call is this task's, and so is a lane, until it ends; also where it is cancelled before it begins."""

        def let_go(_: object) -> None:
            self._under_way.pop(call.key, None)
            if call.has_lane:
                self._lanes.release()

        self._under_way[call.key] = task
        task.add_done_callback(let_go)

    async def _shared(self, sender: Sender, key: str, prompt: Prompt, arrived: dict[str, Reply]) -> Reply:
        """The reply to a call that another complete() is making; where that comes to nothing, one of those who wait
        for it makes it once more."""
        while (reply := self._journal.get(key)) is None:
            if key in self._under_way:
                await asyncio.wait([self._under_way[key]])
                continue
            await self._lanes.acquire()
            if self._is_free(key) and not self._ending.reason:
                task, call = asyncio.current_task(), Call(key, prompt)
                assert task is not None
                self._claim(call, task)
                return await self._one(sender, call, arrived)
            self._lanes.release()
            if self._ending.reason:
                raise asyncio.CancelledError
        self._arrive(key, reply, arrived)
        return reply

    async def _one(self, sender: Sender, call: Call, arrived: dict[str, Reply]) -> Reply:
        """One call, from its first request to its reply."""
        try:
            reply = await self._answer(sender, call)
            if reply.outcome != "failed":
                self._journal.put(call.key, self._asking.model, reply)
            self._arrive(call.key, reply, arrived)
            return reply
        except Stopped:
            raise asyncio.CancelledError from None
        except Exception as error:
            self._ending.begin(self._last_words(error))
            raise

    async def _answer(self, sender: Sender, call: Call) -> Reply:
        def delay(again: Again, attempt: int) -> float:
            # Where all wait, the limiter does; the delay of one's own spreads those that start together.
            own = Again(again.reason, "") if again.holds_for_all else again
            return self._asking.patience.delay(own, attempt, self._random.random())

        try:
            rest = partial(self._rest, sender, call)
            return await patiently(partial(sender.ask, call), self._asking.attempts, delay, rest)
        except Again as last:
            requests = f"{call.requests} request{'s' * (call.requests != 1)}"
            return Reply("", "failed", f"{last}, {requests}")

    async def _rest(self, sender: Sender, call: Call, seconds: float) -> None:
        """Wait before asking again, and let another call have the lane meanwhile."""
        if not sender.answered:  # maybe nobody is there: no need for all calls to find that out
            await self._ending.sleep(seconds)
            return
        self._lanes.release()
        call.has_lane = False
        await self._ending.sleep(seconds)
        await self._lanes.acquire()
        call.has_lane = True

    def _last_words(self, error: Exception) -> Exception:
        if not isinstance(error, BudgetSpent):
            return error
        kept = sum(self._tally.outcomes.values()) - self._tally.outcomes["failed"]
        where = printable(self._journal.path)
        return BudgetSpent(
            f"{error}; {kept} call{'s are' if kept != 1 else ' is'} done and kept in {where}: run again, with a budget "
            "for the rest (--budget), and none of them is paid for again"
        )
