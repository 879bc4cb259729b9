"""A chat server on loopback that answers, and fails, as it is told: what tests and benchmarks have for a provider.

    def script(request: Request) -> str | Fault | Body: ...
    with ChatServer(script) as server:
        Chat("any-model", base_url=server.url)

It is HTTP/1.1 with keep-alive, written out by hand on asyncio in a thread of its own, so that what stands between the
client and a thousand requests is as little as can be. ``python tests/chat_server.py --delay 0.05`` serves in a process
of its own until its standard input ends; it prints its URL.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import sys
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Request:
    """What a script is shown: the request's number from 0, how often its messages came before, and its body."""

    number: int
    attempt: int
    path: str
    headers: Mapping[str, str]
    body: Mapping[str, Any]

    @property
    def model(self) -> str:
        return str(self.body["model"])

    @property
    def system(self) -> str:
        return self._said("system")

    @property
    def user(self) -> str:
        return self._said("user")

    def _said(self, role: str) -> str:
        return "\n".join(turn["content"] for turn in self.body.get("messages", ()) if turn["role"] == role)


@dataclass(frozen=True)
class Body:
    """A reply with status 200 that is more than its text: how it ended, a refusal, the counts; or any bytes at all."""

    text: str | None = ""
    finish_reason: str = "stop"
    refusal: str | None = None
    prompt_tokens: int = 10
    completion_tokens: int = 5
    usage: bool = True
    raw: bytes | None = None
    delay: float = 0.0

    def encoded(self, request: Request) -> bytes:
        if self.raw is not None:
            return self.raw
        message = {"role": "assistant", "content": self.text, "refusal": self.refusal}
        body: dict[str, Any] = {
            "id": f"chatcmpl-{request.number}",
            "object": "chat.completion",
            "created": 0,
            "model": request.body.get("model"),
            "choices": [{"index": 0, "message": message, "finish_reason": self.finish_reason}],
        }
        if self.usage:
            total = self.prompt_tokens + self.completion_tokens
            body["usage"] = {
                "prompt_tokens": self.prompt_tokens,
                "completion_tokens": self.completion_tokens,
                "total_tokens": total,
            }
        return json.dumps(body).encode()


@dataclass(frozen=True)
class Fault:
    """Something that goes wrong: a status other than 200, or a connection that is ``"dropped"`` or ends in ``"half"``
    a body; ``delay`` in seconds comes before either."""

    status: int | str = 500
    message: str = ""
    code: str | None = None
    param: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0
    raw: bytes | None = None

    def encoded(self) -> bytes:
        error = {"message": self.message, "type": "error", "code": self.code, "param": self.param}
        return json.dumps({"error": error}).encode() if self.raw is None else self.raw


Script = Callable[[Request], "str | Body | Fault"]


def echo(request: Request) -> str:
    """The plainest script: the prompt comes back."""
    return f"You said: {request.user}"


class ChatServer:
    """The server, running while its ``with`` block does.

    ``requests`` are all that came, ``answered`` counts by user's text the completions that were sent whole,
    ``most_at_once`` is how many were being answered at the same time at most, ``connections`` how many were opened.
    """

    def __init__(self, script: Script = echo, delay: float = 0.0) -> None:
        self.script = script
        self.delay = delay
        self.requests: list[Request] = []
        self.answered: Counter[str] = Counter()
        self.most_at_once = 0
        self.connections = 0
        self.errors: list[BaseException] = []
        self._at_once = 0
        self._asked: Counter[str] = Counter()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="chat-server", daemon=True)

    def __enter__(self) -> ChatServer:
        self._thread.start()
        if not self._ready.wait(10):
            raise RuntimeError("the server did not start")
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def count(self) -> int:
        return len(self.requests)

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        tasks: set[asyncio.Task[None]] = set()

        async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task is not None
            tasks.add(task)
            self.connections += 1
            try:
                await self._converse(reader, writer)
            except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                pass
            except Exception as error:  # a script's own mistake; the test sees it
                self.errors.append(error)
            finally:
                tasks.discard(task)
                with contextlib.suppress(Exception):
                    writer.close()

        server = await asyncio.start_server(connected, "127.0.0.1", 0, backlog=1024)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            first, *lines = head.decode("latin-1").split("\r\n")
            pairs = (line.partition(":") for line in lines if line)
            headers = {name.lower(): value.strip() for name, _, value in pairs}
            body = await reader.readexactly(int(headers.get("content-length", 0)))
            parsed = json.loads(body) if body else {}
            asked = json.dumps(parsed.get("messages"))
            request = Request(len(self.requests), self._asked[asked], first.split()[1], headers, parsed)
            self._asked[asked] += 1
            self.requests.append(request)
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
            try:
                if not await self._answer(request, writer):
                    return
            finally:
                self._at_once -= 1

    async def _answer(self, request: Request, writer: asyncio.StreamWriter) -> bool:
        """Send what the script says; False once the connection is to be closed."""
        answer = self.script(request)
        if isinstance(answer, str):
            answer = Body(answer)
        await asyncio.sleep(self.delay + answer.delay)
        if isinstance(answer, Body):
            sent = answer.encoded(request)
            writer.write(_head(200, len(sent), {}) + sent)
            await writer.drain()
            if answer.raw is None:
                self.answered[request.user] += 1
            return True
        if answer.status == "dropped":
            writer.transport.abort()
            return False
        if answer.status == "half":
            sent = Body("half of this is lost").encoded(request)
            writer.write(_head(200, len(sent), answer.headers) + sent[: len(sent) // 2])
            await writer.drain()
            return False
        sent = answer.encoded()
        writer.write(_head(int(answer.status), len(sent), answer.headers) + sent)
        await writer.drain()
        return True


def _head(status: int, length: int, headers: Mapping[str, str]) -> bytes:
    lines = [f"HTTP/1.1 {status} X", "content-type: application/json", f"content-length: {length}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def main() -> None:
    parser = argparse.ArgumentParser(description="A chat server on loopback until standard input ends.")
    parser.add_argument("--delay", type=float, default=0.0, help="seconds before each reply")
    with ChatServer(delay=parser.parse_args().delay) as server:
        print(server.url, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
