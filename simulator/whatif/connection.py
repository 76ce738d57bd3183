"""One connection of the server: what is written to it, and whether anyone still reads."""

import selectors
import socket
from http.server import BaseHTTPRequestHandler


class Gone(ConnectionError):
    """Nobody waits for an answer any more: the client is gone, or the server stops."""


def is_closed(connection: socket.socket) -> bool:
    """Whether the other end of a connection has closed it, or this end has; nothing is read from it."""
    try:
        with selectors.DefaultSelector() as selector:
            selector.register(connection, selectors.EVENT_READ)
            return bool(selector.select(0)) and not connection.recv(1, socket.MSG_PEEK)
    except (OSError, ValueError):
        return True


class Lines:
    """Writes text of unknown length, a chunk at a time, and the last one when the block ends well.

    An answer that is cut is so for its reader too: the last chunk is missing.
    """

    def __init__(self, handler: BaseHTTPRequestHandler) -> None:
        self._out = handler.wfile

    def write(self, line: str) -> None:
        """Write a line."""
        self._write(f"{line}\n".encode(errors="replace"))

    def __enter__(self) -> "Lines":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self._write(b"")

    def _write(self, content: bytes) -> None:
        self._out.write(b"%x\r\n%b\r\n" % (len(content), content))
