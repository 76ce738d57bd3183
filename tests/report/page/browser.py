"""A real browser for the tests: Chromium without a head, driven over a pipe in its DevTools protocol."""

import base64
import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

#: Longest wait for an answer of the browser  [s]
PATIENCE = 120.0

#: What the browser says of a page that gives way to the next one while it is asked.
LEFT = (
    "navigated or closed",
    "context was destroyed",
    "Cannot find context",
    "Cannot find default execution context",
)

#: Puts two descriptors where the browser looks for them, and becomes it.
BECOME = """
import fcntl, os, sys
read, write = (fcntl.fcntl(int(end), fcntl.F_DUPFD, 10) for end in sys.argv[1:3])
os.dup2(read, 3)
os.dup2(write, 4)
os.execv(sys.argv[3], sys.argv[3:])
"""


class Refused(AssertionError):
    """The browser answered a command with an error."""


class Tab:
    """One page, and everything that it did: requests, messages on its console, exceptions.

    Parameters
    ----------
    process
        Chromium, with ends of pipes as its file descriptors 3 and 4.
    send, receive
        Our ends of them.
    """

    def __init__(self, process: "subprocess.Popen[bytes]", send: int, receive: int) -> None:
        self.events: list[dict[str, Any]] = []
        self._process, self._send, self._receive = process, send, receive
        self._rest, self._next, self._session, self._frames = b"", 0, "", False
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **parameters: Any) -> Any:
        """Return what the browser answers to a command."""
        self._next += 1
        message: dict[str, Any] = {"id": self._next, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._send, json.dumps(message).encode() + b"\0")
        while True:
            heard = self._hear()
            if heard.get("id") == self._next:
                if "error" in heard:
                    raise Refused(heard["error"]["message"])
                return heard["result"]
            self.events.append(heard)

    def _hear(self) -> dict[str, Any]:
        ends = time.monotonic() + PATIENCE
        while b"\0" not in self._rest:
            assert time.monotonic() < ends, "the browser does not answer"
            part = os.read(self._receive, 1 << 20)
            assert part, "the browser is gone"
            self._rest += part
        message, _, self._rest = self._rest.partition(b"\0")
        return json.loads(message)

    @contextlib.contextmanager
    def framed(self, element: str = "document.querySelector('iframe')") -> Iterator[None]:
        """Talk to the page in a frame of this one while the block runs, from before it does anything.

        One in a sandbox may have a process of its own, and is a target of its own then.

        Parameters
        ----------
        element
            The frame: it is brought into sight, for it may wait for that.
        """
        page = self._session
        if not self._frames:
            # The frame waits until it is listened to, so that nothing that it does is missed.
            every = {"autoAttach": True, "waitForDebuggerOnStart": True, "flatten": True}
            self.call("Target.setAutoAttach", **every, filter=[{"type": "iframe"}])
            self._frames = True
        self.run(f"{element}.scrollIntoView({{block: 'center', behavior: 'instant'}})")
        self.wait("new Promise((drawn) => setTimeout(drawn, 100, true))")
        ends = time.monotonic() + PATIENCE
        while not (there := [one for one in self.events if one.get("method") == "Target.attachedToTarget"]):
            assert time.monotonic() < ends, f"no page came into {element}"
            self.run("1")
            time.sleep(0.05)
        self._session = there[-1]["params"]["sessionId"]
        try:
            for domain in ("Page", "Runtime", "Network", "Log"):
                self.call(f"{domain}.enable")
            self.call("Runtime.runIfWaitingForDebugger")
            yield
        finally:
            self._session = page

    def open(self, file: Path, width: int = 1440, height: int = 1000, *, dark: bool = False) -> None:
        """Load a file at a width of window, and wait until it is there."""
        self.events.clear()
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])
        self.call("Page.navigate", url=file.resolve().as_uri())
        self.wait("document.readyState === 'complete'")

    def wait(self, script: str) -> Any:
        """Return the value of an expression, as soon as there is one: however busy the machine is."""
        ends = time.monotonic() + PATIENCE
        while not (found := self._ask(script)):
            assert time.monotonic() < ends, f"nothing came of {script}"
            time.sleep(0.05)
        return found

    def _ask(self, script: str) -> Any:
        """Return the value of an expression, or nothing where a page left while it was asked."""
        try:
            return self.run(script)
        except Refused as error:
            if any(reason in str(error) for reason in LEFT):
                return None
            raise

    def point(self, element: str, across: float, until: str) -> None:
        """Move the pointer to a share of an element's width, again until a script is true.

        A pointer meets what stands on screen: an element that was scrolled may move once more as it is drawn.
        """
        ends, aside = time.monotonic() + PATIENCE, 0
        while not self.run(until):
            aside = 1 - aside  # a pointer that stays where it is does not move
            assert time.monotonic() < ends, f"nothing came of pointing at {element}: {until}"
            x, y = self.run(
                f"(async () => {{const e = {element};"
                "e.scrollIntoView({block: 'center', behavior: 'instant'});"
                "await new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)));"
                "const b = e.getBoundingClientRect();"
                f"return [b.x + b.width * {across}, b.y + b.height / 2]}})()"
            )
            self.call("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y + aside)

    def run(self, script: str) -> Any:
        """Return the value of an expression, evaluated in the page."""
        answer = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def picture(self, selector: str = "html") -> bytes:
        """Return a picture of an element, as PNG."""
        box = self.run(
            f"(() => {{const b = document.querySelector({selector!r}).getBoundingClientRect();"
            "return [b.x + scrollX, b.y + scrollY, b.width, b.height]})()"
        )
        clip = dict(zip(("x", "y", "width", "height"), box, strict=True), scale=1)
        shot = self.call("Page.captureScreenshot", format="png", clip=clip, captureBeyondViewport=True)
        return base64.b64decode(shot["data"])

    def pdf(self, width: float, height: float) -> bytes:
        """Return the page as it prints on paper of a size in inches."""
        found = self.call(
            "Page.printToPDF",
            paperWidth=width,
            paperHeight=height,
            preferCSSPageSize=False,
            printBackground=True,
        )
        return base64.b64decode(found["data"])

    @property
    def requests(self) -> list[str]:
        """Everything that the page asked for, itself left out."""
        sent = [one["params"] for one in self.events if one.get("method") == "Network.requestWillBeSent"]
        return [one["request"]["url"] for one in sent if one["request"]["url"] != one["documentURL"]]

    @property
    def complaints(self) -> list[str]:
        """Errors and warnings on the console, and exceptions."""
        found = []
        for one in self.events:
            match one.get("method"):
                case "Runtime.exceptionThrown" | "Runtime.consoleAPICalled" | "Log.entryAdded":
                    found.append(json.dumps(one["params"]))
                case _:
                    pass
        return found


@contextlib.contextmanager
def browser() -> Iterator[Tab]:
    """Start Chromium, and end it; without one the test is skipped, but never where CI is set."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        reason = "no chromium on the path: apt-get install chromium"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    # The browser reads commands from its descriptor 3 and answers on 4.
    there_read, send = os.pipe()
    receive, there_write = os.pipe()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        arguments = [
            *(program, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run"),
            *("--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage"),
            # Whatever is asked of a network fails at once, and is seen.
            *(
                "--host-resolver-rules=MAP * ~NOTFOUND",
                "--remote-debugging-pipe",
                f"--user-data-dir={profile}",
            ),
        ]

        process = subprocess.Popen(
            [sys.executable, "-c", BECOME, str(there_read), str(there_write), *arguments],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=(there_read, there_write),
        )
        os.close(there_read)
        os.close(there_write)
        try:
            yield Tab(process, send, receive)
        finally:
            os.close(send)
            os.close(receive)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
