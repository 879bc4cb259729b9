"""One run of a :class:`slmaug.llm.batch.Batch`: what is under way is found, the rest sent, and all waited for."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from slmaug.errors import printable
from slmaug.llm.batch_endpoint import Endpoint
from slmaug.llm.batch_files import files, read_lines, request_line
from slmaug.llm.calls import Tally, chat_body, limit_name
from slmaug.llm.chat import Chat
from slmaug.llm.faults import CallError
from slmaug.llm.journal import Journal
from slmaug.llm.keys import Server, server
from slmaug.llm.model import Prompt, Reply
from slmaug.llm.spending import BudgetSpent, Spending, most_prompt_tokens

_ENDED = ("completed", "failed", "expired", "cancelled")


@dataclass
class UnderWay:
    """A file that was uploaded, and the batch made of it; ``id`` is empty where no note says which."""

    file: str
    keys: tuple[str, ...]
    id: str = ""
    completed: int = 0


def noted_under_way(notes: Iterable[Mapping[str, Any]], server: str) -> list[UnderWay]:
    """The batches at a server that were begun and not done, by the journal's notes."""
    found: dict[str, UnderWay] = {}
    for note in notes:
        event, file, keys = note.get("event"), note.get("file"), note.get("keys")
        if note.get("server") != server or not isinstance(file, str):
            continue
        if event == "uploaded" and isinstance(keys, list):
            found[file] = UnderWay(file, tuple(map(str, keys)))
        elif event == "created" and file in found:
            found[file].id = str(note.get("batch") or "")
        elif event == "done":
            found.pop(file, None)
    return list(found.values())


class Run:
    """One :meth:`Batch.complete`: which batches are under way, and the replies that have arrived."""

    def __init__(
        self,
        chat: Chat,
        poll: float,
        journal: Journal,
        wanted: Mapping[str, Prompt],
        tally: Tally,
        spending: Spending,
    ) -> None:
        self.arrived: dict[str, Reply] = {}
        self.under_way: list[UnderWay] = []
        self._chat, self._poll, self._journal, self._wanted = chat, poll, journal, wanted
        self._tally, self._spending = tally, spending
        self._server: Server
        self._endpoint: Endpoint
        self._settled = asyncio.Event()

    @property
    def ahead(self) -> int:
        """Replies that the provider has and we do not, by its own count."""
        return sum(each.completed for each in self.under_way)

    def goes_on(self) -> str:
        """What there is to say when a run ends before its batches; empty where none is under way."""
        names = " and ".join(each.id for each in self.under_way)
        if not names:
            return ""
        return f"batch {names} goes on at {self._server.shown}: run the same again, and its replies are picked up"

    async def complete(self) -> None:
        self._tally.calls += len(self._wanted)
        for key in self._wanted:
            reply = self._journal.get(key)
            if reply is not None:
                self._tally.from_journal += 1
                self._arrive(key, reply)
        if len(self.arrived) == len(self._wanted):
            return
        self._server = server(self._chat.base_url, self._chat.api_key_env)
        chat, retries = self._chat, self._tally.retries
        self._endpoint = Endpoint(
            self._server, chat.model, chat.timeout, chat.attempts, chat.patience, retries, self.goes_on
        )
        try:
            await self._find_under_way()
            await self._submit()
            await self._wait_for_all()
        finally:
            await self._endpoint.close()

    def _arrive(self, key: str, reply: Reply) -> None:
        if key in self._wanted and key not in self.arrived:
            self._tally.outcomes[reply.outcome] += 1
            self.arrived[key] = reply

    # --- before the wait -------------------------------------------------------------------------------------------

    async def _find_under_way(self) -> None:
        """The batches of earlier runs that hold a call we want, the one whose id was never noted included."""
        missing = self._wanted.keys() - self.arrived.keys()
        for each in noted_under_way(self._journal.notes("batch"), self._server.shown):
            if missing.isdisjoint(each.keys):
                continue
            if not each.id:
                each.id = await self._endpoint.batch_of(each.file)
                if not each.id:
                    self._note("done", each.file, status="never created")
                    continue
                self._note("created", each.file, batch=each.id)
            self.under_way.append(each)

    async def _submit(self) -> None:
        covered = {key for each in self.under_way for key in each.keys}
        new = {key: prompt for key, prompt in self._wanted.items() if key not in self.arrived and key not in covered}
        self._check_budget(new, covered)
        chat, limit = self._chat, limit_name(self._server)
        lines = (
            (key, request_line(key, chat_body(chat.model, chat.parameters, prompt, limit)))
            for key, prompt in new.items()
        )
        for file in files(lines):
            name = await self._endpoint.upload(file.data)
            self._note("uploaded", name, keys=file.keys)
            each = UnderWay(name, file.keys, await self._endpoint.create(name))
            self._note("created", name, batch=each.id)
            self._tally.requests += len(file.keys)
            self.under_way.append(each)

    def _check_budget(self, new: Mapping[str, Prompt], covered: set[str]) -> None:
        if not new or self._chat.budget is None or self._spending.dollars is None:
            return
        committed = {key: prompt for key, prompt in self._wanted.items() if key in covered and key not in self.arrived}
        most = sum(self._most(prompt) for prompt in (*new.values(), *committed.values())) / 1e12
        left = self._chat.budget - self._spending.dollars
        if most > left:
            raise BudgetSpent(
                f"the budget of ${self._chat.budget:g} has ${left:.4f} left, and a batch of {len(new)} calls, which "
                f"cannot be stopped half way, may cost ${most:.4f}; expected a budget (--budget) above that"
            )

    def _most(self, prompt: Prompt) -> int:
        """Picodollars that a call can cost."""
        return self._spending.cost(most_prompt_tokens(prompt), prompt.max_tokens)

    def _note(self, event: str, file: str, **more: object) -> None:
        self._journal.note({"kind": "batch", "event": event, "server": self._server.shown, "file": file, **more})

    # --- the wait ----------------------------------------------------------------------------------------------------

    async def _wait_for_all(self) -> None:
        tasks = [asyncio.create_task(self._followed(each)) for each in self.under_way]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _followed(self, each: UnderWay) -> None:
        """Wait until a batch has ended, and bring its replies home."""
        batch = await self._look(each)
        while batch.status not in _ENDED:
            await asyncio.sleep(self._poll)
            batch = await self._look(each)
        lines: dict[str, Reply | CallError] = {}
        for name in (batch.output_file_id, batch.error_file_id):
            if name:
                data = await self._endpoint.content(name, self._unknown(each))
                lines |= read_lines(data, self._server, self._chat.model, limit_name(self._server))
        # From here on nothing waits, so an interrupt finds all of it in the journal or nothing.
        each.completed = 0
        missing = Reply("", "failed", f"the batch {each.id} ended as {batch.status} without a reply to this call")
        fatal = None
        for key in each.keys:
            reply = lines.get(key, missing)
            if isinstance(reply, CallError):
                fatal = fatal or reply
            else:
                self._take(key, reply)
        self._note("done", each.file, status=batch.status)
        self.under_way.remove(each)
        if batch.status == "failed":
            raise self._turned_down(each, batch)
        if fatal:
            raise fatal

    async def _look(self, each: UnderWay) -> Any:
        batch = await self._endpoint.look(each.id, self._unknown(each))
        each.completed = batch.request_counts.completed if batch.request_counts else 0
        return batch

    def _unknown(self, each: UnderWay) -> str:
        return (
            f"{self._server.shown} does not have batch {each.id}, which {printable(self._journal.path)} notes as under "
            "way; use the key it was made with, or take its line out of that file to pay for its calls again"
        )

    def _take(self, key: str, reply: Reply) -> None:
        """Keep a reply and count what it cost."""
        if reply.outcome != "failed":
            if self._journal.get(key) is None:
                used = (reply.prompt_tokens, reply.completion_tokens)
                known = reply.prompt_tokens > 0 or key not in self._wanted
                cost = self._spending.cost(*used) if known else self._most(self._wanted[key])
                self._tally.uncertain += not known
                self._spending.settle(0, cost, self._settled)
                self._tally.prompt_tokens += reply.prompt_tokens
                self._tally.completion_tokens += reply.completion_tokens
            self._journal.put(key, self._chat.model, reply)
        self._arrive(key, reply)

    def _turned_down(self, each: UnderWay, batch: Any) -> CallError:
        told = [error.message or error.code for error in (batch.errors.data if batch.errors else None) or ()]
        said = self._server.scrubbed("; ".join(str(one) for one in told[:3] if one)) or "no reason is given"
        return CallError(
            f"{self._server.shown} turned the batch {each.id} down: {said}; put that right and run again, "
            "nothing of it is charged"
        )
