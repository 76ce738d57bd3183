"""The command line: parses what was asked, calls the library, prints what it returns. It computes nothing.

Nothing heavy is imported before a verb needs it, so that help answers at once.
"""

import inspect
import re
import shlex
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from importlib import metadata
from typing import Any

from cyclopts import App, CycloptsError, UnusedCliTokensError
from rich.text import Text

from simulator.cli import (
    card,
    config,
    diff,
    doctor,
    estimate,
    explain,
    export,
    flip,
    init,
    parts,
    priors,
    report,
    runs,
    scenarios,
    score,
    sensitivity,
    serve,
    streams,
    stress,
    structure,
    update,
    value,
    whatif,
)
from simulator.cli.examples import EXIT_CODES, examples
from simulator.errors import ModelNeededError, StrandlineError, UsageError
from simulator.report import console
from simulator.report.console import discard, print_note

DONE, INTERRUPTED = 0, 130


def versions() -> str:
    """Return the version of Strandline and of what its numbers rest on."""
    built_on = (f"{name} {metadata.version(name)}" for name in ("jax", "numpy", "scipy"))
    python = ".".join(map(str, sys.version_info[:3]))
    return f"strandline {metadata.version('strandline')} ({', '.join((f'python {python}', *built_on))})"


def usage(error: CycloptsError) -> Text:
    """Return a fault of the command line in the form of all our errors."""
    text = str(error)
    if isinstance(error, UnusedCliTokensError):
        text = f"Too many arguments: {' '.join(error.unused_tokens or ())}."
    return Text.assemble(("error: ", "bold red"), text)


app = App(
    name="strandline",
    help="Monte Carlo risk of the AI-infrastructure build-out: priors in, bull and bear verdicts out.",
    help_format="plaintext",
    help_epilogue=f"{examples('run', 'report', 'explain', 'priors')}\n\n{EXIT_CODES}",
    version=versions,
    error_formatter=usage,
    suppress_keyboard_interrupt=False,
    result_action="return_value",
)
app.command(runs.run, help_epilogue=examples("run"))
app.command(parts.merge, help_epilogue=examples("merge"))
app.command(runs.verify, help_epilogue=examples("verify"))
app.command(report.report, help_epilogue=examples("report"))
app.command(card.card, help_epilogue=examples("card"))
app.command(priors.app)
app.command(estimate.estimate, help_epilogue=examples("estimate"))
app.command(explain.explain, help_epilogue=examples("explain"))
app.command(export.export, help_epilogue=examples("export"))
app.command(flip.flip, help_epilogue=examples("flip"))
app.command(sensitivity.sensitivity, help_epilogue=examples("sensitivity"))
app.command(value.value, help_epilogue=examples("value"))
app.command(diff.diff, help_epilogue=examples("diff"))
app.command(scenarios.scenarios, help_epilogue=examples("scenarios"))
app.command(stress.stress, help_epilogue=examples("stress"))
app.command(structure.structure, help_epilogue=examples("structure"))
app.command(serve.serve, help_epilogue=examples("serve"))
app.command(whatif.whatif, help_epilogue=examples("whatif"))
app.command(score.score, help_epilogue=examples("score"))
app.command(update.update, help_epilogue=examples("update"))
app.command(init.init, help_epilogue=examples("init"))
app.command(config.app)
app.command(doctor.doctor, help_epilogue=examples("doctor"))
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

    summary, section, parameters = inspect.cleandoc(text).partition("\nParameters\n")
    summary = re.sub(r"(?<=\S)\n(?=\S)", " ", summary)
    return summary + section + re.sub(r"^ {4}\S.*(?:\n {4}\S.*)*", joined, parameters, flags=re.MULTILINE)


for verb in verbs(app):
    verb.__doc__ = flowing(verb.__doc__ or "")


def print_warning(message: Warning | str, category: type[Warning], *where: Any) -> None:
    """Print a warning on standard error as one sentence; one of another package with its kind."""
    ours = category.__module__.startswith("simulator.")
    print_note(
        f"warning: {message}" if ours else f"warning: {category.__name__}: {' '.join(str(message).split())}"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code.

    An error that nobody raised on purpose is left to Python: a traceback, and exit code 1.
    """
    streams.prepare()
    try:
        return _run(arguments)
    finally:
        streams.finish()


def _with_command(error: StrandlineError, arguments: Sequence[str] | None) -> StrandlineError:
    """Return an error; where a model has to be named, with the whole command that names it."""
    if not isinstance(error, ModelNeededError):
        return error
    words = sys.argv[1:] if arguments is None else arguments
    command = shlex.join(["strandline", *words, "--model", error.reference])
    return UsageError(f"{error.why}. Name it on the command line:\n{command}")


def _run(arguments: Sequence[str] | None) -> int:
    try:
        with warnings.catch_warnings():
            warnings.showwarning = print_warning
            code = app(arguments, console=console.output(), error_console=console.errors()) or DONE
        console.write_text("")  # what is still on its way out may fail here, and nowhere later
        return code
    except StrandlineError as error:
        from simulator.report import faults

        faults.print_error(console.errors(), _with_command(error, arguments))
        return error.exit_code
    except KeyboardInterrupt as stop:
        print_note(str(stop) or "interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has enough of it. Nothing more may be written, not even at exit.
        discard(sys.stdout)
        return DONE
