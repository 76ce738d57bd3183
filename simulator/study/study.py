"""The study: everything that was asked, validated and immutable."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from simulator.study.domain import Domain
from simulator.study.records import Check, Contradiction, Dependence, Prior, Settings
from simulator.study.risks import Risk, Surprise
from simulator.study.sources import Source


@dataclass(frozen=True)
class Study:
    """Priors, their dependence and the settings of one question.

    Attributes
    ----------
    name, title
        What the study is called; the name is part of the run directory's.
    as_of
        Day whose knowledge the study holds.
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
    replaced
        By name, priors of the study that this one was made from by an override or a layer, in whose place it
        has others. They say whether a value is far from what was believed, and are no part of the hash.
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
    model: Callable[..., Any] | None = None
    domain: Domain | None = field(default=None, compare=False, repr=False)
    replaced: Mapping[str, Prior] = field(default_factory=dict[str, Prior], compare=False, repr=False)

    def __repr__(self) -> str:
        """Return the study in one line; `to_dict` has all of it."""
        known = f", as of {self.as_of}" if self.as_of else ""
        model = f", model {getattr(self.model, '__name__', type(self.model).__name__)}" if self.model else ""
        return f"<Study {self.name}: {len(self.priors)} priors{known}{model}>"

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], model: Callable[..., Any] | None = None) -> Study:
        """Return the study that a plain dictionary describes.

        Parameters
        ----------
        data
            ``priors`` (flat dotted names or nested tables), and where wanted ``dependence``, ``study``,
            ``company``, ``power_source``, ``scorecard``, ``verdict``, ``check``, ``contradiction``,
            ``risk``, ``surprise``, ``sources``, each as in TOML. Units and provenance may be left out.
        model
            Pure function of named draws.

        Raises
        ------
        StudyError
            With all faults of the dictionary.
        """
        from simulator.study.load import study_from_dict

        return study_from_dict(data, model)

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
        from simulator.study.override import override_study

        return override_study(self, values)

    def to_dict(self) -> dict[str, Any]:
        """Return what `from_dict` reads back: plain JSON values, provenance included, the model left out."""
        from simulator.study.canonical import study_to_dict

        return study_to_dict(self)

    @cached_property
    def hash(self) -> str:
        """SHA-256 of all that can change a number: not provenance, titles, notes or the model callable."""
        from simulator.study.canonical import study_hash

        return study_hash(self)
