"""The journal: every reply that was paid for, kept so that it is never asked for again.

A JSONL file that only grows. A line holds the call's key (a hash of model, parameters and prompt), the reply and its
token counts; never the prompt, never an API key. Each line is one write in append mode, made as soon as the reply is
there, so a killed process loses the calls in flight and nothing else, and several processes can share a file. A line
that a crash cut short is left out when the file is read, and ended before the next one is written.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from slmaug.errors import SlmaugError, printable
from slmaug.llm.model import OUTCOMES, Prompt, Reply

_SYNC_SECONDS = 1.0
_STARTS = (b'{"key": "', b'{"kind": "')  # of every line we write; a crash may have left no more than a part of one


def call_key(model: str, parameters: Mapping[str, object], prompt: Prompt) -> str:
    """SHA-256, as hex, of all that a reply depends on; ``parameters`` are those of every call, such as temperature.

    A parameter that is None is not sent, so it counts as left out.

    >>> prompt = Prompt("Be brief.", "How?")
    >>> call_key("m", {"temperature": None}, prompt) == call_key("m", {}, prompt)
    True
    """
    sent = {name: value for name, value in parameters.items() if value is not None}
    parts = [model, sent, prompt.system, prompt.user, prompt.max_tokens, prompt.sample]
    return hashlib.sha256(json.dumps(parts, sort_keys=True, allow_nan=False).encode()).hexdigest()


class Journal:
    """The replies of earlier calls by key, and notes of other kinds; safe to use from several threads.

    ``damaged`` counts the lines that could not be read, one cut off at the end included.
    """

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self.damaged = 0
        self._descriptor = descriptor
        self._lock = threading.Lock()
        self._replies: dict[str, Reply] = {}
        self._notes: list[dict[str, Any]] = []
        self._strange = False
        self._writes = 0
        self._stop = threading.Event()
        self._syncing: threading.Thread | None = None

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> Journal:
        """The journal at ``path``, made with mode 0600 if there is none.

        Raises :class:`SlmaugError` where it cannot be read and written, and for a file of something else.
        """
        place = Path(path)
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0)
        try:
            if place.exists() and not place.is_file():
                raise OSError(0, "a folder or a device")
            journal = cls(place, os.open(place, flags, 0o600))
        except (OSError, ValueError) as error:
            raise _refused(place, "opened", error) from None
        try:
            journal._read()
        except OSError as error:
            os.close(journal._descriptor)
            raise _refused(place, "read", error) from None
        if journal._strange:
            os.close(journal._descriptor)
            raise SlmaugError(f"{printable(place)} is no journal; expected a file that slmaug made, or a new one")
        return journal

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def __len__(self) -> int:
        return len(self._replies)

    def get(self, key: str) -> Reply | None:
        return self._replies.get(key)

    def keys(self) -> frozenset[str]:
        """The keys of all replies there are."""
        return frozenset(self._replies)

    def put(self, key: str, model: str, reply: Reply) -> None:
        """Keep a reply. It is in the file, if not yet on the disk's plates, when this returns; the first one counts."""
        with self._lock:
            if key in self._replies:
                return
            self._append(
                {
                    "key": key,
                    "model": model,
                    "outcome": reply.outcome,
                    "text": reply.text,
                    "detail": reply.detail,
                    "prompt_tokens": reply.prompt_tokens,
                    "completion_tokens": reply.completion_tokens,
                }
            )
            self._replies[key] = reply

    def note(self, record: Mapping[str, Any]) -> None:
        """Keep a record of another kind, named by its ``kind``: which batches are under way, for one."""
        if not isinstance(record.get("kind"), str) or "key" in record:
            raise ValueError(f"a note has a 'kind' that is text and no 'key', got {sorted(record)}")
        with self._lock:
            self._append(record)
            self._notes.append(dict(record))

    def notes(self, kind: str) -> list[dict[str, Any]]:
        """The notes of a kind, oldest first."""
        return [dict(note) for note in self._notes if note["kind"] == kind]

    def close(self) -> None:
        """Bring all to the disk and let go of the file. What was read can still be asked for."""
        with self._lock:
            thread, self._syncing = self._syncing, None
        self._stop.set()
        if thread is not None:
            thread.join()
        with self._lock:
            if self._descriptor >= 0:
                descriptor, self._descriptor = self._descriptor, -1
                try:
                    if self._writes:
                        os.fsync(descriptor)
                except OSError as error:
                    raise _refused(self.path, "written", error) from None
                finally:
                    os.close(descriptor)

    # --- reading ---------------------------------------------------------------------------------------------------

    def _read(self) -> None:
        ours = False
        with open(self.path, "rb") as file:
            for line in file:
                if line.strip():
                    self._take(line)
                    ours = ours or any(line.startswith(start[: len(line)]) for start in _STARTS)
        self._strange = self.damaged > 0 and not (ours or self._replies or self._notes)

    def _take(self, line: bytes) -> None:
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):  # half a line is never whole JSON: its last brace is missing
            record = None
        if not isinstance(record, dict):
            self.damaged += 1
        elif "key" in record:
            reply = _reply(record)
            if reply is None:
                self.damaged += 1
            else:
                self._replies.setdefault(record["key"], reply)
        elif isinstance(record.get("kind"), str):
            self._notes.append(record)
        else:
            self.damaged += 1

    # --- writing ---------------------------------------------------------------------------------------------------

    def _append(self, record: Mapping[str, Any]) -> None:
        """One write for one line; the caller holds the lock."""
        if self._descriptor < 0:
            raise ValueError(f"the journal {self.path} is closed")
        line = json.dumps(record, allow_nan=False).encode() + b"\n"
        try:
            if self._ends_in_mid_line():
                line = b"\n" + line
            written = os.write(self._descriptor, line)
            while written < len(line):  # a disk that is full or a limit; the next write says which
                written += os.write(self._descriptor, line[written:])
        except OSError as error:
            raise _refused(self.path, "written", error) from None
        self._writes += 1
        if self._syncing is None and not self._stop.is_set():
            self._syncing = threading.Thread(target=self._sync, name="slmaug-journal", daemon=True)
            self._syncing.start()

    def _ends_in_mid_line(self) -> bool:
        # Asked each time: another process may have been cut off since.
        if os.lseek(self._descriptor, 0, os.SEEK_END) == 0:
            return False
        os.lseek(self._descriptor, -1, os.SEEK_END)
        return os.read(self._descriptor, 1) != b"\n"

    def _sync(self) -> None:
        """Bring to the disk what was written, once a second at most, apart from whoever writes."""
        synced = 0
        while not self._stop.wait(_SYNC_SECONDS):
            if self._writes > synced:
                synced = self._writes
                try:
                    os.fsync(self._descriptor)
                except OSError:
                    return  # close() tries once more, and says what is wrong


def _reply(record: Mapping[str, Any]) -> Reply | None:
    """The reply that a line holds, or None if it holds none."""
    text, outcome, detail = record.get("text"), record.get("outcome"), record.get("detail")
    tokens = [record.get(name, 0) for name in ("prompt_tokens", "completion_tokens")]
    if not (isinstance(record["key"], str) and isinstance(text, str) and isinstance(detail, str)):
        return None
    if outcome not in OUTCOMES or not all(isinstance(count, int) for count in tokens):
        return None
    return Reply(text, outcome, detail, *tokens)


def _refused(path: Path, what: str, error: Exception) -> SlmaugError:
    reason = getattr(error, "strerror", None) or str(error)
    expected = "a file you may write to, in a folder that exists"
    return SlmaugError(f"journal {printable(path)}: cannot be {what}: {reason}; expected {expected}")
