"""A page with a small engine in a real browser: opened, moved by keys, and read."""

from pathlib import Path
from typing import Any

from simulator.whatif.page import page
from tests.report.page.browser import Tab
from tests.whatif.scripts import FAKE_ENGINE, described

#: Two beliefs of the study, among its drivers.
FIRST, SECOND = "adoption.potential", "spend.overshoot"


def written(file: Path, **more: Any) -> Path:
    known = described(series=["capex.group"], **more)
    file.write_text(page(known, engine=FAKE_ENGINE.read_text(encoding="utf-8")).html, encoding="utf-8")
    return file


def opened(tab: Tab, file: Path, width: int = 1440, fragment: str = "", **more: Any) -> None:
    tab.open(file, width, **more)
    if fragment:
        # Another page lies between: with nothing but the fragment changed, the page would not be read anew.
        tab.call("Page.navigate", url="about:blank")
        tab.wait("location.href === 'about:blank'")
        tab.call("Page.navigate", url=file.resolve().as_uri() + fragment)
        tab.wait("location.protocol === 'file:' && document.readyState === 'complete'")
    settled(tab)


def settled(tab: Tab) -> None:
    """Wait until the answer is that of the state."""
    tab.wait(
        "globalThis.page && page.answered && !page.running && !page.answered.preview"
        " && sameSample(page.answered.state, page.state)"
    )


def press(tab: Tab, *keys: str) -> None:
    codes = {"ArrowRight": 39, "ArrowLeft": 37, "Tab": 9, "Enter": 13, "Escape": 27, " ": 32, "End": 35}
    for key in keys:
        text = {"Enter": "\r", " ": " "}.get(key, "" if len(key) > 1 else key)
        code = {"windowsVirtualKeyCode": codes[key]} if key in codes else {}
        kind = "keyDown" if text else "rawKeyDown"
        tab.call("Input.dispatchKeyEvent", type=kind, key=key, code=key, text=text, **code)
        tab.call("Input.dispatchKeyEvent", type="keyUp", key=key, code=key, **code)


def typed(tab: Tab, name: str, text: str) -> None:
    """Type into the number of a belief and leave the field by the Enter key."""
    tab.run(f"document.querySelector('[data-belief=\"{name}\"] input.number').select()")
    tab.run(f"document.querySelector('[data-belief=\"{name}\"] input.number').focus()")
    tab.call("Input.insertText", text=text)
    press(tab, "Enter")


def text(tab: Tab, selector: str) -> str:
    return tab.run(f"document.querySelector({selector!r}).textContent")
