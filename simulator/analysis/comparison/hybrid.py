"""Hybrids of two studies: some parts as the second has them, all the others as the first has them."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from simulator.analysis.comparison.listing import DEPENDENCE, RULES, SETTINGS, Change, changes, mechanism
from simulator.study import CopulaGroup, Dependence, Prior, Study
from simulator.study.hierarchy import ancestors


@dataclass(frozen=True)
class Hybrids:
    """Two studies and their hybrids, in which parts of the second replace those of the first.

    Every prior belongs to the part of its mechanism. Where the choices differ that decide which priors a
    model asks for (its entities, the model itself), a prior that one study alone has,
    or has in another number of components, goes with these choices: neither is of use without the other.
    """

    first: Study
    second: Study

    @cached_property
    def changes(self) -> list[Change]:
        """What differs, each change with the part that it goes with."""
        found = [
            replace(change, part=self.part(change.name)) if change.name in self._priors else change
            for change in self._listed
        ]
        return sorted(found, key=lambda change: (change.part, change.name))

    @cached_property
    def parts(self) -> tuple[str, ...]:
        """The parts in which something differs that can move a number, in alphabetical order."""
        found = {change.part for change in self.changes if change.moves}
        return tuple(sorted(found | ({SETTINGS} if self.first.model is not self.second.model else set())))

    def part(self, name: str) -> str:
        """Return the part that a prior goes with."""
        one, other = self.first.priors.get(name), self.second.priors.get(name)
        bound = one is None or other is None or (one.size, one.components) != (other.size, other.components)
        return SETTINGS if bound and self._restructured else mechanism(name)

    @cached_property
    def obstacle(self) -> str:
        """Why no hybrid makes sense; empty where all do."""
        start = [study.settings.start for study in (self.first, self.second)]
        if start[0] == start[1]:
            return ""
        return (
            f"the studies start in {start[0]} and {start[1]}: many priors are about the state at the start, "
            "and one taken alone to another quarter would be a belief that nobody holds"
        )

    def study(self, taken: Collection[str], without: Collection[str] = ()) -> Study:
        """Return a hybrid: the first study with some of the second.

        Parameters
        ----------
        taken
            From the second study: names of parts, and of single priors.
        without
            Names of priors that stay those of the first study all the same.
        """
        first, second = self.first, self.second
        sources = dict(self._mixed(taken, without))
        # The model of a hybrid may leave a prior unread that each study has a use for.
        mixed = {name: replace(of.priors[name], spare=True) for name, of in sources.items()}
        priors = self._with_parents(mixed)
        before = {name: _before(name, of, self.first, self.second) for name, of in sources.items()}
        choices = second.settings if SETTINGS in taken else first.settings
        rules = second.settings if RULES in taken else first.settings
        dependence = second.dependence if DEPENDENCE in taken else first.dependence
        return replace(
            first,
            name=f"{first.name} with parts of {second.name}",
            priors=priors,
            fixed_from={name: prior for name, prior in before.items() if prior is not None},
            dependence=Dependence(tuple(_restricted(dependence, priors))),
            settings=replace(choices, scorecard=rules.scorecard, verdicts=rules.verdicts),
            model=second.model if SETTINGS in taken else first.model,
        )

    def single(self) -> list[str]:
        """Return the names of the priors that can be taken alone: of those that both studies have."""
        return [
            change.name
            for change in self.changes
            if change.kind == "changed" and change.name in self._priors and change.part != SETTINGS
        ]

    @cached_property
    def _priors(self) -> dict[str, None]:
        # Those of the second study first: with every part taken, its own order.
        return dict.fromkeys((*self.second.priors, *self.first.priors))

    @cached_property
    def _listed(self) -> list[Change]:
        return changes(self.first, self.second)

    @cached_property
    def _restructured(self) -> bool:
        return self.first.model is not self.second.model or any(
            change.part == SETTINGS for change in self._listed
        )

    def _with_parents(self, priors: Mapping[str, Prior]) -> dict[str, Prior]:
        """Return priors with all that they are drawn from, of whichever study has it."""
        known = {**self.second.priors, **self.first.priors, **priors}
        missing = ancestors(known, priors) - priors.keys()
        return {**priors, **{name: replace(known[name], spare=True) for name in sorted(missing)}}

    def _mixed(self, taken: Collection[str], without: Collection[str]) -> Iterator[tuple[str, Study]]:
        """Give the priors of a hybrid, each with the study that it is from."""
        for name in self._priors:
            replaced = name not in without and (name in taken or self.part(name) in taken)
            of = self.second if replaced else self.first
            if name in of.priors:
                yield name, of


def _before(name: str, of: Study, *studies: Study) -> Prior | None:
    """Return the distribution in whose place a prior of a study is a number, as either study has it."""
    if name in of.fixed_from or of.priors[name].family != "fixed":
        return of.fixed_from.get(name)
    others = (study.priors[name] for study in studies if name in study.priors)
    return next((prior for prior in others if prior.family != "fixed"), None)


def _restricted(dependence: Dependence, priors: Mapping[str, Prior]) -> Iterator[CopulaGroup]:
    """Give the groups of the priors that there are: of a copula, the margin over them."""
    for group in dependence.groups:
        if all(name in priors for name in group.members):
            yield group
            continue
        pairs = tuple(pair for pair in group.spearman if pair[0] in priors and pair[1] in priors)
        factors = {
            factor: {name: loading for name, loading in loadings.items() if name in priors}
            for factor, loadings in group.factors.items()
        }
        if pairs or any(factors.values()):
            yield replace(group, spearman=pairs, factors=factors)
