"""The requests about files and batches: sent again where that may help, and one line where it cannot."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Awaitable, Callable
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar

from slmaug.errors import MissingPackage
from slmaug.llm.calls import Patience, limit_name
from slmaug.llm.faults import Again, CallError, verdict
from slmaug.llm.keys import INSTALL, Server, openai_client
from slmaug.llm.model import Reply

if TYPE_CHECKING:
    from tenacity import RetryCallState

T = TypeVar("T")

_AGAIN = "run again later"
_NO_SUCH_PATH = (404, 405, 501)
_SEARCHED = 1000  # a batch whose id was lost is looked for among this many, the newest first


class Endpoint:
    """A server's ``/files`` and ``/batches``. Every method raises :class:`CallError` where it cannot be done.

    ``kept`` says what there is to say about batches under way when a request fails for good.
    """

    def __init__(
        self,
        to: Server,
        model: str,
        timeout: float,
        attempts: int,
        patience: Patience,
        retries: Counter[str],
        kept: Callable[[], str],
    ) -> None:
        try:
            import_module("tenacity")
        except ModuleNotFoundError:
            raise MissingPackage(INSTALL) from None
        self._client = openai_client(to, timeout)
        self._server, self._model, self._attempts, self._patience = to, model, attempts, patience
        self._retries, self._kept = retries, kept
        self._random = random.Random()
        self._answered = False
        self._unknown = f"{to.shown} has no Batch API; leave --batch out"

    async def close(self) -> None:
        await self._client.close()

    async def upload(self, data: bytes) -> str:
        """The id of a new file."""
        file = ("slmaug.jsonl", data, "application/jsonl")
        made = await self._patiently(partial(self._client.files.create, file=file, purpose="batch"), self._unknown)
        return str(made.id)

    async def create(self, file: str) -> str:
        """The id of the batch of a file. It is made once: where an answer was lost, it is looked for first."""
        tries = 0

        async def once() -> str:
            nonlocal tries
            tries += 1
            known = await self._batch_of(file) if tries > 1 else ""
            return known or await self._new_batch(file)

        return await self._patiently(once, self._unknown)

    async def batch_of(self, file: str) -> str:
        """The id of the batch that was made of a file; empty if there is none."""
        return await self._patiently(partial(self._batch_of, file), self._unknown)

    async def look(self, batch: str, unknown: str) -> Any:
        """The batch as it is now; ``unknown`` is the error where the server does not know it."""
        return await self._patiently(partial(self._client.batches.retrieve, batch), unknown)

    async def content(self, file: str, unknown: str) -> bytes:
        found = await self._patiently(partial(self._client.files.content, file), unknown)
        return bytes(found.content)

    async def _new_batch(self, file: str) -> str:
        batch = await self._client.batches.create(
            input_file_id=file, endpoint="/v1/chat/completions", completion_window="24h"
        )
        return str(batch.id)

    async def _batch_of(self, file: str) -> str:
        seen = 0
        async for batch in self._client.batches.list(limit=100):
            seen += 1
            if batch.input_file_id == file:
                return str(batch.id)
            if seen == _SEARCHED:
                break
        return ""

    async def _patiently(self, request: Callable[[], Awaitable[T]], unknown: str) -> T:
        """What a request gives, asked again where that may help."""
        import tenacity

        retrying = tenacity.AsyncRetrying(
            stop=tenacity.stop_after_attempt(self._attempts),
            wait=self._delay,
            retry=tenacity.retry_if_exception_type(Again),
            before_sleep=self._before_rest,
            reraise=True,
        )
        try:
            return await retrying(self._once, request, unknown)
        except Again as last:
            end = CallError(f"{self._server.shown}: {last}, {self._attempts} times; {self._kept() or _AGAIN}")
        raise end

    async def _once(self, request: Callable[[], Awaitable[T]], unknown: str) -> T:
        try:
            result = await request()
        except Exception as error:
            meaning = self._meaning(error, unknown)
        else:
            self._answered = True
            return result
        raise meaning  # past the except block, so that no exception of openai's is in its context

    def _meaning(self, error: Exception, unknown: str) -> Exception:
        if getattr(error, "status_code", None) in _NO_SUCH_PATH:
            return CallError(unknown)
        meaning = verdict(error, self._server, self._model, limit_name(self._server))
        self._answered = self._answered or not (isinstance(meaning, Again) and meaning.absent)
        if isinstance(meaning, Reply):
            return CallError(f"{self._server.shown}: {meaning.detail}")
        return meaning if isinstance(meaning, (Again, CallError)) else CallError(f"{self._server.shown}: {meaning}")

    def _before_rest(self, state: RetryCallState) -> None:
        """Count a retry; end it where the server is not there or asks for more patience than there is."""
        again = _failure(state)
        if again.absent and not self._answered and state.attempt_number >= 3:
            raise CallError(f"nothing answers at {self._server.shown} ({again}); is the server running?")
        if again.after is not None and again.after > self._patience.longest_pause:
            raise CallError(
                f"{self._server.shown} answers {again} and asks to wait {again.after:.0f} s; {self._kept() or _AGAIN}"
            )
        self._retries[again.reason] += 1

    def _delay(self, state: RetryCallState) -> float:
        patience = self._patience
        longest = min(patience.longest_delay, patience.first_delay * 2.0 ** min(state.attempt_number - 1, 60))
        return max(_failure(state).after or 0.0, longest * (0.5 + 0.5 * self._random.random()))


def _failure(state: RetryCallState) -> Again:
    error = state.outcome.exception() if state.outcome is not None else None
    assert isinstance(error, Again)
    return error
