"""A study as it is written: TOML documents taken apart into pieces that remember their file and key.

Nothing is validated here but the outline: what is a prior, what is a company, what is there twice.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from simulator.errors import Fault, did_you_mean, text_of
from simulator.study.domain import Domain, TableKind, domains
from simulator.study.kinds import PAIRS, kinds
from simulator.study.patterns import DESCRIPTIONS, NAME_PART
from simulator.study.toml_reader import UnreadableError, check_values, decoded, parsed, table_names

#: What a piece that the command line or ``overrides=`` sets gives as its file.
SET = "--set"

#: Keys by which a table is a prior rather than a topic.
_MARKS = ("family", "value", "quantiles")

_PART = re.compile(NAME_PART)


@dataclass(frozen=True, slots=True)
class Piece:
    """A value and where it was written."""

    file: str
    key: str
    value: Any


@cache
def reserved() -> tuple[str, ...]:
    """Return the tables and keys of a study that are not topics of priors."""
    return ("extends", *dict.fromkeys(kind.name.partition(".")[0] for kind in kinds()), "priors")


def _no_tables() -> dict[str, dict[str, Piece]]:
    return {name: {} for name in (*(kind.name for kind in kinds()), "priors")}


@dataclass(slots=True)
class Document:
    """All pieces of one layer of a study: a dictionary, a TOML file or a folder of them.

    Attributes
    ----------
    extends
        What the layer is laid over.
    tables
        By the name of their kind, and ``priors``: pieces by name, or by the key of an entry that has none.
    replaced
        Priors of what the layer is laid over that it replaces, the first of each name.
    fixed_from
        Of these, the last distribution of each name: what a number stands in the place of.
    of_another_horizon
        Which of ``order`` and ``directions`` a ``horizon_quarters`` was laid over.
    unread
        Names of tables in files that are not TOML, which are not missing although they could not be read.
    readable
        Whether every file could be read.
    faults
        What is wrong with the outline.
    """

    extends: Piece | None = None
    tables: dict[str, dict[str, Piece]] = field(default_factory=_no_tables)
    replaced: dict[str, Piece] = field(default_factory=dict[str, Piece])
    fixed_from: dict[str, Piece] = field(default_factory=dict[str, Piece])
    of_another_horizon: frozenset[str] = frozenset()
    unread: set[str] = field(default_factory=set[str])
    readable: bool = True
    faults: list[Fault] = field(default_factory=list[Fault])

    def __getitem__(self, kind: str) -> dict[str, Piece]:
        """Return the pieces of one kind by name."""
        return self.tables[kind]

    def refuse_file(self, file: str, error: UnreadableError) -> None:
        """Note that a file could not be read, and that its content is not known."""
        self.readable = False
        fault = error.fault(file)
        advice = f"{fault.advice} What the model makes of the study shows once the file can be read."
        self.faults.append(replace(fault, advice=advice.lstrip()))

    def add_toml(self, file: str, content: bytes) -> None:
        """Take a TOML file apart; one that cannot be read is a fault, and its table names are noted."""
        text = ""
        try:
            text = decoded(content)
            data = parsed(text)
        except UnreadableError as error:
            self.refuse_file(file, error)
            self.unread.update(table_names(text))
            return
        topics = {key: value for key, value in data.items() if key not in reserved()}
        self._add_reserved(file, data)
        self._add_priors(file, topics, "")

    def add_dict(self, data: Mapping[str, Any]) -> None:
        """Take a dictionary apart whose priors stand under ``priors``."""
        try:
            check_values(data)
        except UnreadableError as error:
            self.readable = False
            self.faults.append(error.fault(""))
            return
        plain = {str(key): value for key, value in plain_values(data).items()}
        for key in plain.keys() - set(reserved()):
            advice = did_you_mean(key, reserved(), len(self.faults))
            self.faults.append(Fault("", key, "an unknown key", ", ".join(sorted(reserved())), advice))
        self._add_reserved("", plain)

    def _add_reserved(self, file: str, data: Mapping[str, Any]) -> None:
        if "extends" in data:
            if self.extends is not None:
                self._twice(Piece(file, "extends", None), self.extends)
            self.extends = Piece(file, "extends", data["extends"])
        dependence = dict(self._table(file, "dependence", data))
        given = [key for key in ("spearman", "groups") if key in dependence]
        lists = {f"dependence.{key}": dependence.pop(key) for key in given}
        for kind in kinds():
            self._add_tables(file, kind, {**data, **lists})
        self._add_priors(file, dict(self._table(file, "priors", data)), "")
        self._add_priors(file, dependence, "dependence")
        if misplaced := self["study"].pop("extends", None):
            advice = "Write it above [study], as the first line of the file."
            found = text_of(misplaced.value)
            self.faults.append(Fault(file, "study.extends", found, "extends outside tables", advice))

    def _table(self, file: str, key: str, data: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        """Give the items of a table; anything else in its place is a fault."""
        value = data.get(key, {})
        if isinstance(value, Mapping):
            yield from ((str(name), inner) for name, inner in value.items())
        else:
            self.faults.append(Fault(file, key, text_of(value), "a table"))

    def _add_tables(self, file: str, kind: TableKind, data: Mapping[str, Any]) -> None:
        """Take apart the tables of a kind: one whose keys are names, or a list of named entries."""
        if not kind.identity:
            for key, value in self._table(file, kind.name, data):
                name = key if _PART.fullmatch(key) else f'"{key}"'
                self._put(self[kind.name], key, Piece(file, f"{kind.name}.{name}", value))
            return
        entries = data.get(kind.name, [])
        if not isinstance(entries, list):
            allowed = 'a list of ["a", "b", rho]' if kind is PAIRS else f"a list: [[{kind.name}]]"
            self.faults.append(Fault(file, kind.name, text_of(entries), allowed))
            return
        for index, entry in enumerate(entries):
            name = _name_of(kind, entry)
            numbered = name is None or kind is PAIRS
            key = f"{kind.name}[{index}]" if numbered else f"{kind.name}.{name}"
            self._put(self[kind.name], f"{file}:{key}" if name is None else name, Piece(file, key, entry))

    def _add_priors(self, file: str, table: Mapping[str, Any], above: str) -> None:
        for key, value in table.items():
            name = f"{above}.{key}" if above else str(key)
            if not all(_PART.fullmatch(part) for part in str(key).split(".")):
                allowed = f"parts divided by dots, each of {DESCRIPTIONS[NAME_PART]}"
                self.faults.append(Fault(file, name, f"the name {text_of(key)}", allowed))
            elif not isinstance(value, Mapping):
                advice = did_you_mean(name, reserved(), len(self.faults))
                advice = advice or f"For a point mass: {name} = {{ value = ... }}"
                self.faults.append(Fault(file, name, text_of(value), "a table that is a prior", advice))
            elif _is_topic(value):
                self._add_priors(file, value, name)
            else:
                inner = {part: below for part, below in value.items() if is_prior(below) or _is_topic(below)}
                own = {part: below for part, below in value.items() if part not in inner}
                self._put(self["priors"], name, Piece(file, name, own))
                self._add_priors(file, inner, name)

    def _put(self, into: dict[str, Piece], name: str, piece: Piece) -> None:
        if name in into:
            self._twice(piece, into[name])
        else:
            into[name] = piece

    def _twice(self, piece: Piece, first: Piece) -> None:
        where = first.file if first.file != piece.file else "this file too"
        self.faults.append(
            Fault(piece.file, piece.key, f"a second definition; {where} has one", "one definition")
        )


def domain_of(document: Document) -> Domain | None:
    """Return the domain that a document names, or else the one whose tables or keys it holds."""
    named = document["study"].get("domain")
    if named is not None:
        return domains().get(named.value) if isinstance(named.value, str) else None
    return next((domain for domain in domains().values() if _holds(document, domain)), None)


def _holds(document: Document, domain: Domain) -> bool:
    return any(document[kind.name] for kind in domain.kinds) or any(
        key in document["study"] for key in domain.keys
    )


def _name_of(kind: TableKind, entry: Any) -> str | None:
    """Return the name of an entry of a list; None where it has none."""
    if kind is PAIRS:
        names = entry[:2] if isinstance(entry, list) else []
        texts = [name for name in names if isinstance(name, str)]
        return ", ".join(sorted(texts)) if len(texts) == 2 else None
    name = entry.get(kind.identity) if isinstance(entry, Mapping) else None
    return name if isinstance(name, str) else None


def is_prior(value: Any) -> bool:
    """Whether a value is a table that says what is believed about something."""
    # A family or a value that is a table is a prior below, of that name: [contract.value].
    return isinstance(value, Mapping) and any(
        mark in value and (mark == "quantiles" or not is_prior(value[mark])) for mark in _MARKS
    )


def _is_topic(value: Any) -> bool:
    """Whether a value is a table that holds priors, at any depth, rather than being one."""
    if not isinstance(value, Mapping) or is_prior(value):
        return False
    return any(is_prior(inner) or _is_topic(inner) for inner in value.values())


def plain_values(value: Any) -> Any:
    """Return a value with tuples as lists, and arrays and numbers of NumPy as those of Python."""
    if isinstance(value, Mapping):
        # Quantiles may be keyed by their probabilities; every other key is text.
        return {key if isinstance(key, float) else str(key): plain_values(v) for key, v in value.items()}
    if isinstance(value, list | tuple):
        return [plain_values(inner) for inner in value]
    return value.tolist() if hasattr(value, "tolist") else value
