"""strandline priors: priors, their basis and their sources."""

from dataclasses import replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from simulator.cli import completion
from simulator.cli.examples import examples
from simulator.cli.parameters import DEFAULT_STUDY, AStudy, AtLeastZero, Flag, Many, Model, Quiet, named_model
from simulator.errors import GateError, StudyError, UsageError
from simulator.report.console import errors, write_text

if TYPE_CHECKING:
    from simulator.study import Study

app = App(name="priors", help="List, show, check and cite prior sets.", help_epilogue=examples("priors"))


@app.command(name="list", help_epilogue=examples("priors list"))
def list_() -> None:
    """List the prior sets that come with the program."""
    from simulator.report import beliefs, console
    from simulator.study import load_study, shipped_sets

    beliefs.list_sets(console.output(), [load_study(name) for name in shipped_sets()])


@app.command(help_epilogue=examples("priors show"))
def show(
    study: Annotated[str, AStudy] = DEFAULT_STUDY,
    /,
    *,
    name: Annotated[str, Parameter(completer=completion.priors)] = "*",
    model: Annotated[str | None, Model] = None,
) -> None:
    """Show what is believed: each prior's percentiles, unit, family, basis, sources and reason.

    Parameters
    ----------
    study
        A prior set's name, latest for the newest, a TOML file, or a folder of TOML files.
    name
        Only the priors whose names match this pattern, such as 'power.*' or '*.amazon'.
    model
        FILE.py:FUNCTION or MODULE:FUNCTION: shows priors in the units that this model of your own asks for.
    """
    from simulator.analysis.run import load_study
    from simulator.analysis.run.program import priors_of
    from simulator.beliefs import summary_rows
    from simulator.report import beliefs, console

    asked = load_study(study, model=named_model(model))
    if asked.model is not None:
        asked = replace(asked, priors=priors_of(asked, asked.model))
    rows = [row for row in summary_rows(asked) if fnmatchcase(row.name, name)]
    if not rows:
        message = f"--name {name}: none of the {len(asked.priors)} priors of {asked.name} matches"
        raise UsageError(message)
    beliefs.show(console.output(), asked, rows)


@app.command(help_epilogue=examples("priors check"))
def check(
    study: Annotated[str, AStudy] = DEFAULT_STUDY,
    /,
    *,
    predictive: Annotated[bool, Flag] = False,
    paths: Annotated[int, Many] = 8192,
    seed: Annotated[int, AtLeastZero] = 0,
    model: Annotated[str | None, Model] = None,
    json: Annotated[bool, Flag] = False,
    quiet: Annotated[bool, Quiet] = False,
) -> None:
    """Audit a prior set: its basis and age as a table, and every fault. Exit code 3 if there is one.

    Parameters
    ----------
    study
        A prior set's name, latest for the newest, a TOML file, or a folder of TOML files.
    predictive
        Then run the set and compare what it implies with its own evidence, check by check. Exit code 4 if one
        fails.
    paths
        Simulated paths of that run, made up to a multiple of 8,192.
    seed
        Which draws.
    model
        FILE.py:FUNCTION or MODULE:FUNCTION: a model of your own, which the set has to fit. Its code is run.
    json
        Print the predictive checks as one JSON object, and nothing else.
    quiet
        Print nothing on standard error unless something is wrong.
    """
    from simulator.analysis.run import read_study
    from simulator.analysis.run.program import check_model, misfits_of_domain
    from simulator.beliefs import audit
    from simulator.report import beliefs, console

    if json and not predictive:
        message = "--json is for --predictive: the audit is a table"
        raise UsageError(message)
    asked = read_study(study, model=named_model(model))
    if not json:
        beliefs.audit_table(console.output(), asked)
    if faults := [*audit(asked), *misfits_of_domain(asked)]:
        raise StudyError(faults)
    if asked.model is not None or asked.settings.entities:
        check_model(asked)
    if predictive:
        _check_predictive(asked, paths, seed, json=json, quiet=quiet)


def _check_predictive(study: "Study", paths: int, seed: int, *, json: bool, quiet: bool) -> None:
    from simulator.analysis.checks import evaluate_checks
    from simulator.progress import bar

    with bar(paths, errors(), quiet=quiet) as progress:
        evaluation = evaluate_checks(study, paths=paths, seed=seed, progress=progress)
    if json:
        from simulator.estimate import to_json

        write_text(to_json(evaluation.summary()) + "\n")
    else:
        from simulator.report import checks, console

        output = console.output()
        output.print()
        checks.print_checks(output, evaluation)
    if failed := evaluation.failed:
        message = f"predictive checks that {study.name} does not pass: {', '.join(failed)}"
        raise GateError(message)


@app.command(help_epilogue=examples("priors cite"))
def cite(study: Annotated[str, AStudy] = DEFAULT_STUDY, /) -> None:
    """Print the bibliography of a prior set: each source, and how many priors rest on it.

    Parameters
    ----------
    study
        A prior set's name, latest for the newest, a TOML file, or a folder of TOML files.
    """
    from simulator.report import beliefs, console
    from simulator.study import load_study

    beliefs.cite(console.output(), load_study(study))
