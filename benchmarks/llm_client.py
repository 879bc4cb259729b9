"""How much of a run's time is the client's own: many short calls against a server on loopback.

    python benchmarks/llm_client.py [--calls 1000] [--concurrency 64] [--milliseconds 50]

The server (tests/chat_server.py, a process of its own) answers each request after a set time, so the ideal is known:
calls / concurrency, rounded up, times that. Beside slmaug's client a plain asyncio loop runs, a semaphore around
``AsyncOpenAI().chat.completions.create``, which retries nothing, keeps nothing and limits nothing else. Both in turns,
each with a client and connections of its own; imports are outside the clock. Every reply of both is looked at.
"""

from __future__ import annotations

import argparse
import asyncio
import math
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import openai
import tenacity  # noqa: F401  imported here so that the first run does not pay for it
from peers import machine

from slmaug.llm.chat import Chat
from slmaug.llm.model import Prompt

SERVER = Path(__file__).resolve().parents[1] / "tests" / "chat_server.py"


@contextmanager
def serving(seconds: float) -> Iterator[str]:
    """The URL of a server in another process."""
    command = [sys.executable, str(SERVER), "--delay", str(seconds)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.stdin.close()


def ours(url: str, questions: list[str], concurrency: int) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        chat = Chat("any", base_url=url, concurrency=concurrency, journal=Path(folder, "journal.jsonl"))
        return [reply.text for reply in chat.complete([Prompt("Be brief.", question) for question in questions])]


def plain(url: str, questions: list[str], concurrency: int) -> list[str]:
    async def run() -> list[str]:
        lanes = asyncio.Semaphore(concurrency)
        async with openai.AsyncOpenAI(api_key="none", base_url=url, max_retries=0) as client:

            async def call(question: str) -> str:
                async with lanes:
                    reply = await client.chat.completions.create(
                        model="any",
                        messages=[{"role": "system", "content": "Be brief."}, {"role": "user", "content": question}],
                        max_tokens=1024,
                    )
                    return reply.choices[0].message.content or ""

            return await asyncio.gather(*map(call, questions))

    return asyncio.run(run())


def timed(run: Callable[[str, list[str], int], list[str]], url: str, args: argparse.Namespace) -> tuple[float, float]:
    """Seconds by the wall and seconds of this process's processor time."""
    questions = [f"question {number}" for number in range(args.calls)]
    wall, processor = time.perf_counter(), time.process_time()
    replies = run(url, questions, args.concurrency)
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    assert replies == [f"You said: {question}" for question in questions]
    return wall, processor


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=1000)
    parser.add_argument("--concurrency", type=int, default=64)
    parser.add_argument("--milliseconds", type=float, default=50.0, help="until the server answers (default 50)")
    parser.add_argument("--repeats", type=int, default=5, help="runs of each; the best counts (default 5)")
    args = parser.parse_args()
    ideal = math.ceil(args.calls / args.concurrency) * args.milliseconds / 1000

    print(machine())
    transport = "aiohttp" if find_spec("aiohttp") else "httpx (aiohttp is not installed)"
    print(f"openai {openai.__version__}; slmaug over {transport}")
    print(f"{args.calls:,} calls of {args.milliseconds:g} ms, {args.concurrency} at once: ideal {ideal:.2f} s\n")
    runs: dict[str, list[tuple[float, float]]] = {"slmaug": [], "plain asyncio loop": []}
    with serving(args.milliseconds / 1000) as url:
        for _ in range(args.repeats):
            runs["slmaug"].append(timed(ours, url, args))
            runs["plain asyncio loop"].append(timed(plain, url, args))
    print(f"{'client':20} {'seconds':>8} {'to ideal':>9} {'all runs':>14} {'processor ms a call':>20}")
    for name, times in runs.items():
        best, worst = min(wall for wall, _ in times), max(wall for wall, _ in times)
        processor = min(each for _, each in times) / args.calls * 1000
        print(f"{name:20} {best:8.2f} {best / ideal:7.2f} x {f'{best:.2f} to {worst:.2f}':>14} {processor:20.2f}")


if __name__ == "__main__":
    main()
