"""How long chips wait for power, and the queue in which they do."""

from types import SimpleNamespace

import numpy as np

from .layout import Array, H


def time_power(run: SimpleNamespace, t: int, z: Array) -> None:
    """Set by source which share is late and what of a stage of the queue passes on in the quarter."""
    _persist(run, t, z)
    late, wait = _lateness(run, _lead(run, t))
    with np.errstate(divide="ignore", invalid="ignore"):
        delay = wait / late
    np.copyto(delay, 0, where=late <= 0)
    delay *= np.float32(1 / (run.S * H))
    delay += 1
    run.late, run.passes = late, np.divide(1, delay, out=delay)


def _persist(run: SimpleNamespace, t: int, z: Array) -> None:
    """Move all autoregressions; those of demand and advertising stand still in the first quarter."""
    np.multiply(run.ar, run.keep, out=run.ar)
    np.multiply(z[2 + run.C :], run.fresh_ar, out=run.ar_step)
    if t:
        run.ar += run.ar_step
    else:
        run.power_ar += run.ar_step[run.C + 2 :]
    run.spread_after = run.spread * run.keep**2 + run.fresh_ar**2


def _lead(run: SimpleNamespace, t: int) -> Array:
    """Logs of the median times to power, by source."""
    if t:
        run.hookup = run.hookup * run.hookup_step
    crowd = run.inflow[0].sum(axis=0)
    crowd *= 4
    crowd += run.idle_before
    crowd /= run.hookup
    np.maximum(crowd, 1, out=crowd)
    np.log(crowd, out=crowd)
    crowd *= run.x["power.congestion"]
    lead = run.power_ar[1:] * run.own_lead
    lead += run.common_lead * run.power_ar[0]
    lead += run.log_lead
    lead -= run.half_lead * run.spread_after
    np.maximum(lead, run.log_equipment, out=lead)
    lead += crowd
    return np.maximum(lead, run.log_shell, out=lead)


def _lateness(run: SimpleNamespace, lead: Array) -> tuple[Array, Array]:
    """Share of orders that are late, and the wait of all in years."""
    both = run.both
    np.subtract(lead, run.log_plan, out=both[0])
    both[0] *= run.per_sigma
    np.add(both[0], run.sigma, out=both[1])
    both *= np.float32(0.5**0.5)
    late, wait = (erf(both) + 1) * np.float32(0.5)
    np.exp(lead, out=lead)
    lead *= run.heavier
    wait *= lead
    wait -= run.plan * late
    np.maximum(wait, 0, out=wait)
    wait += run.reroute
    late += run.cancelled * (1 - late)
    return late, wait


def move_queue(run: SimpleNamespace) -> None:
    """Move four cargoes through the stages of all sources.

    Stocks are kept after inflow, so that a stage is one multiplication and one addition.
    """
    waiting, energised, flow = run.waiting, run.energised, run.flow
    run.writedown = waiting[3] * (1 - run.book_kept)
    waiting[3] *= run.book_kept
    share_late = run.late * run.mix
    np.multiply(run.inflow[:, :, None], share_late, out=flow)
    stays_book = run.stays * run.book_kept
    for stock in run.queue:
        stock[:3] *= run.stays
        stock[3] *= stays_book
        stock += flow
        np.multiply(stock, run.passes, out=flow)
    np.subtract(1, run.passes, out=run.stays)
    out = flow.sum(axis=2)
    np.multiply(run.inflow, share_late.sum(axis=1), out=run.late_flow)
    np.subtract(run.inflow, run.late_flow, out=energised)
    energised += out
    waiting += run.late_flow
    waiting -= out
    np.maximum(waiting, 0, out=waiting)
    run.idle_before = waiting[0].sum(axis=0)


def erf(x: Array) -> Array:
    """Error function to 2e-7 (Abramowitz and Stegun 7.1.26): four times as fast as SciPy's."""
    size = np.abs(x)
    t = 1 / (1 + np.float32(0.3275911) * size)
    value = t * np.float32(1.061405429)
    for coefficient in (-1.453152027, 1.421413741, -0.284496736, 0.254829592):
        value += np.float32(coefficient)
        value *= t
    np.square(size, out=size)
    np.negative(size, out=size)
    np.exp(size, out=size)
    value *= size
    np.subtract(1, value, out=value)
    return np.copysign(value, x, out=value)
