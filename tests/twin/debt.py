"""Section 11: what levered companies owe, what they pay for it, and what they can spend."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from .opening import H

Arrays = dict[str, np.ndarray]

#: Series of the section, by quarter and company; zero for who is not levered.
SERIES = ("net_debt", "company_ebitda", "interest", "operating_cash", "paid_capex", "payout", "equity", "cut")


def borrowers(run: SimpleNamespace) -> dict[int, dict[str, str]]:
    """Return the names of the priors of each company that is levered, by its place."""
    return {
        c: dict(exposure.fields)
        for c, company in enumerate(run.structure.companies)
        for exposure in company.exposures
        if exposure.kind == "levered"
    }


def open_debt(run: SimpleNamespace) -> None:
    """Make room for the histories."""
    shape = (run.structure.horizon, len(run.companies), run.paths)
    for name in SERIES:
        setattr(run, name, np.zeros(shape))


def pay(run: SimpleNamespace, t: int, c: int, wanted: np.ndarray) -> np.ndarray:
    """Return what is spent of what is wanted; after the opening year it needs money."""
    fields = borrowers(run).get(c)
    if fields is None:
        return wanted
    spent, equity = wanted, np.zeros(run.paths)
    if t >= 4:
        room = run.of(fields["debt_limit"]) * 4 * run.company_ebitda[t - 1, c] - run.net_debt[t - 1, c]
        cash = run.operating_cash[t - 1, c] - run.payout[t - 1, c]
        means = np.maximum(0, cash + np.maximum(0, room))
        missing = np.maximum(0, wanted - means)
        equity = run.of(fields["equity_share"]) * missing
        spent = np.minimum(wanted, means) + equity
    run.equity[t, c], run.cut[t, c] = equity, wanted - spent
    return spent


def borrow(run: SimpleNamespace, t: int) -> None:
    """Pay interest, tax, capital spending and shareholders, and borrow the rest."""
    y = t * H
    for c, fields in borrowers(run).items():
        part = {name: run.of(prior) for name, prior in fields.items()}
        before = run.net_debt[t - 1, c] if t else part["net_debt"]
        beside = part["core_ebitda"] * np.exp(part["growth"] * y) / 4
        ebitda = beside + run.core[t, c] + run.revenue[t, c] - run.energy_cost[t, c] - run.opex[t, c]
        years = owed_years(before, ebitda)
        with np.errstate(invalid="ignore"):
            spread = part["spread"] + part["spread_slope"] * np.maximum(0, years - 1)
        spread = np.where(np.isinf(years), part["spread_limit"], np.minimum(spread, part["spread_limit"]))
        rate = part["risk_free"] + np.where(before > 0, spread, 0)
        interest = before * rate / 4
        tax = run.ebit[t, c] - run.nopat[t, c]
        ai = run.revenue[t, c] - run.energy_cost[t, c] - run.opex[t, c] + run.core[t, c] - tax
        cash = part["core_cash"] * beside + ai - interest
        run.company_ebitda[t, c], run.interest[t, c], run.operating_cash[t, c] = ebitda, interest, cash
        run.payout[t, c], run.paid_capex[t, c] = part["payout"] / 4, run.capex[t, c]
        run.net_debt[t, c] = before + run.capex[t, c] + run.payout[t, c] - cash - run.equity[t, c]


def owed_years(net_debt: np.ndarray, ebitda: np.ndarray) -> np.ndarray:
    """Return net debt over a year's EBITDA; infinite where there is none to bear it."""
    bears = ebitda > 0
    years = net_debt / (4 * np.where(bears, ebitda, 1))
    return np.where(bears, years, np.where(net_debt > 0, np.inf, 0))


def hazard_ratio(run: SimpleNamespace, t: int) -> np.ndarray:
    """Return how many times the regime's hazard that of a break in quarter `t` is, of the quarter before."""
    if not borrowers(run):
        return np.ones(run.paths)
    (owed, labs), (owed_0, labs_0) = _covariates(run, t - 1), _covariates(run, 0)
    log = run.of("debt.break_leverage") * np.maximum(0, owed - owed_0)
    return np.exp(log + run.of("debt.break_circularity") * np.maximum(0, labs - labs_0))


def _covariates(run: SimpleNamespace, t: int) -> tuple[np.ndarray, np.ndarray]:
    owed = np.maximum(0, run.net_debt[t]).sum(axis=0)
    leverage = owed_years(owed, run.company_ebitda[t].sum(axis=0))
    with np.errstate(invalid="ignore"):
        share = np.where(np.isinf(leverage), 1, leverage / (1 + leverage))
    return share, 1 - run.noncircular_revenue[t].sum(axis=0) / run.revenue[t].sum(axis=0)


def metrics_of_debt(run: SimpleNamespace) -> Arrays:
    """Return the metrics of every levered company and, if there is one, of these together."""
    metrics: Arrays = {}
    levered = borrowers(run)
    breaches, leases = [], []
    for c, fields in levered.items():
        own = _worst(*(getattr(run, name)[:, c] for name in SERIES))
        breach = (own["peak_leverage"] > run.of(fields["covenant"])).astype(float)
        price = run.of(fields["equity_price"]) * np.exp(-run.of(fields["equity_discount"]))
        own["dilution"] = own["equity_raised"] / price / run.of(f"finance.shares.{run.companies[c]}")
        own |= {"covenant_breach": breach, "lease_commitment": run.of(fields["leases"])}
        breaches.append(breach)
        leases.append(own["lease_commitment"])
        metrics |= {f"{name}.{run.companies[c]}": value for name, value in own.items()}
    if levered:
        places = list(levered)
        whole = _worst(*(getattr(run, name)[:, places].sum(axis=1) for name in SERIES))
        whole |= {"covenant_breach": np.max(breaches, axis=0), "lease_commitment": np.sum(leases, axis=0)}
        metrics |= {f"{name}.group": value for name, value in whole.items()}
    return metrics


def _worst(
    net_debt: np.ndarray,
    ebitda: np.ndarray,
    interest: np.ndarray,
    cash: np.ndarray,
    spent: np.ndarray,
    payout: np.ndarray,
    equity: np.ndarray,
    cut: np.ndarray,
) -> Arrays:
    def cover(means: np.ndarray, need: np.ndarray) -> np.ndarray:
        return np.where(need > 0, means / np.where(need > 0, need, 1), np.inf).min(axis=0)

    return {
        "peak_leverage": owed_years(net_debt, ebitda).max(axis=0),
        "interest_cover": cover(ebitda, interest),
        "cash_cover": cover(cash, spent),
        "cash_burn": (cash < spent).sum(axis=0) / 4,
        "equity_raised": equity.sum(axis=0),
    }
