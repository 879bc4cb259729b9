"""The runs of a :class:`slmaug.llm.batch.Batch`: what is under way is found, the rest sent, and all waited for."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from slmaug.errors import printable
from slmaug.llm.background import cancelled
from slmaug.llm.batch_endpoint import Endpoint
from slmaug.llm.batch_files import Line, failed, files, read_lines, request_line
from slmaug.llm.chat import Chat
from slmaug.llm.faults import CallError, Declined
from slmaug.llm.journal import Journal
from slmaug.llm.keys import Server, server
from slmaug.llm.model import Prompt, Reply
from slmaug.llm.sending import chat_body
from slmaug.llm.spending import BudgetSpent, Spending, Tally, is_counted, most_prompt_tokens

_ENDED = ("completed", "failed", "expired", "cancelled")


@dataclass
class UnderWay:
    """A file that was uploaded, and the batch made of it; ``id`` is empty where no note says which."""

    file: str
    keys: tuple[str, ...]
    id: str = ""
    completed: int = 0
    reserved: dict[str, Prompt] = field(default_factory=dict)
    """The calls that money is put aside for: not those of an earlier run that nobody has wanted since."""


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


def _going_on(batches: Iterable[UnderWay], where: str) -> str:
    names = " and ".join(each.id for each in batches if each.id)
    return f"batch {names} goes on at {where}: run the same again, and its replies are picked up" if names else ""


@dataclass
class Run:
    """One :meth:`Batch.complete`: what it wants, what has arrived, and the batches that it waits for, and where."""

    wanted: Mapping[str, Prompt]
    arrived: dict[str, Reply] = field(default_factory=dict)
    batches: list[UnderWay] = field(default_factory=list)
    where: str = ""

    def ahead(self) -> int:
        """Replies that the provider has and we do not, by its own count."""
        return sum(each.completed for each in self.batches)

    def goes_on(self) -> str:
        """What there is to say when it ends before its batches; empty where none is under way."""
        return _going_on(self.batches, self.where)


class BatchSession:
    """A client and a journal in use on one event loop, by one :meth:`complete` or by several at the same time.

    ``under_way`` are the batches, by file, that money is put aside for; it outlives the session, as the batches do.
    """

    def __init__(
        self,
        chat: Chat,
        poll: float,
        journal: Journal,
        tally: Tally,
        spending: Spending,
        under_way: dict[str, UnderWay],
    ) -> None:
        self._chat, self._poll, self._journal = chat, poll, journal
        self._tally, self._spending, self._under_way = tally, spending, under_way
        self._server: Server
        self._endpoint: Endpoint | None = None
        self._sending = asyncio.Lock()
        self._followers: dict[str, asyncio.Task[dict[str, Reply]]] = {}

    async def complete(self, run: Run) -> None:
        """Have all that the run wants arrive."""
        self._tally.calls += len(run.wanted)
        for key in run.wanted:
            reply = self._journal.get(key)
            if reply is not None:
                self._tally.from_journal += 1
                self._arrive(key, reply, run)
        if len(run.arrived) == len(run.wanted):
            return
        endpoint = self._connected()
        run.where = self._server.shown
        async with self._sending:  # one after the other, so that each sees what the one before has sent
            for key in run.wanted.keys() - run.arrived.keys():
                reply = self._journal.get(key)
                if reply is not None:
                    self._arrive(key, reply, run)
            await self._find_under_way(endpoint, run)
            await self._submit(endpoint, run)
            followers = [(each, self._follower(endpoint, each)) for each in run.batches]
        tasks = [asyncio.create_task(self._awaited(each, task, run)) for each, task in followers]
        try:
            await asyncio.gather(*tasks)
        finally:
            await cancelled(tasks)

    async def close(self) -> None:
        await cancelled(self._followers.values())
        try:
            if self._endpoint is not None:
                await self._endpoint.close()
        finally:
            self._journal.close()

    def _connected(self) -> Endpoint:
        if self._endpoint is None:
            chat, retries = self._chat, self._tally.retries
            self._server = server(chat.base_url, chat.api_key_env)
            self._endpoint = Endpoint(
                self._server,
                chat.model,
                chat.timeout,
                chat.attempts,
                chat.patience,
                retries,
                lambda: _going_on(self._under_way.values(), self._server.shown),
            )
        return self._endpoint

    def _arrive(self, key: str, reply: Reply, run: Run) -> None:
        if key in run.wanted and key not in run.arrived:
            self._tally.outcomes[reply.outcome] += 1
            run.arrived[key] = reply

    # --- before the wait -------------------------------------------------------------------------------------------

    async def _find_under_way(self, endpoint: Endpoint, run: Run) -> None:
        """The batches that hold a call we want, those of earlier runs and one whose id was never noted included."""
        missing = {key: prompt for key, prompt in run.wanted.items() if key not in run.arrived}
        for noted in noted_under_way(self._journal.notes("batch"), self._server.shown):
            if missing.keys().isdisjoint(noted.keys):
                continue
            each = self._under_way.setdefault(noted.file, noted)
            if not each.id:
                each.id = await endpoint.batch_of(each.file)
                if not each.id:
                    self._done(each, status="never created")
                    continue
                self._note("created", each.file, batch=each.id)
            for key in missing.keys() & set(each.keys) - each.reserved.keys():
                each.reserved[key] = missing[key]
                self._spending.commit(self._most(missing[key]))
            run.batches.append(each)

    async def _submit(self, endpoint: Endpoint, run: Run) -> None:
        covered = {key for each in run.batches for key in each.keys}
        new = {key: prompt for key, prompt in run.wanted.items() if key not in run.arrived and key not in covered}
        most = sum(map(self._most, new.values()))
        self._check_budget(most, len(new))
        self._spending.commit(most)
        chat, name = self._chat, self._server.limit_name
        lines = (
            (key, request_line(key, chat_body(chat.model, chat.parameters, prompt, name, prompt.max_tokens)))
            for key, prompt in tuple(new.items())
        )
        try:
            for file in files(lines):
                each = UnderWay(await endpoint.upload(file.data), file.keys)
                each.reserved = {key: new.pop(key) for key in file.keys}
                self._under_way[each.file] = each
                self._note("uploaded", each.file, keys=list(file.keys))
                each.id = await endpoint.create(each.file)
                self._note("created", each.file, batch=each.id)
                self._tally.requests += len(file.keys)
                run.batches.append(each)
        finally:
            self._spending.settle(sum(map(self._most, new.values())), 0)  # what was not even uploaded

    def _check_budget(self, most: int, calls: int) -> None:
        left = self._spending.left
        if calls and left is not None and most / 1e12 > left:
            raise BudgetSpent(
                f"the budget of ${self._chat.budget:g} has ${left:.4f} left, and a batch of {calls} calls, which "
                f"cannot be stopped half way, may cost ${most / 1e12:.4f}; expected a budget (--budget) above that"
            )

    def _most(self, prompt: Prompt) -> int:
        """Picodollars that a call can cost."""
        return self._spending.cost(most_prompt_tokens(prompt), prompt.max_tokens)

    def _note(self, event: str, file: str, **more: object) -> None:
        self._journal.note({"kind": "batch", "event": event, "server": self._server.shown, "file": file, **more})

    def _done(self, each: UnderWay, status: str) -> None:
        """Nothing more will come of it; what is still put aside for it is given back."""
        self._note("done", each.file, status=status)
        self._spending.settle(sum(map(self._most, each.reserved.values())), 0)
        self._under_way.pop(each.file, None)

    # --- the wait ----------------------------------------------------------------------------------------------------

    def _follower(self, endpoint: Endpoint, each: UnderWay) -> asyncio.Task[dict[str, Reply]]:
        """The task that follows a batch, whoever wants it: there is one of them, and it pays once."""
        task = self._followers.get(each.file)
        if task is None or task.done():
            task = self._followers[each.file] = asyncio.create_task(self._followed(endpoint, each))
        return task

    async def _awaited(self, each: UnderWay, follower: asyncio.Task[dict[str, Reply]], run: Run) -> None:
        # Shielded, for others may wait for it as well; close() cancels what nobody waits for any more.
        for key, reply in (await asyncio.shield(follower)).items():
            self._arrive(key, reply, run)
        run.batches.remove(each)

    async def _followed(self, endpoint: Endpoint, each: UnderWay) -> dict[str, Reply]:
        """Wait until a batch has ended, and bring its replies home."""
        batch = await self._look(endpoint, each)
        while batch.status not in _ENDED:
            await asyncio.sleep(self._poll)
            batch = await self._look(endpoint, each)
        lines: dict[str, Line] = {}
        for name in (batch.output_file_id, batch.error_file_id):
            if name:
                data = await endpoint.content(name, self._unknown(each))
                lines |= read_lines(data, self._server, self._chat.model)
        # From here on nothing waits, so an interrupt finds all of it in the journal or nothing.
        each.completed = 0
        missing = failed(f"the batch {each.id} ended as {batch.status} without a reply to this call")
        replies: dict[str, Reply] = {}
        fatal = None
        for key in each.keys:
            line = lines.get(key, missing)
            if isinstance(line, CallError):
                fatal = fatal or line
            else:
                replies[key] = self._kept(key, line, each)
        self._done(each, status=batch.status)
        if batch.status == "failed":
            raise self._turned_down(each, batch)
        if fatal:
            raise fatal
        return replies

    async def _look(self, endpoint: Endpoint, each: UnderWay) -> Any:
        batch = await endpoint.look(each.id, self._unknown(each))
        each.completed = batch.request_counts.completed if batch.request_counts else 0
        return batch

    def _unknown(self, each: UnderWay) -> str:
        return (
            f"{self._server.shown} does not have batch {each.id}, which {printable(self._journal.path)} notes as under "
            "way; use the key it was made with, or take its line out of that file to pay for its calls again"
        )

    def _kept(self, key: str, line: Reply | Declined, each: UnderWay) -> Reply:
        """Keep a reply and count what it cost."""
        reply = line.reply if isinstance(line, Declined) else line
        prompt = each.reserved.pop(key, None)
        most = self._most(prompt) if prompt else 0
        cost, certain = self._spending.cost(reply.prompt_tokens, reply.completion_tokens), True
        if isinstance(line, Reply) and not is_counted(line):
            cost, certain = most, False
        elif isinstance(line, Declined) and reply.outcome == "filtered":  # some charge for looking at it
            cost, certain = self._spending.cost(most_prompt_tokens(prompt), 0) if prompt else 0, False
        self._tally.uncertain += not certain
        self._tally.prompt_tokens += reply.prompt_tokens
        self._tally.completion_tokens += reply.completion_tokens
        self._spending.settle(most, cost)
        if reply.outcome != "failed":
            self._journal.put(key, self._chat.model, reply)
        return reply

    def _turned_down(self, each: UnderWay, batch: Any) -> CallError:
        told = [error.message or error.code for error in (batch.errors.data if batch.errors else None) or ()]
        said = self._server.scrubbed("; ".join(str(one) for one in told[:3] if one)) or "no reason is given"
        return CallError(
            f"{self._server.shown} turned the batch {each.id} down: {said}; put that right and run again, "
            "nothing of it is charged"
        )
