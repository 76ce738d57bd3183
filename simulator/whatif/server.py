"""The server of one study's page, for this machine alone: its address, its life, and its open answers."""

import contextlib
import errno
import socket
import sys
import threading
import time
from functools import partial
from http.server import ThreadingHTTPServer
from typing import Any

from simulator.errors import UsageError
from simulator.whatif.handler import Handler
from simulator.whatif.site import Site

#: The only address that is listened on: of this machine, from this machine.
HOST = "127.0.0.1"
#: How long open answers may take to end when the server does  [s]
PATIENCE = 2.0


def bound(port: int) -> socket.socket:
    """Return a socket for a server: it listens on a port of this machine, and what asks is made to wait.

    Parameters
    ----------
    port
        Which; 0 for any that is free.

    Raises
    ------
    UsageError
        The port is in use, or not for this user.
    """
    found = socket.socket()
    if sys.platform != "win32":  # where it would let two servers have one port
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((HOST, port))
        found.listen()
    except OSError as error:
        found.close()
        reasons = {errno.EADDRINUSE: "which is in use", errno.EACCES: "which is not for this user"}
        if error.errno not in reasons:
            raise
        wrong = f"--port: found {port}, {reasons[error.errno]}"
        message = f"{wrong}; allowed: another, or 0 for any that is free"
        raise UsageError(message) from None
    return found


class Server(ThreadingHTTPServer):
    """Listens on this machine, and answers each connection on a thread of its own.

    Parameters
    ----------
    site
        What it serves.
    socket
        From `bound`; closed with the server.
    """

    daemon_threads = True
    block_on_close = False

    def __init__(self, site: Site, socket: socket.socket) -> None:
        self._token, self._stopped = site.token, threading.Event()
        self._open = dict[Any, threading.Thread]()
        handler = partial(Handler, site, self._stopped)
        super().__init__(socket.getsockname(), handler, bind_and_activate=False)
        self.socket.close()  # which was made for nothing
        self.socket = socket
        self.server_activate()

    @property
    def address(self) -> str:
        """Where the page is."""
        return f"http://{HOST}:{self.server_address[1]}/{self._token}/"

    @property
    def connections(self) -> int:
        """How many are open; after `serve`, those whose answer could not be stopped."""
        return len(self._open)

    def serve(self) -> None:
        """Answer until `shutdown` is called in another thread, or Ctrl-C comes; open answers are cut."""
        try:
            self.serve_forever(poll_interval=0.1)
        finally:
            self._stop()

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Answer the requests of a connection."""
        self._open[request] = threading.current_thread()
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._open.pop(request, None)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Print what went wrong, unless it is that somebody went away."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError) and not self._stopped.is_set():
            super().handle_error(request, client_address)

    def _stop(self) -> None:
        """Listen no more, and cut what is open: an answer ends before its next batch."""
        self._stopped.set()
        self.server_close()
        still = list(self._open.items())
        for connection, _ in still:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        until = time.monotonic() + PATIENCE
        for _, thread in still:
            thread.join(max(until - time.monotonic(), 0.0))
