"""Would the model's rule of spending have called capex, given what backlogs did? Three clouds, 2020 to 2026.

Not timed. From each year-end the growth of a company's quarterly cash capex over the next four quarters,
which cancel the season (two, where no more are known), is held against the model's own: `spend.grow` with
the beliefs of the first study. Scarcity, of which no history exists, is taken to be what the year added to
the log of backlog over revenue of the same cloud, within the model's own limits and held from then on.
Revenue is what stands and is sold, backlog what is wanted; the level of their ratio depends on what is
counted, so only its change is used. No yield on capital is known before 2026, so shareholders' discipline is
off.

The beliefs were formed on this very capex: it tests the rule's spread and the signal, and is no forecast.

    python benchmarks/hindcast_backlog.py
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

import simulator
from simulator.buildout import cycle, price, spend
from simulator.buildout.arrays import QUARTERS_PER_YEAR, H
from simulator.buildout.inputs import Parameters
from simulator.evidence import Evidence, load_evidence
from simulator.evidence.period import quarter_label

STUDY, PATHS, SEED = "hyperscalers-2026-01", 2**14, 0
COMPANIES = ("amazon", "alphabet", "microsoft")
FIRST, LAST = 2020, 2025
LOW, HIGH = 0.1, 0.9


class Origin(NamedTuple):
    """A year-end, and what followed.

    Attributes
    ----------
    year
        Whose end it is.
    quarters
        For which capex is known afterwards, four at most.
    signal
        Of each company, -1 to 1  [1]
    capex
        Of each company in the year's last quarter  [USD bn]
    after
        The same so many quarters later  [USD bn]
    """

    year: int
    quarters: int
    signal: Float[np.ndarray, " company"]
    capex: Float[np.ndarray, " company"]
    after: Float[np.ndarray, " company"]

    @property
    def changes(self) -> Float[np.ndarray, " one"]:
        """Log growth of each company, then of their sum."""
        return np.log(np.append(self.after, self.after.sum()) / np.append(self.capex, self.capex.sum()))


def values(evidence: Evidence, series: str) -> Mapping[str, float]:
    """Figures of a series by the name of their period."""
    return {period.label: one.value for (name, period), one in evidence.latest().items() if name == series}


def signal(
    backlog: Float[np.ndarray, "2 company"], revenue: Float[np.ndarray, "2 company"]
) -> Float[np.ndarray, " company"]:
    """What a year added to the log of backlog over revenue, -1 to 1.

    Parameters
    ----------
    backlog, revenue
        Of the year before and of the year  [USD bn]
    """
    wanted, sold = (jnp.asarray(now / before)[:, None] for before, now in (backlog, revenue))
    return np.asarray(price.scarcity(wanted, sold))[:, 0]


def origins(evidence: Evidence) -> list[Origin]:
    """Every year-end with a signal of all companies and capex after it."""
    capex = [values(evidence, f"capex.{one}.cash") for one in COMPANIES]
    backlog = [values(evidence, f"backlog.{one}") for one in COMPANIES]
    revenue = [values(evidence, f"revenue.{one}.cloud.year") for one in COMPANIES]

    def at(year: int) -> Origin:
        last = QUARTERS_PER_YEAR * year + QUARTERS_PER_YEAR - 1
        ahead = range(1, QUARTERS_PER_YEAR + 1)
        quarters = max(n for n in ahead if all(quarter_label(last + n) in one for one in capex))
        years = (year - 1, year)
        return Origin(
            year,
            quarters,
            signal(
                np.array([[one[f"{y}-12"] for one in backlog] for y in years]),
                np.array([[one[f"{y}"] for one in revenue] for y in years]),
            ),
            *(np.array([one[quarter_label(last + n)] for one in capex]) for n in (0, quarters)),
        )

    return [at(year) for year in range(FIRST, LAST + 1)]


def growths(
    p: Parameters, given: Sequence[Origin], *, responsive: bool, boom_alone: bool
) -> Float[np.ndarray, "origin one path"]:
    """Log growth that the model's rule gives after each origin, of each company and of their sum.

    Parameters
    ----------
    p
        Draws of the study; a path keeps its beliefs over all origins.
    given
        Year-ends.
    responsive
        Whether spending answers the signal; if not, the accelerator is 0.
    boom_alone
        Whether every year is one of boom; if not, its regime is drawn with the long-run chance.
    """
    rng = np.random.default_rng(SEED)
    terms = spend.SpendTerms.of(p)
    if not responsive:
        terms = terms._replace(accelerator=jnp.zeros_like(terms.accelerator))
    boom, plateau, _ = cycle.stationary_shares(p)
    paths = boom.shape[1]

    def after(origin: Origin) -> Float[np.ndarray, "one path"]:
        chance = rng.random((1, paths))
        drawn = np.where(
            chance < boom, cycle.BOOM, np.where(chance < boom + plateau, cycle.PLATEAU, cycle.BUST)
        )
        regime = jnp.full_like(drawn, cycle.BOOM) if boom_alone else jnp.asarray(drawn)
        level = no_shortfall = jnp.zeros((len(COMPANIES), paths))
        for quarter in range(origin.quarters):
            shocks = jnp.asarray(rng.standard_normal((1 + len(COMPANIES), paths)))
            level = spend.grow(
                level,
                terms,
                regime,
                no_shortfall,
                jnp.asarray(origin.signal)[:, None],
                (shocks[:1], shocks[1:]),
                jnp.asarray(1 + H * quarter),
                jnp.asarray(True),
            )
        share = origin.capex / origin.capex.sum()
        return np.vstack([level, np.log(share @ np.exp(level))])

    return np.stack([after(origin) for origin in given])


def crps(sample: Float[np.ndarray, " path"], outcome: float) -> float:
    """Continuous ranked probability score of a sample: E|X - y| - E|X - X'| / 2."""
    weights = 2 * np.arange(1, sample.size + 1) - sample.size - 1
    return float(np.abs(sample - outcome).mean() - (weights @ np.sort(sample)) / sample.size**2)


def scores(
    given: Sequence[Origin], found: Float[np.ndarray, "origin one path"]
) -> Float[np.ndarray, "origin one"]:
    """Score of each change; the lower the better."""
    pairs = zip(found, (origin.changes for origin in given), strict=True)
    return np.array([[crps(f, c) for f, c in zip(fs, cs, strict=True)] for fs, cs in pairs])


def report(given: Sequence[Origin], found: Float[np.ndarray, "origin one path"], *, rows: bool) -> None:
    """Print how many changes lie inside and how many the model expects; each of them if rows are wanted."""
    low, middle, high = np.quantile(found, [LOW, 0.5, HIGH], axis=-1)
    changes = np.stack([origin.changes for origin in given])
    percentile = 100 * (found < changes[..., None]).mean(axis=-1)
    for i, origin in enumerate(given if rows else ()):
        signals = [f"{one:+.2f}" for one in origin.signal] + [" " * 5]
        for j, who in enumerate([*COMPANIES, "sum"]):
            print(
                f"{origin.year}Q4 +{origin.quarters}  {who:9}  signal {signals[j]}  "
                f"change {changes[i, j]:+.2f}; model {middle[i, j]:+.2f} "
                f"[{low[i, j]:+.2f}, {high[i, j]:+.2f}], percentile {percentile[i, j]:.1f}"
            )
    inside = (low <= changes) & (changes <= high)
    would = (low[..., None] <= found) & (found <= high[..., None])
    for who, part in (("companies", slice(0, -1)), ("sum", slice(-1, None))):
        count, of = inside[:, part].sum(), inside[:, part].size
        counts = would[:, part].sum(axis=(0, 1))
        rarer = 100 * (counts <= count).mean()
        above = (changes > middle)[:, part].sum()
        binomial = np.sqrt(of * (HIGH - LOW) * (1 - HIGH + LOW))
        print(
            f"{who}: {count} of {of} inside the 80 % interval; the model expects {counts.mean():.1f} ± "
            f"{counts.std():.1f} (binomial ± {binomial:.1f}), so few or fewer in {rarer:.0f} % of paths; "
            f"{above} above the median"
        )


def main() -> None:
    """Print the hindcast with the signal and without, in any regime and in a boom."""
    run = simulator.simulate(simulator.load_study(STUDY), paths=PATHS, seed=SEED)
    p = Parameters({name: jnp.asarray(one) for name, one in run.draws().items()}, COMPANIES, ())
    given = origins(load_evidence())
    shares = [f"{100 * one.mean():.0f} %" for one in cycle.stationary_shares(p)]
    for name, boom_alone in ((f"boom, plateau, bust {', '.join(shares)}", False), ("boom alone", True)):
        found = {}
        for responsive in (True, False):
            print(f"\n{name}; {'with the signal' if responsive else 'without it: accelerator 0'}")
            found[responsive] = growths(p, given, responsive=responsive, boom_alone=boom_alone)
            report(given, found[responsive], rows=not boom_alone)
        with_signal, without = (
            scores(given, found[responsive])[:, :-1].mean(axis=1) for responsive in (True, False)
        )
        gain = without - with_signal
        error = gain.std(ddof=1) / np.sqrt(gain.size)
        print(f"mean CRPS {with_signal.mean():.3f} with it; it gains {gain.mean():+.4f} ± {error:.4f}")


if __name__ == "__main__":
    main()
