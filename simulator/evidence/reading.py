"""Reading evidence from TOML files; with all that is wrong with them at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulator.errors import EvidenceError, Fault, did_you_mean, text_of
from simulator.evidence.records import Evidence, Observation, Series
from simulator.study import priors_root
from simulator.study.build import record
from simulator.study.sources import Source
from simulator.study.toml_reader import UnreadableError, check_names, decoded, parsed, read_file
from simulator.study.translate import faults_of

if TYPE_CHECKING:
    from simulator.evidence.schema import SeriesTable
    from simulator.study.entry import Strict
    from simulator.study.schema.settings import SourceTable

#: Tables of an evidence file.
TABLES = ("series", "sources")

#: How the provenance of a source begins that nobody has read again.
_RECALLED = "recalled"


def evidence_root() -> Path:
    """Return the folder of the evidence that comes with the program."""
    return priors_root() / "evidence"


def load_evidence(*paths: str | PathLike[str]) -> Evidence:
    """Return the evidence in files or folders of them; without any, what comes with the program.

    Parameters
    ----------
    paths
        TOML files, or folders whose TOML files are read. Together they share one bibliography.

    Raises
    ------
    EvidenceError
        With all faults of all files.
    """
    reader = _Reader()
    for path in map(Path, paths or (evidence_root(),)):
        for file in _files(path, reader.faults):
            label = file.name if not paths else str(file)
            reader.read(label, file)
    reader.check()
    if reader.faults:
        raise EvidenceError(sorted(reader.faults, key=lambda fault: fault.file))
    return reader.evidence()


def _files(path: Path, faults: list[Fault]) -> list[Path]:
    try:
        check_names(str(path))
    except UnreadableError as error:
        faults.append(error.fault(text_of(str(path))))
        return []
    if path.is_file():
        return [path]
    found = sorted(path.glob("*.toml")) if path.is_dir() else []
    if not found:
        there = "no TOML files in it" if path.is_dir() else "nothing there"
        faults.append(Fault(str(path), "path", there, "a TOML file, or a folder of them"))
    return found


class _Reader:
    """What has been read of several files, and what is wrong with it."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.series: dict[str, tuple[str, SeriesTable]] = {}
        self.sources: dict[str, tuple[str, SourceTable]] = {}
        self.named_sources: set[str] = set()

    def read(self, file: str, path: Path) -> None:
        """Take one file apart and check each of its tables against the schema."""
        from simulator.study.schema.settings import SourceTable

        try:
            data = parsed(decoded(read_file(path)))
        except UnreadableError as error:
            self.faults.append(error.fault(file))
            return
        for key in data.keys() - set(TABLES):
            self.faults.append(
                Fault(
                    file,
                    key,
                    "an unknown table",
                    ", ".join(TABLES),
                    did_you_mean(key, TABLES, len(self.faults)),
                )
            )
        for name, key, value in self._tables(file, data):
            if (table := self._series(file, key, value)) is None:
                continue
            if name in self.series:
                found = f"a second series of this name; {self.series[name][0]} has one"
                self.faults.append(Fault(file, key, found, "each name once"))
            else:
                self.series[name] = file, table
        bibliography = data.get("sources", {})
        if not isinstance(bibliography, Mapping):
            self.faults.append(Fault(file, "sources", text_of(bibliography), "a table"))
            return
        for name, value in bibliography.items():
            key = f'sources."{name}"'
            if name in self.named_sources:
                self.faults.append(Fault(file, key, "a second source of this name", "each name once"))
            self.named_sources.add(name)
            if (table := self._valid(file, key, value, SourceTable)) is not None:
                self.sources.setdefault(name, (file, table))

    def _tables(self, file: str, data: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
        entries = data.get("series", [])
        if not isinstance(entries, list):
            self.faults.append(Fault(file, "series", text_of(entries), "a list: [[series]]"))
            return
        for index, entry in enumerate(entries):
            name = entry.get("name") if isinstance(entry, Mapping) else None
            key = f"series.{name}" if isinstance(name, str) else f"series[{index}]"
            yield str(name), key, entry

    def _series(self, file: str, key: str, value: Any) -> SeriesTable | None:
        """Return a series, its statements checked one by one so that no fault hides another."""
        from simulator.evidence.schema import SeriesTable, StatementTable

        statements = value.get("statement") if isinstance(value, Mapping) else None
        if isinstance(statements, list) and statements:
            read = [
                self._valid(file, f"{key}.statement[{index}]", one, StatementTable)
                for index, one in enumerate(statements)
            ]
            value = {**value, "statement": [one for one in read if one is not None]}
        return self._valid(file, key, value, SeriesTable)

    def _valid[T: Strict](self, file: str, key: str, value: Any, model: type[T]) -> T | None:
        from pydantic import ValidationError

        if not isinstance(value, Mapping):
            self.faults.append(Fault(file, key, text_of(value), "a table"))
            return None
        try:
            return model.model_validate(value)
        except ValidationError as error:
            self.faults += faults_of(error, key, value, lambda _: file, model, {})
            return None

    def check(self) -> None:
        """Check the tables against each other: units are units, sources exist, memory is owned up to."""
        from simulator.study.units import EXAMPLES, UnitError, check_unit

        for name, (file, table) in self.series.items():
            key = f"series.{name}"
            try:
                check_unit(table.unit)
            except UnitError as error:
                self.faults.append(Fault(file, f"{key}.unit", text_of(table.unit), EXAMPLES, str(error)))
            self._check_sources(file, key, table.sources)
            recalled = all(table.is_among("recalled", period) for period in table.values or ())
            self._check_memory(file, f"{key}.recalled", table.sources, recalled)
            for index, one in enumerate(table.statement or ()):
                where = f"{key}.statement[{index}]"
                self._check_sources(file, where, one.sources or [])
                self._check_memory(file, f"{where}.recalled", one.sources or table.sources, one.recalled)

    def _check_sources(self, file: str, key: str, sources: list[str]) -> None:
        for source in sources:
            if source not in self.named_sources:
                advice = did_you_mean(source, self.named_sources, len(self.faults))
                allowed = "an entry of the bibliography, [sources]"
                self.faults.append(Fault(file, f"{key}.sources", text_of(source), allowed, advice))

    def _check_memory(self, file: str, key: str, sources: list[str], recalled: bool) -> None:
        """Refuse figures that nobody has read and that are not called recalled."""
        tables = [self.sources[source][1] for source in sources if source in self.sources]
        if (
            tables
            and all((table.provenance or "").startswith(_RECALLED) for table in tables)
            and not recalled
        ):
            allowed = "recalled figures that say so: no source of theirs was read"
            self.faults.append(Fault(file, key, "figures not marked", allowed))

    def evidence(self) -> Evidence:
        """Return what was read, in the order in which it became known."""
        observations = [one for file, table in self.series.values() for one in _observations(file, table)]
        observations.sort(key=lambda one: (one.known, one.series, one.period))
        series = {
            name: record(Series, table, entity=table.company, file=file)
            for name, (file, table) in self.series.items()
        }
        sources = {name: record(Source, table, id=name) for name, (_, table) in self.sources.items()}
        return Evidence(tuple(observations), series, sources)


def _observations(file: str, table: SeriesTable) -> Iterator[Observation]:
    """Give the observations of a series: its values by period, then its statements."""
    about = {key: getattr(table, key) for key in ("metric", "kind", "definition", "unit")}
    about |= {"series": table.name, "entity": table.company, "file": file}
    for one in table.statements():
        yield record(
            Observation,
            one,
            **about,
            value=one.middle,
            low=one.low,
            high=one.high,
            sources=tuple(one.sources or table.sources),
            error=table.error_of(one.recalled),
            note=one.note or table.note,
        )
