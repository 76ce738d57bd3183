"""A small study behind a server, and a client of it that says exactly what it is told to."""

import contextlib
import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from typing import Any

from simulator.engine import Plan
from simulator.study import Study
from simulator.whatif.answers import Answers
from simulator.whatif.server import Server, bound
from simulator.whatif.site import Site

SEED = 7
NORMAL = {"family": "normal", "mean": 0.0, "sd": 1.0}
STUDY = {
    "study": {"name": "small"},
    "company": [{"name": "meta"}],
    "verdict": {"bull": {"value_created": {"min": 0.5}}, "bear": {"value_created": {"max": -0.5}}},
    "priors": {"level": {"value": 0.5}, "x": NORMAL},
    "structure": {
        "written": {"title": "As written"},
        "poor": {"title": "A poorer world", "set": {"level": -0.5}},
    },
}


def value(d: Any) -> dict[str, Any]:
    return {"value_created.group": d["level"] + d["x"], "value_created.meta": d["level"] - d["x"]}


UNITS = {"value_created.group": "USD bn", "value_created.meta": "USD bn"}
value.metric_units = UNITS  # pyright: ignore[reportFunctionMemberAccess]


def small(model: Any = value) -> Study:
    return Study.from_dict(STUDY, model=model)


@dataclass(frozen=True)
class Served:
    """A server that answers on a thread, and what to ask it."""

    server: Server
    token: str

    @property
    def port(self) -> int:
        return self.server.server_address[1]

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def ask(
        self, method: str, name: str, content: Any = None, headers: dict[str, str] | None = None
    ) -> tuple[HTTPResponse, bytes]:
        """Return the answer to a request below the token."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        sent = content if content is None or isinstance(content, bytes) else json.dumps(content)
        connection.request(method, f"/{self.token}/{name}", sent, headers or {})
        with contextlib.closing(connection):
            answer = connection.getresponse()
            return answer, answer.read()

    def events(self, **question: Any) -> list[dict[str, Any]]:
        """Return the lines of a run."""
        answer, content = self.ask("POST", "run", question)
        assert answer.status == 200, content
        assert answer.headers["Content-Type"] == "application/x-ndjson"
        return [json.loads(line) for line in content.splitlines()]

    def faults(self, content: Any, name: str = "run") -> dict[str, str]:
        """Return what is found wrong with a question, by key."""
        answer, text = self.ask("POST", name, content)
        assert answer.status == 422, text
        assert answer.headers["Content-Type"] == "application/json"
        error = json.loads(text)["error"]
        assert f"{len(error['faults'])} fault" in error["message"]
        return {fault["key"]: fault["found"] for fault in error["faults"]}

    def raw(self, request: str) -> bytes:
        """Return all that comes back for the bytes of a request, until the server closes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as connection:
            connection.sendall(request.encode())
            found = b""
            with contextlib.suppress(ConnectionError):
                while part := connection.recv(65536):
                    found += part
            return found


@contextlib.contextmanager
def serving(study: Study, threads: int = 2) -> Iterator[Served]:
    site = Site(b"<p>page", "default-src 'none'", b'{"schema": 1}', Answers(study, Plan(seed=SEED), threads))
    server = Server(site, bound(0))
    thread = threading.Thread(target=server.serve)
    thread.start()
    try:
        yield Served(server, site.token)
    finally:
        server.shutdown()
        thread.join()
