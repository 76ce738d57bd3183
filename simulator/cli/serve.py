"""strandline serve: a study's page on this machine, with a kernel behind it that stays warm."""

import os
import sys
from contextlib import ExitStack
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Annotated, NoReturn

from simulator.cli.parameters import (
    DEFAULT_STUDY,
    AStudyOrRun,
    AtLeastOne,
    AtLeastZero,
    Flag,
    Model,
    Quiet,
    named_model,
    whole_from,
)
from simulator.report.console import errors, print_note, write_line

if TYPE_CHECKING:
    from simulator.engine import NamedModel, Plan
    from simulator.study import Study
    from simulator.whatif.prepared import Prepared

#: What a port may be.
APort = whole_from(0, 65_535)


def serve(
    study: Annotated[str, AStudyOrRun] = DEFAULT_STUDY,
    /,
    *,
    port: Annotated[int, APort] = 0,
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
        from simulator.whatif.answers import Answers
        from simulator.whatif.server import Server, bound
        from simulator.whatif.site import Site

        listener = stack.enter_context(bound(port))
        asked, plan = read(study, seed, named_model(model))
        step("preparing the model")
        answers = Answers(asked, plan, threads or runtime.cores())
        written = answers.as_written()
        warn(written.remarks)
        server = Server(Site(*shown(written, plan), answers), listener)
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


def read(name: str, seed: int | None, model: "NamedModel | None") -> "tuple[Study, Plan]":
    """Return the study that a name means, or that of a run, and the plan whose draws are taken."""
    from dataclasses import replace

    from simulator.analysis.run import open_run, read_study
    from simulator.analysis.run.program import with_model
    from simulator.engine import MANIFEST, Plan
    from simulator.study import is_shipped

    if not is_shipped(name) and (Path(name) / MANIFEST).is_file():
        run = open_run(name, model)
        plan = run.plan if seed is None else replace(run.plan, seed=seed)
        return with_model(run.study, run.model), plan
    return read_study(name, model=model), Plan(seed=seed or 0)


def shown(written: "Prepared", plan: "Plan") -> tuple[bytes, str, bytes]:
    """Return the page, its policy and its description."""
    from simulator.estimate import to_json

    units = getattr(written.model, "metric_units", {})
    description = {
        "schema": 1,
        "mode": "served",
        "study": {"name": written.study.name, "title": written.study.title, "hash": written.study.hash},
        "seed": plan.seed,
        "sampler": plan.sampler,
        "metrics": [{"name": name, "unit": units.get(name, "")} for name in written.metrics],
        "beliefs": [{"name": prior.name, "unit": prior.unit} for prior in written.study.priors.values()],
        "structures": [{"name": one.name, "title": one.title} for one in written.study.structures],
    }
    page = "<!doctype html><title>strandline</title><p>Questions are asked by POST: run, paths.\n"
    return page.encode(), "default-src 'none'", to_json(description).encode()
