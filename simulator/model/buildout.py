"""The build-out model: all mechanisms in the order of MODEL.md, quarter by quarter."""

from collections.abc import Mapping
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from simulator.errors import Fault, StudyError
from simulator.model import accounts, adoption, capital, cycle, fleet, metrics, pipeline, power, price, spend
from simulator.model import shocks as shock_series
from simulator.model.accounts import AccountTerms, Books
from simulator.model.adoption import AdoptionTerms, Demand, Mood
from simulator.model.arrays import QUARTERS_PER_YEAR, H, PerCompany, PerPath
from simulator.model.capital import Capital, OpeningCapital
from simulator.model.cycle import Cycle, CycleTerms
from simulator.model.exposures import ExposureTerms, core_income
from simulator.model.fleet import Capacity, Entries, Fleet, FleetTerms
from simulator.model.inputs import CANCELLATION, EXPOSURES, INPUTS, Input, Parameters
from simulator.model.metrics import PER_SHARE, UNITS, Opening, Record
from simulator.model.pipeline import Cargo, Queue
from simulator.model.power import Lead, PowerTerms
from simulator.model.price import PriceTerms
from simulator.model.shocks import Shock, Shocks, persist
from simulator.model.silicon import SiliconTerms, per_gigawatt
from simulator.model.spend import SpendTerms
from simulator.model.valuation import ValueTerms, mid_cycle_revenue, terminal_value
from simulator.study.records import DepreciationPolicy, Settings

type Draws = Mapping[str, Float[Array, "..."]]


class Terms(NamedTuple):
    """Everything about a path that does not change from quarter to quarter."""

    cycle: CycleTerms
    price: PriceTerms
    spend: SpendTerms
    silicon: SiliconTerms
    power: PowerTerms
    fleet: FleetTerms
    adoption: AdoptionTerms
    accounts: AccountTerms
    exposures: ExposureTerms
    value: ValueTerms
    start: OpeningCapital
    opening_price: PerCompany


class Market(NamedTuple):
    """The last quarter's market, for what looks back at it."""

    demand: Demand
    capacity: Capacity
    noncircular: PerCompany
    shortfall: PerCompany


class State(NamedTuple):
    """All that a path carries from one quarter to the next."""

    cycle: Cycle
    markup: PerPath
    spend_level: PerCompany
    lead: Lead
    queue: Queue
    fleet: Fleet
    entries: Entries
    mood: Mood
    ads: PerPath
    capital: Capital
    books: Books
    market: Market


class Buildout:
    """The model of a study's companies and power sources.

    Parameters
    ----------
    settings
        Companies with their exposures, power sources, horizon (8 to 60 quarters), depreciation policy and
        stages of the queue for power.

    Raises
    ------
    StudyError
        The settings lack what the model needs.
    """

    def __init__(self, settings: Settings) -> None:
        horizon, stages = settings.horizon_quarters, settings.pipeline_stages
        policy = settings.depreciation_policy
        if not (horizon and stages and policy and settings.companies and settings.power_sources):
            raise StudyError(_missing(settings))
        self.horizon, self.stages = horizon, stages
        self.policy: DepreciationPolicy = policy
        self._settings = settings
        self.companies = tuple(company.name for company in settings.companies)
        self.power_sources = tuple(source.name for source in settings.power_sources)

    @property
    def inputs(self) -> dict[str, Input]:
        """Every prior that the model asks for, with its unit and range."""
        suffixes = {
            "path": [""],
            "company": [f".{c}" for c in self.companies],
            "source": [f".{r}" for r in self.power_sources],
            "company source": [f".{c}.{r}" for c in self.companies for r in self.power_sources],
        }
        asked = {name + end: entry for name, entry in INPUTS.items() for end in suffixes[entry.per]}
        for company in self._settings.companies:
            for kind, parts in company.exposures.items():
                asked |= {prior: EXPOSURES[kind][part] for part, prior in parts.items()}
        return asked | {source.cancellation: CANCELLATION for source in self._settings.power_sources}

    @property
    def shocks(self) -> Mapping[str, Shock]:
        """Every series of shocks that the model asks for."""
        return shock_series.declare(self.companies, self.power_sources, self.horizon)

    @property
    def metric_units(self) -> dict[str, str]:
        """Names of all metrics, in order, with their units."""
        return {
            f"{name}.{entity}": unit
            for name, unit in UNITS.items()
            for entity in (*self.companies, "group")
            if not (entity == "group" and name in PER_SHARE)
        }

    @property
    def may_be_infinite(self) -> frozenset[str]:
        """Metrics for which infinity is an answer: capital that never pays back."""
        return frozenset(name for name in self.metric_units if name.startswith("payback_years."))

    def __call__(self, draws: Draws) -> dict[str, Float[Array, " path"]]:
        """Metrics of every path.

        Parameters
        ----------
        draws
            Inputs, ``[path]`` or 0-d, and shocks, ``[quarter, path]``.

        Returns
        -------
        dict
            One array ``[path]`` per name in `metric_units`.
        """
        p, terms, last, record = self._run(draws)
        discount = jnp.exp(-terms.value.wacc * (self.horizon * H))
        terminal = discount * self._terminal_value(terms, last, record)
        shares = p.company("finance.shares")
        revenue = p.company("finance.revenue_2025") * (1 + p.path("finance.revenue_growth"))
        start = terms.start
        opening = Opening(start.book, start.idle_gw, revenue)
        by_company = metrics.amounts(record, opening, terminal, terms.value.wacc)
        by_company |= metrics.per_share(record, shares, terms.value.tax)
        total = _group(record), _group(opening), jnp.sum(terminal, axis=0, keepdims=True)
        group = metrics.amounts(*total, terms.value.wacc)
        rows = {
            f"{name}.{company}": values[i]
            for name, values in by_company.items()
            for i, company in enumerate(self.companies)
        }
        rows |= {f"{name}.group": values[0] for name, values in group.items()}
        return {name: rows[name] for name in self.metric_units}

    def series(self, draws: Draws) -> dict[str, Float[Array, "quarter *row path"]]:
        """Every quarter of every path: ``[quarter, company, path]``, or ``[quarter, path]`` for the group."""
        _, _, _, record = self._run(draws)
        fields = record._asdict()
        statement = fields.pop("statement")._asdict()
        shared = ("regime", "financing_broken", "late_share", "mean_wait")
        return {name: x[:, 0] if name in shared else x for name, x in (fields | statement).items()}

    def _run(self, draws: Draws) -> tuple[Parameters, Terms, State, Record]:
        p = Parameters(draws, self.companies, self.power_sources)
        terms = self._terms(p)
        paths = max((jnp.shape(draw)[-1] for draw in draws.values() if jnp.ndim(draw) > 0), default=1)
        shocks = shock_series.gather(draws, self.companies, self.power_sources, self.horizon, paths)
        dtype = shocks.price.dtype
        quarters = jnp.arange(self.horizon, dtype=jnp.int32)

        def quarter(state: State, at: tuple[Array, Shocks]) -> tuple[State, Record]:
            t, now = at
            return self._quarter(terms, state, t, t.astype(dtype) * H, now)

        state = self._opening(terms, paths, dtype)
        last, record = jax.lax.scan(quarter, state, (quarters, shocks))
        return p, terms, last, record

    def _terms(self, p: Parameters) -> Terms:
        exposures = ExposureTerms.of(p, self._settings.companies)
        prices = PriceTerms.of(p, exposures.gap_rate, exposures.gap_years)
        fleet_terms = FleetTerms.of(p, prices.revenue_per_gw)
        silicon = SiliconTerms.of(p)
        start = OpeningCapital.of(p, fleet_terms.opening_gw, per_gigawatt(silicon, jnp.zeros(())))
        return Terms(
            cycle=CycleTerms.of(p),
            price=prices,
            spend=SpendTerms.of(p),
            silicon=silicon,
            power=PowerTerms.of(p, [source.cancellation for source in self._settings.power_sources]),
            fleet=fleet_terms,
            adoption=AdoptionTerms.of(p, exposures.seat_revenue),
            accounts=AccountTerms.of(p),
            exposures=exposures,
            value=ValueTerms.of(p),
            start=start,
            opening_price=prices.revenue_per_gw / QUARTERS_PER_YEAR,
        )

    def _opening(self, terms: Terms, paths: int, dtype: jnp.dtype) -> State:
        companies, sources, quarters = len(self.companies), len(self.power_sources), self.horizon
        shared, own = jnp.zeros((1, paths), dtype), jnp.zeros((companies, paths), dtype)
        start = terms.start
        idle = Cargo(start.idle_gw, start.idle_gw, start.idle_chips, start.idle_chips)
        opening_fleet, entries = fleet.opening(companies, paths, quarters, dtype)
        return State(
            cycle=cycle.opening(paths, dtype),
            markup=shared,
            spend_level=own,
            lead=Lead(shared, jnp.zeros((sources, paths), dtype)),
            queue=pipeline.opening(idle, terms.power.mix, self.stages, paths),
            fleet=opening_fleet,
            entries=entries,
            mood=Mood(shared, own, shared),
            ads=shared,
            capital=capital.opening(start, paths, quarters),
            books=accounts.opening(start, paths, quarters),
            market=Market(Demand(own, own), Capacity(own, own, own), own, own),
        )

    def _quarter(
        self, terms: Terms, state: State, t: Array, year: Float[Array, ""], shocks: Shocks
    ) -> tuple[State, Record]:
        moves, past_first_year = t > 0, t >= QUARTERS_PER_YEAR
        now = cycle.move(state.cycle, terms.cycle, shocks, moves)
        markup = price.move_markup(state.markup, terms.price, now.regime, shocks.price, moves)
        prices = price.price(terms.price, markup, year)

        level = spend.grow(
            state.spend_level,
            terms.spend,
            now.regime,
            state.market.shortfall,
            (shocks.spend_common, shocks.spend),
            year,
            past_first_year,
        )
        total_capex = spend.capex(
            terms.spend,
            level,
            state.queue.waiting.gw,
            state.capital.ordered_last_year,
            t,
            past_first_year,
        )
        ai_capex = terms.spend.ai_share * total_capex

        silicon = per_gigawatt(terms.silicon, year)
        ordered_gw = ai_capex / (silicon.chip_cost + silicon.site_cost)
        chips, sites = ordered_gw * silicon.chip_cost, ordered_gw * silicon.site_cost
        ordered = Cargo(ordered_gw, ordered_gw * silicon.compute, chips, chips)

        lead = power.move_lead(state.lead, terms.power, (shocks.power_common, shocks.power))
        idle_before = jnp.sum(state.queue.waiting.gw, axis=0, keepdims=True)
        group_ordered = jnp.sum(ordered_gw, axis=0, keepdims=True)
        lateness = jax.lax.optimization_barrier(
            power.lateness(terms.power, lead, group_ordered, idle_before, year)
        )
        waiting, energised = pipeline.move(
            state.queue, ordered, terms.power.mix, lateness, terms.accounts.book_kept
        )
        late_share, mean_wait = pipeline.late_orders(ordered_gw, terms.power.mix, lateness)

        capacity = fleet.capacity(state.fleet, terms.fleet, prices, terms.opening_price, year)
        joined, entries = fleet.join(
            state.fleet, state.entries, terms.fleet, energised.gw, energised.compute, prices, t
        )
        mood = adoption.move_mood(state.mood, terms.adoption, now, shocks, moves)
        demand = adoption.demand(terms.adoption, mood, now, year)
        wanted = demand.organic + demand.financed
        revenue = jnp.minimum(wanted, capacity.value)
        noncircular = revenue * demand.organic / jnp.where(wanted > 0, wanted, 1.0)
        invested = capital.invest(
            state.capital, terms.start, terms.fleet, chips, sites, energised.chips, ordered_gw, t, year
        )
        gross_before = capital.gross_a_year_before(invested, terms.start, t)
        shortfall = spend.shortfall(terms.spend, noncircular, gross_before)

        policy = self.policy
        capitalised = accounts.chips_capitalised(policy, terms.start, chips, energised, t)
        books, depreciation = accounts.depreciate(
            state.books, terms.accounts, terms.start, capitalised, sites, t
        )
        writedown = accounts.written_down(policy, state.queue.waiting, terms.accounts)
        ads = jnp.where(moves, persist(state.ads, shocks.ads, terms.power.persistence), state.ads)
        core = core_income(terms.exposures, ads, mood.lost, year)
        load = revenue / jnp.where(capacity.value > 0, capacity.value, 1.0)
        books, statement = accounts.close(
            books, terms.accounts, revenue, capacity.live_gw, load, depreciation, writedown, core, ai_capex
        )
        record = Record(
            capex=total_capex,
            ai_capex=ai_capex,
            merchant_capex=ordered_gw * silicon.merchant_cost,
            chips_bought=invested.chips_bought,
            ordered_gw=ordered_gw,
            energised_gw=energised.gw,
            idle_gw=waiting.waiting.gw,
            live_gw=capacity.live_gw,
            idle_value=waiting.waiting.chips,
            idle_charge=accounts.idle_charge(policy, waiting.waiting.chips, writedown, terms.accounts),
            demand=wanted,
            capacity=capacity.value,
            revenue=revenue,
            noncircular_revenue=noncircular,
            core=core,
            statement=statement,
            regime=now.regime,
            financing_broken=now.broken,
            late_share=late_share,
            mean_wait=mean_wait,
        )
        market = Market(demand, capacity, noncircular, shortfall)
        after = State(now, markup, level, lead, waiting, joined, entries, mood, ads, invested, books, market)
        return after, record

    def _terminal_value(self, terms: Terms, last: State, record: Record) -> PerCompany:
        ages = self.horizon - 1 - jnp.arange(self.horizon, dtype=jnp.int32)
        in_use = jnp.sum(jax.vmap(terms.fleet.life.weight)(ages) * last.capital.energised_chips, axis=0)
        year = jnp.asarray((self.horizon - 1) * H, in_use.dtype)
        chips = in_use + terms.start.chips * fleet.survival(terms.fleet, year)
        sites = terms.start.sites + last.capital.sites
        site_years = terms.accounts.site_quarters / QUARTERS_PER_YEAR
        revenue = mid_cycle_revenue(
            last.market.capacity, last.market.demand, last.markup, terms.price.mid_cycle, last.mood.lost
        )
        return terminal_value(
            terms.value,
            terms.accounts,
            revenue,
            record.statement.energy_cost[-1],
            chips / terms.fleet.life_years + sites / site_years,
            last.books.net,
        )


def _group[T: (Record, Opening)](rows: T) -> T:
    return jax.tree.map(lambda x: jnp.sum(x, axis=-2, keepdims=True), rows)


def _missing(settings: Settings) -> list[Fault]:
    needed = {
        "study.horizon_quarters": settings.horizon_quarters,
        "study.pipeline_stages": settings.pipeline_stages,
        "study.depreciation_policy": settings.depreciation_policy,
        "company": settings.companies,
        "power_source": settings.power_sources,
    }
    advice = "Give a model of your own, or extend a shipped study."
    return [
        Fault("", key, "nothing", "a value that the build-out model can use", advice)
        for key, value in needed.items()
        if not value
    ]
