"""The command line: parses what was asked, calls the library, prints what it returns. It computes nothing.

Nothing heavy is imported before a verb needs it, so that help answers at once.
"""

import inspect
import os
import re
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from importlib import metadata
from io import TextIOWrapper
from typing import Any

from cyclopts import App, CycloptsError, UnusedCliTokensError
from rich.text import Text

from simulator.cli import config, diff, doctor, explain, init, priors, report, runs, score, update
from simulator.errors import StrandlineError
from simulator.report.console import say

DONE, INTERRUPTED = 0, 130

EPILOGUE = """\
Examples:
  strandline run
      the default study, and its verdict on the terminal
  strandline run --paths 1000000 --seed 7 --json
      one JSON object on standard output
  strandline run --set power.lead_time.ireland=8
      the same with one prior held at a number
  strandline priors show --name 'power.*'
      what is believed about power, and why

Exit codes: 0 done; 2 usage; 3 a study, prior set or run that is not valid;
4 a quality gate failed; 130 interrupted, and what was finished is kept;
1 anything else. Results go to standard output, progress and errors to
standard error."""


def versions() -> str:
    """Return the version of Strandline and of what its numbers rest on."""
    built_on = (f"{name} {metadata.version(name)}" for name in ("jax", "numpy", "scipy"))
    python = ".".join(map(str, sys.version_info[:3]))
    return f"strandline {metadata.version('strandline')} ({', '.join((f'python {python}', *built_on))})"


def usage(error: CycloptsError) -> Text:
    """Return a fault of the command line in the form of all our errors."""
    said = str(error)
    if isinstance(error, UnusedCliTokensError):
        said = f"Too many arguments: {' '.join(error.unused_tokens or ())}."
    return Text.assemble(("error: ", "bold red"), said)


app = App(
    name="strandline",
    help="Monte Carlo risk of the AI-infrastructure build-out: priors in, bull and bear verdicts out.",
    help_format="plaintext",
    help_epilogue=EPILOGUE,
    version=versions,
    error_formatter=usage,
    suppress_keyboard_interrupt=False,
    result_action="return_value",
)
app.command(runs.run)
app.command(runs.verify)
app.command(report.report)
app.command(priors.app)
app.command(explain.explain)
app.command(diff.diff)
app.command(score.score)
app.command(update.update)
app.command(init.init)
app.command(config.app)
app.command(doctor.doctor)
app.register_install_completion_command(help="Install tab completion for this shell.")


def verbs(app: App) -> Iterator[Callable[..., Any]]:
    """Give the function of every verb of an app, and of the apps below it."""
    if app.default_command is not None and (app.default_command.__module__ or "").startswith(__name__):
        yield app.default_command
    for name in app:
        if not name.startswith("-"):
            yield from verbs(app[name])


def flowing(text: str) -> str:
    """Return a docstring whose paragraphs are lines, for the terminal to break where it ends."""

    def joined(paragraph: re.Match[str]) -> str:
        return "    " + " ".join(line.strip() for line in paragraph[0].splitlines())

    said, section, parameters = inspect.cleandoc(text).partition("\nParameters\n")
    said = re.sub(r"(?<=\S)\n(?=\S)", " ", said)
    return said + section + re.sub(r"^ {4}\S.*(?:\n {4}\S.*)*", joined, parameters, flags=re.MULTILINE)


for verb in verbs(app):
    verb.__doc__ = flowing(verb.__doc__ or "")


def remark(message: Warning | str, category: type[Warning], *where: Any) -> None:
    """Print a warning on standard error: ours as a sentence, any other in full, as Python would."""
    ours = category.__module__.startswith("simulator.")
    say(f"warning: {message}" if ours else warnings.formatwarning(message, category, *where[:2]).rstrip())


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code.

    An error that nobody raised on purpose is left to Python: a traceback, and exit code 1.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A terminal without a sign of ours shows a question mark for it; that is no reason to stop.
            stream.reconfigure(errors="replace")
    try:
        with warnings.catch_warnings():
            warnings.showwarning = remark
            return app(arguments) or DONE
    except StrandlineError as error:
        from simulator.report import console, faults

        faults.tell_error(console.errors(), error)
        return error.exit_code
    except KeyboardInterrupt as stop:
        say(str(stop) or "interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has enough of it. Nothing more may be written, not even at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
