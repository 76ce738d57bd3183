"""The study: everything that was asked, validated and immutable."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from os import PathLike
from pathlib import Path
from types import MappingProxyType
from typing import Any

from simulator.errors import Fault, StudyError, in_order
from simulator.study.build import study_fields
from simulator.study.canonical import (
    dependence_to_dict,
    distribution_to_dict,
    hash_of,
    mechanisms_to_dict,
    plain,
    prior_to_dict,
    risk_to_dict,
    settings_to_dict,
    structures_to_dict,
    without_empty,
)
from simulator.study.changes import Change, with_changes
from simulator.study.consistency import check_parts
from simulator.study.decision_file import decision_file
from simulator.study.decisions import Decision, decisions_to_dict
from simulator.study.document import Document, Piece
from simulator.study.domain import Domain
from simulator.study.layer import last_layer
from simulator.study.load import Origin, read_dict, read_study
from simulator.study.overlay import overlay
from simulator.study.reading import read_parts
from simulator.study.records import Check, Contradiction, Dependence, Prior, Settings
from simulator.study.risks import Risk, Surprise
from simulator.study.sources import Source
from simulator.study.structures import Mechanism, Structure
from simulator.study.unread import unread_names


@dataclass(frozen=True)
class Study:
    """Priors, their dependence and the settings of one question.

    Attributes
    ----------
    name, title
        What the study is called; the name is part of the run directory's.
    as_of
        Day whose knowledge the study holds.
    set_aside
        Figures, as ``metric:period``, that were known by that day and that no prior follows: an update may
        learn from them.
    priors
        By name.
    dependence
        Copula groups over names of priors.
    settings
        Rules of the verdict, and what the domain adds to them.
    sources
        Bibliography by id.
    order
        Names (``name[k]`` for a component) that get the leading dimensions of the sampler, the most
        important first.
    directions
        Loadings of such numbers on combinations of them, one for each. The combinations are drawn as
        ``direction.0`` and so on, and may stand in the order: which draws are made changes, not their law.
    checks
        Evidence that a run of the study is compared with.
    contradictions
        Statements of the sources that cannot all hold, and what the study makes of them.
    risks
        By name, each with the cases in which the study is computed too.
    surprises
        Why some metrics move the other way than expected.
    structures
        Other models of the world and the study's own, each with a weight.
    mechanisms
        Parts of the model that can be switched off.
    decisions
        Choices between actions, of which the value of knowing more is asked.
    changes
        What the command line or `override` set, in order; no part of the hash.
    replaced
        By name, priors of the study that this one was made from by an override or a layer, in whose place it
        has others. They decide whether a value is far from what was believed, and are no part of the hash.
    fixed_from
        By name, the distribution in whose place a prior is a number: with it, the study is computed by the
        kernel that draws from that distribution. It can move the last bit of a metric, and is no part of the
        hash.
    of_another_horizon
        Which of ``order`` and ``directions`` a layer has laid a ``horizon_quarters`` over, be it the same. No
        part of the hash.
    model
        Pure function of named draws; None for that of the domain.
    domain
        What the study is about; None where it says nothing that a domain has.
    """

    name: str
    title: str = ""
    as_of: date | None = None
    priors: Mapping[str, Prior] = field(default_factory=dict[str, Prior])
    dependence: Dependence = field(default_factory=Dependence)
    settings: Settings = field(default_factory=Settings)
    sources: Mapping[str, Source] = field(default_factory=dict[str, Source])
    order: tuple[str, ...] = ()
    directions: Mapping[str, tuple[float, ...]] = field(default_factory=dict[str, tuple[float, ...]])
    checks: tuple[Check, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()
    risks: tuple[Risk, ...] = ()
    surprises: tuple[Surprise, ...] = ()
    structures: tuple[Structure, ...] = ()
    mechanisms: tuple[Mechanism, ...] = ()
    decisions: tuple[Decision, ...] = ()
    set_aside: tuple[str, ...] = ()
    model: Callable[..., Any] | None = None
    domain: Domain | None = field(default=None, compare=False, repr=False)
    changes: tuple[Change, ...] = field(default=(), compare=False)
    replaced: Mapping[str, Prior] = field(default_factory=dict[str, Prior], compare=False, repr=False)
    fixed_from: Mapping[str, Prior] = field(default_factory=dict[str, Prior], compare=False, repr=False)
    of_another_horizon: frozenset[str] = field(default=frozenset(), compare=False, repr=False)
    _document: Document | None = field(default=None, init=False, compare=False, repr=False)

    def __repr__(self) -> str:
        """Return the study in one line; `to_dict` has all of it."""
        known = f", as of {self.as_of}" if self.as_of else ""
        model = f", model {getattr(self.model, '__name__', type(self.model).__name__)}" if self.model else ""
        return f"<Study {self.name}: {len(self.priors)} priors{known}{model}>"

    @classmethod
    def from_dict(
        cls,
        data: Mapping[str, Any],
        model: Callable[..., Any] | None = None,
        changes: tuple[Change, ...] = (),
        fixed_from: Mapping[str, Any] = MappingProxyType({}),
    ) -> Study:
        """Return the study that a plain dictionary describes.

        Parameters
        ----------
        data
            ``priors`` (flat dotted names or nested tables), and where wanted ``dependence``, ``study``,
            ``company``, ``power_source``, ``scorecard``, ``verdict``, ``check``, ``contradiction``,
            ``risk``, ``surprise``, ``structure``, ``mechanism``, ``decision``, ``sources``, each as in TOML.
            Units and provenance may be left out.
        model
            Pure function of named draws.
        changes
            What was set in it already, of a study that is stored.
        fixed_from
            By name, tables of the distributions in whose place it has numbers, of a study that is stored.

        Raises
        ------
        StudyError
            With all faults of the dictionary.
        """
        origin = read_dict(data)
        origin.document.fixed_from |= {name: Piece("", name, table) for name, table in fixed_from.items()}
        return _built(origin, model, changes)

    def override(self, values: Mapping[str, Any]) -> Study:
        """Return this study with priors and settings changed by name.

        Parameters
        ----------
        values
            A prior's name and a number (a point mass in the prior's unit) or a table as in TOML; its name
            with ``.median`` and a number, for the same family and spread about another median; or the dotted
            path of a setting (``study.horizon_quarters``) and its value.

        Raises
        ------
        StudyError
            A name is unknown, or the outcome is not valid.
        """
        base = _document_of(self)
        top, changes = last_layer(base, values)
        origin = Origin(overlay(base, top), self.name)
        return _built(origin, self.model, with_changes(self.changes, changes))

    def decision_from(self, path: str | PathLike[str]) -> Decision:
        """Return the decision that a TOML file holds, a table ``[decision.NAME]`` as in the study itself.

        Raises
        ------
        StudyError
            The file has faults, holds something else too, or no decision or several.
        """
        top = decision_file(Path(path))
        base = _document_of(self)
        whole = overlay(replace(base, tables=base.tables | {"decision": {}}), top)
        return _built(Origin(whole, self.name), self.model).decisions[0]

    def to_dict(self) -> dict[str, Any]:
        """Return what `from_dict` reads back: plain JSON values, provenance included, the model left out."""
        settings = self.settings
        return without_empty(
            {
                "study": {
                    "name": self.name,
                    "title": self.title,
                    "as_of": plain(self.as_of),
                    "set_aside": plain(self.set_aside),
                    **settings.keys(),
                    "order": plain(self.order),
                    "directions": plain(self.directions),
                },
                **settings_to_dict(settings),
                "check": plain(self.checks),
                "contradiction": plain(self.contradictions),
                "risk": [risk_to_dict(risk) for risk in self.risks],
                "surprise": [without_empty(plain(one)) for one in self.surprises],
                "structure": structures_to_dict(self.structures),
                "mechanism": mechanisms_to_dict(self.mechanisms),
                "decision": decisions_to_dict(self.decisions),
                "priors": {name: prior_to_dict(prior) for name, prior in self.priors.items()},
                "dependence": dependence_to_dict(self.dependence),
                "sources": {
                    name: {key: value for key, value in plain(source).items() if key != "id"}
                    for name, source in self.sources.items()
                },
            }
        )

    def fixed_from_dict(self) -> dict[str, Any]:
        """Return the distributions of `fixed_from` as `from_dict` reads them, without their provenance."""
        return {name: distribution_to_dict(prior) for name, prior in sorted(self.fixed_from.items())}

    @cached_property
    def hash(self) -> str:
        """SHA-256 of all that can change a number: not provenance, titles, notes or the model callable."""
        entries = ("scorecard", *self.settings.tables())
        return hash_of(self.to_dict(), entries, self.dependence.groups)


class PartialStudyError(StudyError):
    """A study with faults in how it is written.

    Attributes
    ----------
    part
        What of it could be read; None where a whole file could not, which may have anything.
    unread
        Names of what is missing in that part, and what they mention: nothing is known of them.
    """

    def __init__(self, faults: Iterable[Fault], part: Study | None, unread: frozenset[str]) -> None:
        super().__init__(faults)
        self.part, self.unread = part, unread


def load_study(name_or_path: str | PathLike[str], overrides: Mapping[str, Any] | None = None) -> Study:
    """Return a study as it is written, whatever its model makes of it; see `simulator.load_study`.

    Raises
    ------
    PartialStudyError
        With all faults of all layers, in the order of files and keys, and what could be read.
    """
    origin = read_study(name_or_path)
    if not overrides:
        return _built(origin)
    top, changes = last_layer(origin.document, overrides)
    return _built(origin._replace(document=overlay(origin.document, top)), changes=changes)


def _built(
    origin: Origin, model: Callable[..., Any] | None = None, changes: tuple[Change, ...] = ()
) -> Study:
    """Return the study that a document describes, or raise with all its faults."""
    document = origin.document
    parts = read_parts(document)
    faults = [*document.faults, *parts.faults, *check_parts(document, parts, origin.home)]
    part = None
    if (table := parts.study) is not None and document.readable:
        name = table.name or origin.name
        part = Study(
            name=name,
            title=table.title or name,
            as_of=table.as_of,
            set_aside=tuple(table.set_aside or ()),
            order=tuple(table.order or ()),
            directions={name: tuple(loadings) for name, loadings in (table.directions or {}).items()},
            model=model,
            changes=changes,
            of_another_horizon=document.of_another_horizon,
            **study_fields(document, parts),
        )
        object.__setattr__(part, "_document", document)
    if faults or part is None:
        raise PartialStudyError(in_order(faults), part, unread_names(document, parts))
    return part


def _document_of(study: Study) -> Document:
    """Return the document that a study was built from, or one that describes a study made in code."""
    if study._document is not None:
        return study._document
    document = Document(of_another_horizon=study.of_another_horizon)
    document.add_dict(study.to_dict())
    for name, piece in document["priors"].items():
        document["priors"][name] = replace(piece, file=study.priors[name].file)
    for before, pieces in ((study.replaced, document.replaced), (study.fixed_from, document.fixed_from)):
        pieces |= {name: Piece(prior.file, name, prior_to_dict(prior)) for name, prior in before.items()}
    return document
