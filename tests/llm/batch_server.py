"""OpenAI's files and batches on loopback: what a batch's lines are answered with is a script, as in ``chat_server``.

with BatchServer(script, looks=2, end="completed") as server:
    Batch(Chat("any-model", base_url=server.url))
"""

from __future__ import annotations

import email
import email.policy
import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from chat_server import Body, Fault, Request, Script, echo

ENDED = ("completed", "failed", "expired", "cancelled")


class BatchServer:
    """The server, running while its ``with`` block does.

    A batch ends as ``end`` when it is looked at for the ``looks``-th time. Where that is not ``"completed"``, ``done``
    of its requests were answered; the others are in the error file as a provider puts them there.
    ``faults`` holds for a kind of request, such as ``"POST /files"``, what its first requests get instead:
    a :class:`Fault`, ``"lost"`` where the work is done and the connection is dropped, or None for nothing.
    """

    def __init__(self, script: Script = echo, looks: int = 1, end: str = "completed", done: int = 0) -> None:
        self.script, self.looks, self.end, self.done = script, looks, end, done
        self.asked: list[str] = []
        self.files: dict[str, bytes] = {}
        self.batches: dict[str, dict[str, Any]] = {}
        self.faults: dict[str, list[Fault | str | None]] = {}
        self.on_ask: Callable[[str], object] = lambda kind: None
        """Called with the kind of each request before it is answered."""
        self._seen: dict[str, int] = {}
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("_Bound", (_Handler,), {"batches": self}))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def __enter__(self) -> BatchServer:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), name="batch-server", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def lines(self, batch: str) -> list[dict[str, Any]]:
        """The requests in a batch's file."""
        return [json.loads(line) for line in self.files[self.batches[batch]["input_file_id"]].splitlines()]

    # --- what the endpoints do ---------------------------------------------------------------------------------------

    def answer(self, kind: str, path: list[str], query: dict[str, list[str]], data: Any) -> Any:
        if kind == "POST /files":
            name = self._keep(data["file"])
            return self._file(name, data["purpose"].decode())
        if kind == "POST /batches":
            return self._created(data)
        if kind == "GET /batches":
            return self._listed(query)
        if kind == "GET /batches/{id}":
            return self._looked_at(self.batches[path[1]])
        if kind == "GET /files/{id}/content":
            return self.files[path[1]]
        raise KeyError(kind)

    def _keep(self, data: bytes) -> str:
        name = f"file-{len(self.files)}"
        self.files[name] = data
        return name

    def _file(self, name: str, purpose: str) -> dict[str, Any]:
        size = len(self.files[name])
        fixed = {"object": "file", "created_at": 1, "status": "processed"}
        return {"id": name, "bytes": size, "filename": "x.jsonl", "purpose": purpose, **fixed}

    def _created(self, asked: dict[str, Any]) -> dict[str, Any]:
        assert asked["input_file_id"] in self.files
        name = f"batch_{len(self.batches)}"
        batch = {"id": name, "object": "batch", "created_at": 1, "status": "validating", "looked_at": 0, **asked}
        self.batches[name] = batch
        return batch

    def _listed(self, query: dict[str, list[str]]) -> dict[str, Any]:
        """The newest first, as many as asked for, behind the one named by ``after``."""
        newest = list(self.batches.values())[::-1]
        names = [batch["id"] for batch in newest]
        first = names.index(query["after"][0]) + 1 if "after" in query else 0
        last = first + int(query.get("limit", ["20"])[0])
        return {"object": "list", "data": newest[first:last], "has_more": last < len(newest)}

    def _looked_at(self, batch: dict[str, Any]) -> dict[str, Any]:
        batch["looked_at"] += 1
        if batch["status"] not in ENDED:
            batch["status"] = "in_progress"
            if batch["looked_at"] >= self.looks:
                self._finish(batch)
        return batch

    def _finish(self, batch: dict[str, Any]) -> None:
        batch["status"] = self.end
        lines = self.lines(batch["id"])
        if self.end == "failed":
            told = [{"code": "invalid_json_line", "line": 1, "message": "This line is not parseable.", "param": None}]
            batch["errors"] = {"object": "list", "data": told}
            return
        done = len(lines) if self.end == "completed" else self.done
        output, errors = [], []
        for line in lines[:done]:
            status, body = self._reply(line)
            result = {"response": {"status_code": status, "request_id": "r", "body": body}, "error": None}
            (output if status == 200 else errors).append({"id": "x", "custom_id": line["custom_id"], **result})
        for line in lines[done:]:
            told = {"code": f"batch_{self.end}", "message": f"This request was not executed: batch {self.end}."}
            errors.append({"id": "x", "custom_id": line["custom_id"], "response": None, "error": told})
        # A batch is under no obligation to keep the order.
        if output:
            batch["output_file_id"] = self._keep(_jsonl(output[::-1]))
        if errors:
            batch["error_file_id"] = self._keep(_jsonl(errors))
        batch["request_counts"] = {"total": len(lines), "completed": len(output), "failed": len(errors)}

    def _reply(self, line: dict[str, Any]) -> tuple[int, Any]:
        asked = json.dumps(line["body"])
        request = Request(sum(self._seen.values()), self._seen.get(asked, 0), line["url"], {}, line["body"])
        self._seen[asked] = request.attempt + 1
        answer = self.script(request)
        if isinstance(answer, Fault):
            return int(answer.status), json.loads(answer.encoded())
        body = Body(answer) if isinstance(answer, str) else answer
        return 200, json.loads(body.encoded(request))


class _Handler(BaseHTTPRequestHandler):
    batches: BatchServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._converse(None)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        kind = self.headers["content-type"]
        self._converse(_form(kind, body) if kind.startswith("multipart/") else json.loads(body))

    def _converse(self, data: Any) -> None:
        address = urlsplit(self.path)
        path = address.path.removeprefix("/v1/").split("/")
        kind = f"{self.command} /" + "/".join(["{id}" if at == 1 else part for at, part in enumerate(path)])
        server = self.batches
        server.on_ask(kind)
        with server._lock:
            server.asked.append(kind)
            faults = server.faults.get(kind)
            fault = faults.pop(0) if faults else None
            if isinstance(fault, Fault):
                return self._send(int(fault.status), fault.encoded(), dict(fault.headers))
            try:
                answer = server.answer(kind, path, parse_qs(address.query), data)
            except KeyError:
                return self._send(404, Fault(404, "Not Found").encoded(), {})
        if fault == "lost":
            self.close_connection = True
            return None
        return self._send(200, answer if isinstance(answer, bytes) else json.dumps(answer).encode(), {})

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {"content-type": "application/json", "content-length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the test has the list of requests."""


def _form(kind: str, body: bytes) -> dict[str, bytes]:
    """The fields of a form that was sent as multipart/form-data."""
    message = email.message_from_bytes(f"content-type: {kind}\r\n\r\n".encode() + body, policy=email.policy.HTTP)
    fields = {}
    for part in message.iter_parts():
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        fields[str(part.get_param("name", header="content-disposition"))] = content
    return fields


def _jsonl(records: list[dict[str, Any]]) -> bytes:
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)
