"""strandline priors: what is believed, on what basis, and by whom it is said."""

from fnmatch import fnmatchcase

from cyclopts import App

from simulator.cli.parameters import DEFAULT_STUDY
from simulator.errors import StudyError, UsageError

app = App(name="priors", help="List, show, check and cite prior sets.", help_epilogue="")


@app.command(name="list")
def list_() -> None:
    """List the prior sets that come with the program."""
    from simulator.report import beliefs, console
    from simulator.study import load_study, shipped_sets

    beliefs.list_sets(console.output(), [load_study(name) for name in shipped_sets()])


@app.command
def show(study: str = DEFAULT_STUDY, /, *, name: str = "*") -> None:
    """Show what is believed: each prior's percentiles, unit, family, basis, sources and reason.

    Parameters
    ----------
    study
        A prior set's name, a TOML file, or a folder of TOML files.
    name
        Only the priors whose names match this pattern, such as 'power.*' or '*.amazon'.
    """
    from simulator.beliefs import summary_rows
    from simulator.report import beliefs, console
    from simulator.study import load_study

    asked = load_study(study)
    rows = [row for row in summary_rows(asked) if fnmatchcase(row.name, name)]
    if not rows:
        message = f"--name {name}: none of the {len(asked.priors)} priors of {asked.name} matches"
        raise UsageError(message)
    beliefs.show(console.output(), asked, rows)


@app.command
def check(study: str = DEFAULT_STUDY, /) -> None:
    """Audit a prior set: its basis and age as a table, and every fault. Exit code 3 if there is one.

    Parameters
    ----------
    study
        A prior set's name, a TOML file, or a folder of TOML files.
    """
    from simulator.beliefs import audit
    from simulator.report import beliefs, console
    from simulator.study import load_study

    asked = load_study(study)
    beliefs.audit_table(console.output(), asked)
    if faults := audit(asked):
        raise StudyError(faults)


@app.command
def cite(study: str = DEFAULT_STUDY, /) -> None:
    """Print the bibliography of a prior set: each source, and how many priors rest on it.

    Parameters
    ----------
    study
        A prior set's name, a TOML file, or a folder of TOML files.
    """
    from simulator.report import beliefs, console
    from simulator.study import load_study

    beliefs.cite(console.output(), load_study(study))
