"""strandline serve: a study's page on this machine, with a kernel behind it that stays warm."""

import os
import sys
from contextlib import ExitStack
from threading import Thread
from typing import Annotated, NoReturn

from simulator.cli.parameters import (
    DEFAULT_STUDY,
    AStudyOrRun,
    AtLeastOne,
    AtLeastZero,
    Flag,
    Language,
    Model,
    Quiet,
    named_model,
    whole_from,
)
from simulator.cli.subject import given, subject
from simulator.report.console import errors, print_note, write_line

#: What a port may be.
APort = whole_from(0, 65_535)


def serve(
    study: Annotated[str, AStudyOrRun] = DEFAULT_STUDY,
    /,
    *,
    port: Annotated[int, APort] = 0,
    lang: Language = "en",
    seed: Annotated[int | None, AtLeastZero] = None,
    model: Annotated[str | None, Model] = None,
    threads: Annotated[int | None, AtLeastOne] = None,
    open: Annotated[bool, Flag] = False,
    quiet: Annotated[bool, Quiet] = False,
) -> None:
    """Serve a page on which beliefs of a study are changed and the verdict follows, until Ctrl-C.

    Nothing but this machine can reach it, and the address that is printed has a part that nobody can guess:
    whoever has it can ask questions. What the page asks, a program can ask: see docs/how-to/serve.md.

    Parameters
    ----------
    study
        A prior set's name, latest for the newest, a TOML file, a folder of TOML files, or a run directory,
        whose study, seed and sampler are taken.
    port
        Where it listens, by default on any that is free.
    lang
        The language that the page opens in, English or Traditional Chinese; it has both.
    seed
        Which draws; by default those of the run, else 0.
    model
        FILE.py:FUNCTION or MODULE:FUNCTION: a model of your own. Its code is run.
    threads
        Threads that an answer is computed on, by default one for each core. No number depends on it.
    open
        Open the page in the browser.
    quiet
        Print the address only.
    """
    from simulator.progress import steps

    with steps(errors(), quiet=quiet) as step, ExitStack() as stack:
        from simulator.engine import load_ahead, runtime

        load_ahead()

        from simulator.beliefs import warn
        from simulator.estimate import to_json
        from simulator.whatif.answers import Answers
        from simulator.whatif.making import served_page
        from simulator.whatif.server import Server, bound
        from simulator.whatif.site import Site

        listener = stack.enter_context(bound(port))
        asked, plan = subject(study, seed, named_model(model))
        step("preparing the model")
        answers = Answers(asked, plan, threads or runtime.cores())
        written = answers.as_written()
        warn(written.remarks)
        step("looking for what matters most")
        page, description = served_page(written, plan, lang, given(study))
        site = Site(page.html.encode(), page.policy, to_json(description).encode(), answers)
        server = Server(site, listener)
        stack.pop_all()  # it is the server's now
    write_line(server.address)
    if not quiet:
        print_note(f"serving {asked.name} on this machine; Ctrl-C stops it")
    if open:
        import webbrowser

        # On a thread: one that runs in this terminal returns when it is left.
        Thread(target=webbrowser.open, args=(server.address,), daemon=True).start()
    try:
        server.serve()
    except KeyboardInterrupt as stop:
        message = "stopped"
        if server.connections:
            print_note(message)
            leave()
        raise KeyboardInterrupt(message) from stop


def leave() -> NoReturn:
    """End the process at once, as an interrupt does.

    While a program is compiled, which nothing can stop, Python cannot be taken down: the compiler would lose
    what it works with, and crash.
    """
    from simulator.analysis.run import Interrupted

    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(Interrupted.exit_code)
