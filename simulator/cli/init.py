"""strandline init: a folder with a study to begin with."""

import os
import shlex
from pathlib import Path

from simulator.cli.parameters import DEFAULT_STUDY
from simulator.errors import UsageError
from simulator.report.console import print_note, write_line


def init(
    folder: Path,
    /,
    *,
    extends: str = DEFAULT_STUDY,
    company: str | None = None,
    like: str | None = None,
) -> None:
    """Write a study to begin with: commented files that extend another study and change nothing yet.

    Parameters
    ----------
    folder
        Folder to write it in, made if it is not there. Nothing that is there is overwritten.
    extends
        What the study is laid over: a prior set's name, latest for the newest, a TOML file, or a folder of
        TOML files.
    company
        Name of a company to add, as it stands in the names of priors, such as oracle: a file with every
        prior that it needs.
    like
        With --company, the company of the extended study whose numbers it starts with.
    """
    from simulator.buildout import starter
    from simulator.study import is_shipped, load_study, named
    from simulator.study.schema.document import schema_text

    if like is not None and company is None:
        message = f"--like {like}: found no --company that is like it; give both"
        raise UsageError(message)
    if is_shipped(str(folder)):
        message = (
            f"{folder}: found the name of a shipped prior set, which would be run in its place; give another"
        )
        raise UsageError(message)
    base = load_study(extends)
    above = named(extends) if is_shipped(extends) else Path(os.path.relpath(extends, folder)).as_posix()
    texts = starter.starter(base, above, folder.as_posix())
    if company is not None:
        texts[f"{company}.toml"] = starter.company(base, company, like)
    texts[starter.SCHEMA] = schema_text()
    _refuse_to_mix(folder, texts)
    _write(folder, texts)
    for name in texts:
        write_line(folder / name)
    print_note(f"next: strandline run {shlex.quote(str(folder))}")


def _refuse_to_mix(folder: Path, texts: dict[str, str]) -> None:
    """Refuse a folder whose files would be overwritten, or would become part of the study."""
    if folder.exists() and not folder.is_dir():
        message = f"{folder}: found a file; allowed: a folder, or a name that is free"
        raise UsageError(message)
    there = sorted(
        {path.name for path in folder.glob("*.toml")} | {n for n in texts if (folder / n).exists()}
    )
    if there:
        message = (
            f"{folder}: found {', '.join(there)}; allowed: a folder without a study. Nothing was written"
        )
        raise UsageError(message)


def _write(folder: Path, texts: dict[str, str]) -> None:
    from simulator.cli.writing import write

    # The file that makes the folder a study comes last.
    for name in sorted(texts, key="study.toml".__eq__):
        write(texts[name], folder / name)
