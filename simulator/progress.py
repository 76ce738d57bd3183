"""Progress of some work: a bar on a terminal, a line in a notebook, nothing where nobody watches."""

import contextlib
import sys
from collections.abc import Callable, Iterator
from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from simulator.watching import watched

type Report = Callable[[int, int], None]
#: What is called with the name of each step of some work as it begins.
type Step = Callable[[str], None]


@contextlib.contextmanager
def steps(console: Console, *, quiet: bool = False) -> Iterator[Step]:
    """Show which step of some work is being done, and for how long, and hand the block what to call.

    Parameters
    ----------
    console
        Where it is printed.
    quiet
        Show nothing, even on a terminal.
    """
    progress = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=quiet or not console.is_terminal,
    )
    with progress:
        task = progress.add_task("reading", total=None)

        def step(name: str) -> None:
            progress.update(task, description=name)

        with watched(step):
            yield step


@contextlib.contextmanager
def bar(paths: int, console: Console, *, quiet: bool = False, work: str = "simulating") -> Iterator[Report]:
    """Show a bar while the block runs, and hand it what to call with the paths done and the paths asked for.

    Parameters
    ----------
    paths
        How many are asked for.
    console
        Where it is printed.
    quiet
        No bar, even on a terminal.
    work
        What is done, as it stands beside the bar.
    """
    if in_notebook() and not quiet:
        with _line(work) as line:
            yield line
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=None),
        TextColumn("{task.completed:,.0f} of {task.total:,.0f} paths"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    progress = Progress(*columns, console=console, transient=True, disable=quiet or not console.is_terminal)
    with progress:
        task = progress.add_task("preparing", total=paths)

        def move(done: int, total: int) -> None:
            progress.update(task, completed=done, total=total, description=work)

        with watched(lambda what: progress.update(task, description=what)):
            yield move


def in_notebook() -> bool:
    """Whether a notebook's kernel runs this process: one that only talks to kernels has no cells."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    return getattr(shell, "kernel", None) is not None


@contextlib.contextmanager
def cell_steps() -> Iterator[Step]:
    """Show below a notebook's cell which step of some work is being done; nothing elsewhere."""
    if not in_notebook():
        yield lambda name: None
        return
    with _text() as show:
        yield show


@contextlib.contextmanager
def _line(work: str) -> Iterator[Report]:
    """Show how far some work is below a notebook's cell."""
    with _text() as show:
        yield lambda done, total: show(f"{work}: {done:,} of {total:,} paths")


@contextlib.contextmanager
def _text() -> Iterator[Callable[[str], None]]:
    """Show one line below a notebook's cell while the block runs, and leave nothing of it."""
    # By name of the module that runs the notebook: it is there when this is called, and only then.
    display: Any = sys.modules["IPython"].display.display
    handle = display({"text/plain": "preparing"}, raw=True, display_id=True)

    def show(text: str) -> None:
        handle.update({"text/plain": text}, raw=True)

    try:
        with watched(show):
            yield show
    finally:
        handle.update({}, raw=True)
