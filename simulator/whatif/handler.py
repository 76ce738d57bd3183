"""The requests of one connection: each checked, then answered with the page, its description, or numbers."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import Any

from simulator.errors import StrandlineError, StudyError
from simulator.estimate import to_json
from simulator.whatif.answers import Asked
from simulator.whatif.connection import Gone, Lines, is_closed
from simulator.whatif.guard import RefusedError, check_method, check_sender, length_of, name_asked
from simulator.whatif.questions import Question, read_question
from simulator.whatif.site import Site

HTML, TEXT = "text/html; charset=utf-8", "text/plain; charset=utf-8"
JSON, LINES, BYTES = "application/json", "application/x-ndjson", "application/octet-stream"
#: Of every answer: it is for the page of this server alone, is stored nowhere, and takes its address nowhere.
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class Handler(BaseHTTPRequestHandler):
    """Answers the requests of one connection, one after the other.

    Parameters
    ----------
    site
        What is served.
    stopped
        Set when the server stops.
    connection
        As http.server gives them.
    """

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    #: How long a client may let us wait, for its next request or to take what is written  [s]
    timeout = 60.0
    #: What http.server answers by itself, as to a request that it cannot read.
    error_content_type, error_message_format = TEXT, "%(message)s\n"

    def __init__(self, site: Site, stopped: threading.Event, *connection: Any) -> None:
        self._site, self._stopped, self._begun = site, stopped, False
        self._shown = {
            "": (HTML, site.page, {"Content-Security-Policy": site.policy}),
            "model.json": (JSON, site.description, dict[str, str]()),
        }
        self._computed = {"run": self._run, "paths": self._paths, "series": self._series}
        super().__init__(*connection)

    def do_GET(self) -> None:
        """Check a request and answer it, whatever its method."""
        try:
            self._answer()
        except RefusedError as refused:
            self.close_connection = True  # what follows may be content that nobody read
            self._send(refused.status, TEXT, f"{refused.reason}\n", refused.headers)

    do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_GET

    def _answer(self) -> None:
        check_sender(self.headers, self.connection.getsockname()[1])
        name = name_asked(self.path, self._site.token)
        reads, computes = name in self._shown, name in self._computed
        check_method(self.command, ("GET", "HEAD") if reads else ("POST",) if computes else ())
        length = length_of(self.headers, self.command)
        if self.request_version != self.protocol_version:
            raise RefusedError(HTTPStatus.HTTP_VERSION_NOT_SUPPORTED, f"allowed: {self.protocol_version}")
        if reads:
            kind, content, headers = self._shown[name]
            self._send(HTTPStatus.OK, kind, content, headers)
        else:
            self._compute(self._computed[name], self.rfile.read(length))

    def _compute(self, answer: Callable[[Question], None], content: bytes) -> None:
        """Answer a question, or say in JSON what is wrong with it, as long as nothing else is sent."""
        self._begun = False
        try:
            answer(read_question(content))
        except ConnectionError:
            self.close_connection = True
        except StrandlineError as error:
            if self._begun:
                self.close_connection = True  # an answer that is begun breaks off
            else:
                self._send(HTTPStatus.UNPROCESSABLE_ENTITY, JSON, failed(error))
        except Exception:
            self.close_connection = True
            if not self._begun:
                failure = StrandlineError("strandline itself failed; the terminal that it runs in says how")
                self._send(HTTPStatus.INTERNAL_SERVER_ERROR, JSON, failed(failure))
            raise

    def _check_wanted(self) -> None:
        """Raise where nobody waits for the answer any more, as far as that is known."""
        if self._stopped.is_set() or is_closed(self.connection):
            raise Gone

    def _asked(self, question: Question) -> Asked:
        asked = self._site.answers.ask(question)
        self._check_wanted()
        return asked

    def _paths(self, question: Question) -> None:
        asked = self._asked(question)
        self._begin(HTTPStatus.OK, BYTES, {"Content-Length": str(asked.size)})
        self._site.answers.send_paths(asked, self._check_wanted, self.wfile.write)

    def _series(self, question: Question) -> None:
        asked = self._asked(question)
        self._send(HTTPStatus.OK, BYTES, self._site.answers.series(asked, self._check_wanted))

    def _run(self, question: Question) -> None:
        asked = self._asked(question)
        self._begin(HTTPStatus.OK, LINES, {"Transfer-Encoding": "chunked"})
        with Lines(self) as lines:

            def progress(done: int, of: int) -> None:
                lines.write(to_json({"progress": {"paths": done, "of": of}}))

            progress(0, asked.plan.paths)
            try:
                result, remarks = self._site.answers.summary(asked, self._check_wanted, progress)
            except StrandlineError as error:
                lines.write(failed(error))
                return
            for remark in remarks:
                lines.write(to_json({"warning": {"message": remark}}))
            lines.write(to_json({"result": result}))

    def _begin(self, status: HTTPStatus, kind: str, headers: Mapping[str, str]) -> None:
        """Send the head of an answer."""
        self._begun = True
        self.send_response(status)
        for name, value in ({"Content-Type": kind} | dict(headers)).items():
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()

    def _send(
        self, status: HTTPStatus, kind: str, content: bytes | str, headers: Mapping[str, str] | None = None
    ) -> None:
        """Send a whole answer; of one to HEAD the head."""
        sent = content.encode(errors="replace") if isinstance(content, str) else content
        self._begin(status, kind, {"Content-Length": str(len(sent)), **(headers or {})})
        if self.command != "HEAD":
            self.wfile.write(sent)

    def send_response(self, code: int, message: str | None = None) -> None:
        """Begin an answer with what every one says."""
        super().send_response(code, message)
        for name, value in HEADERS.items():
            self.send_header(name, value)

    def version_string(self) -> str:
        """Return what answers, without a version."""
        return "strandline"

    def log_message(self, format: str, *args: Any) -> None:
        """Print nothing of a request: its address has the token."""


def failed(error: StrandlineError) -> str:
    """Return in JSON what went wrong, with every fault where there are several."""
    faults = error.faults if isinstance(error, StudyError) else ()
    return to_json({"error": {"message": str(error), "faults": [asdict(fault) for fault in faults]}})
