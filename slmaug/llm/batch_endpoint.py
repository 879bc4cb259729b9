"""The requests about files and batches: sent again where that may help, and one line where it cannot."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, TypeVar

from slmaug.llm.faults import Again, CallError, Declined, verdict
from slmaug.llm.keys import Server, openai_client
from slmaug.llm.patience import Patience, check_packages, patiently

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
        check_packages()
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
        tries, reason = 0, ""

        async def once() -> T:
            nonlocal tries, reason
            tries += 1
            if tries > 1:
                self._retries[reason] += 1
            try:
                result = await request()
            except Exception as error:
                meaning = self._meaning(error, unknown)
            else:
                self._answered = True
                return result
            if isinstance(meaning, Again):
                reason = meaning.reason
                kept = self._kept() or _AGAIN
                self._patience.check(meaning, self._server, 0 if self._answered else tries, kept)
            raise meaning  # past the except block, so that no exception of openai's is in its context

        def delay(again: Again, attempt: int) -> float:
            return self._patience.delay(again, attempt, self._random.random())

        try:
            return await patiently(once, self._attempts, delay)
        except Again as last:
            end = CallError(f"{self._server.shown}: {last}, {self._attempts} times; {self._kept() or _AGAIN}")
        raise end

    def _meaning(self, error: Exception, unknown: str) -> Again | CallError:
        if getattr(error, "status_code", None) in _NO_SUCH_PATH:
            return CallError(unknown)
        meaning = verdict(error, self._server, self._model, self._server.limit_name)
        self._answered = self._answered or not (isinstance(meaning, Again) and meaning.absent)
        if isinstance(meaning, (Again, CallError)):
            return meaning
        said = meaning.reply.detail if isinstance(meaning, Declined) else meaning
        return CallError(f"{self._server.shown}: {said}")
