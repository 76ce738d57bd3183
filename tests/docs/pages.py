"""The code of a page of Markdown, found, followed and held against what the page shows.

A reader copies what stands in fenced blocks, in order, in one folder. So:

- ``python`` blocks of a page run one after the other and share their names;
- ``sh`` lines that begin with ``strandline`` run; other lines set up a machine (make, pip) and do not;
- a ``toml`` block whose first line is ``# FILE`` goes into that file: a table that is there is replaced, any
  other is added. One without is a study by itself;
- a ``text`` block is a part of what a command above it prints; a line of ``...`` is what was left out;
- a file that a page includes is put into the folder by its name;
- a block under the comment ``<!-- Not run in the tests: WHY. -->`` is read and left alone.
"""

import contextlib
import io
import re
import shlex
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulator import cli
from simulator.study import load_study

ROOT = Path(__file__).parents[2]
#: Every page that is written for readers.
PAGES = {
    path.relative_to(ROOT).as_posix(): path
    for path in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md")))
    if "_build" not in path.parts
}
#: Kinds of blocks that are followed, and those that are only shown; a directive is in braces.
FOLLOWED = ("python", "sh", "toml", "text")
SHOWN = re.compile(r"\{[a-z-]+\}|json")

_FENCE = re.compile(r"^( *)```(\S*)(?: (\S+))?\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
_LEFT = re.compile(r"<!-- Not run in the tests: \S.*\. -->\n$")
_FILE = re.compile(r"# (\S+\.toml)\n")
_NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?")


@dataclass(frozen=True)
class Block:
    """One fenced block: its kind, its text, the line it starts at, what it is about, if it is run."""

    kind: str
    text: str
    line: int
    argument: str = ""
    left: bool = False

    @property
    def commands(self) -> Iterator[list[str]]:
        """What is asked of strandline, line by line, as arguments."""
        for line in self.text.replace("\\\n", " ").splitlines():
            words = shlex.split(line, comments=True)
            if words and words[0] == "strandline":
                yield words[1:]


def blocks(page: Path) -> list[Block]:
    """Return the fenced blocks of a page."""
    text = page.read_text(encoding="utf-8")
    return [
        Block(
            kind,
            "".join(line.removeprefix(indent) for line in body.splitlines(keepends=True)),
            text.count("\n", 0, match.start()) + 1,
            argument or "",
            _LEFT.search(text[: match.start()]) is not None,
        )
        for match in _FENCE.finditer(text)
        for indent, kind, argument, body in [match.groups()]
    ]


def follow(page: Path) -> None:
    """Do in the working directory what a page tells its reader to do; hold what is printed against it."""
    names: dict[str, Any] = {"__name__": "__main__"}
    printed: list[str] = []
    for block in blocks(page):
        where = f"{page.name}:{block.line}"
        if block.left:
            continue
        if block.kind == "python":
            exec(compile("\n" * block.line + block.text, str(page), "exec"), names)
        elif block.kind == "sh":
            printed += [run(command, where) for command in block.commands]
        elif block.kind == "{literalinclude}":
            shutil.copy(page.parent / block.argument, ".")
        elif block.kind == "toml":
            put(block.text)
        elif block.kind == "text":
            begins = "\n".join(text[:2000] for text in printed)
            assert any(holds(text, block.text) for text in printed), (
                f"{where}: what is printed begins\n{begins}"
            )


def run(command: list[str], where: str) -> str:
    """Return what a command prints on standard output."""
    out, errors = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(errors):
        code = cli.main(command)
    assert code == 0, f"{where}: strandline {shlex.join(command)}: exit code {code}\n{errors.getvalue()}"
    return out.getvalue()


def parsed(command: list[str]) -> str:
    """Parse a command, which ends the test if it cannot be."""
    cli.app.parse_args(command, print_error=True, exit_on_error=False)
    return ""


def put(text: str) -> None:
    """Put tables into the file that a block names, or read the block as a study of its own."""
    named = _FILE.match(text)
    if named is None:
        Path("block.toml").write_text(with_day(text), encoding="utf-8")
        load_study("block.toml")
        return
    path = Path(named[1])
    assert path.parent.is_dir(), f"{path}: no study has been begun there"
    content = path.read_text(encoding="utf-8") if path.exists() else ""
    for table in re.split(r"(?m)^(?=\[)", text[named.end() :]):
        header = table.partition("\n")[0]
        there = re.compile(rf"(?m)^{re.escape(header)}\n(?:.+\n)*")
        if header and there.search(content):
            content = there.sub(lambda _, table=table: table.rstrip() + "\n", content)
        elif header:
            content += f"\n{table.rstrip()}\n"
    path.write_text(content, encoding="utf-8")


def with_day(text: str) -> str:
    """Return a study with the day that one which extends nothing has to give."""
    return text if "extends" in text or "[study]" in text else f"[study]\nas_of = 2026-01-28\n{text}"


def holds(printed: str, shown: str) -> bool:
    """Whether a text holds what is shown of it, in order; where lines break does not matter.

    Last bits differ between kinds of processor, and with them a number on the edge of a rounding.
    """
    words, start = printed.split(), 0
    for part in re.split(r"(?m)^\.\.\.$", shown):
        wanted = part.split()
        last = len(words) - len(wanted)
        places = (at for at in range(start, last + 1) if all(map(same, words[at:], wanted)))
        place = next(places, None)
        if place is None:
            return False
        start = place + len(wanted)
    return True


def same(found: str, wanted: str) -> bool:
    """Whether two words are the same, numbers to one unit of the last digit shown, rules of any length."""
    if wanted.strip("─") == "" == found.strip("─"):
        return True
    if _NUMBER.sub("#", found) != _NUMBER.sub("#", wanted):
        return False
    pairs = zip(_NUMBER.findall(found), _NUMBER.findall(wanted), strict=True)
    return all(abs(number(one) - number(other)) <= 1.001 * unit(other) for one, other in pairs)


def number(text: str) -> float:
    return float(text.replace(",", ""))


def unit(text: str) -> float:
    """One unit of a number's last digit."""
    return 10.0 ** -len(text.partition(".")[2])
