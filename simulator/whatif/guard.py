"""Who may ask the server what: the checks that a request passes before anything is done for it.

A page of another site that runs in the user's browser can send requests to this machine, and under a name of
its own that it lets mean 127.0.0.1 even read the answers. So a request has to name this server as its host,
come from no other origin, and know the token.
"""

import secrets
from collections.abc import Iterable, Mapping
from email.message import Message
from http import HTTPStatus

#: Largest question that is read  [bytes]
MOST_BYTES = 2**18
#: The port that a browser leaves out.
_USUAL_PORT = 80


class RefusedError(Exception):
    """A request that is not answered.

    Parameters
    ----------
    status
        Of HTTP.
    reason
        In a few words.
    headers
        To be sent beside those of every answer.
    """

    def __init__(self, status: HTTPStatus, reason: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(reason)
        self.status, self.reason, self.headers = status, reason, headers or {}


def check_sender(headers: Message, port: int) -> None:
    """Raise where a request is meant for another host, or was sent by a page of another.

    Parameters
    ----------
    headers
        Of the request.
    port
        Of this server.
    """
    names = [f"{host}:{port}" for host in ("127.0.0.1", "localhost")]
    names += ["127.0.0.1", "localhost"] if port == _USUAL_PORT else []
    hosts, origins = headers.get_all("Host", []), headers.get_all("Origin", [])
    if len(hosts) != 1 or hosts[0].lower() not in names:
        raise RefusedError(HTTPStatus.FORBIDDEN, "another host is asked for")
    if any(origin.lower() not in [f"http://{name}" for name in names] for origin in origins):
        raise RefusedError(HTTPStatus.FORBIDDEN, "another page asks")


def name_asked(target: str, token: str) -> str:
    """Return what is asked for below the token, or raise where that is not the right one.

    Parameters
    ----------
    target
        Of the request, with its query, which is not read.
    token
        The first segment of every address.
    """
    parts = target.partition("?")[0].split("/", 2)
    if len(parts) != 3 or parts[0] or not secrets.compare_digest(parts[1].encode(), token.encode()):
        raise RefusedError(HTTPStatus.NOT_FOUND, "nothing is here")
    return parts[2]


def check_method(method: str, allowed: Iterable[str]) -> None:
    """Raise where a method is none of those that an address takes; none are those of no address."""
    allowed = tuple(allowed)
    if not allowed:
        raise RefusedError(HTTPStatus.NOT_FOUND, "nothing is here")
    if method not in allowed:
        headers = {"Allow": ", ".join(allowed)}
        raise RefusedError(HTTPStatus.METHOD_NOT_ALLOWED, f"allowed: {', '.join(allowed)}", headers)


def length_of(headers: Message, method: str) -> int:
    """Return how many bytes of a question follow, or raise where that is not said, or they are too many."""
    lengths = headers.get_all("Content-Length", [])
    if "Transfer-Encoding" in headers or len(lengths) > 1 or not all(map(_is_number, lengths)):
        raise RefusedError(HTTPStatus.BAD_REQUEST, "allowed: one Content-Length")
    if method != "POST":
        if any(map(int, lengths)):
            raise RefusedError(HTTPStatus.BAD_REQUEST, f"{method} has no content")
        return 0
    if not lengths:
        raise RefusedError(HTTPStatus.LENGTH_REQUIRED, "a Content-Length is needed")
    if int(lengths[0]) > MOST_BYTES:
        raise RefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"allowed: {MOST_BYTES} bytes")
    return int(lengths[0])


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= len(str(2**63))
