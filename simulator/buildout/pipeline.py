"""The queue for power: cargoes that wait in stages until a site is energised (MODEL.md, section 5).

Four cargoes wait together, in the same proportions: gigawatts, compute, chips at cost, and chips at book.
A late order passes a fixed number of stages. The rate of a stage is implicit,
``phi = 1 / (1 + delay / (stages h))``, so that no wait passes straight through, nothing can drain below
zero, and the mean delay is exactly the one asked for.
"""

from typing import NamedTuple

import jax.numpy as jnp

from simulator.buildout.arrays import H, PerCompany, PerPath, PerQueue, PerSource, settled, total
from simulator.buildout.power import Lateness

type Stages = tuple[PerQueue, ...]


class Cargo(NamedTuple):
    """What is ordered, waits or is energised in a quarter."""

    gw: PerCompany
    compute: PerCompany
    chips: PerCompany
    book: PerCompany


class Queue(NamedTuple):
    """Stocks after this quarter's inflow, what stays of each, and the totals that wait."""

    gw: Stages
    compute: Stages
    chips: Stages
    book: Stages
    stays: PerSource
    waiting: Cargo


def opening(idle: Cargo, mix: PerQueue, stages: int, paths: int) -> Queue:
    """The opening stock of idle chips, all in the first stage, spread over sources by the order mix."""
    companies, sources, _ = mix.shape
    dtype = idle.gw.dtype

    def stocks(cargo: PerCompany) -> Stages:
        first = jnp.broadcast_to(cargo[:, None] * mix, (companies, sources, paths))
        return (first, *(jnp.zeros_like(first) for _ in range(stages - 1)))

    waiting = Cargo(*(jnp.broadcast_to(cargo, (companies, paths)) for cargo in idle))
    return Queue(*(stocks(cargo) for cargo in idle), stays=jnp.ones((sources, paths), dtype), waiting=waiting)


def move(
    queue: Queue, ordered: Cargo, mix: PerQueue, lateness: Lateness, book_kept: PerPath
) -> tuple[Queue, Cargo]:
    """The queue one quarter on, and what is energised.

    Parameters
    ----------
    queue
        The queue after the quarter before.
    ordered
        Orders of this quarter, chips at hand.
    mix
        Share of each company's orders by source.
    lateness
        How late each source is for these orders.
    book_kept
        Share of the book value of waiting chips that is left after a quarter of obsolescence.
    """
    stages = len(queue.gw)
    passes = _passes(lateness, stages)
    passes, late_share, stays_booked = settled(
        (passes, mix * lateness.late_share[None], queue.stays * book_kept)
    )
    late = total(late_share, 1)[:, 0]

    def cascade(stocks: Stages, inflow: PerCompany, kept: PerSource) -> tuple[Stages, PerCompany]:
        flow = inflow[:, None] * late_share
        after = []
        for stock in stocks:
            stock = settled(kept[None] * stock + flow)
            flow = passes[None] * stock
            after.append(stock)
        return tuple(after), total(flow, 1)[:, 0]

    gw, gw_out = cascade(queue.gw, ordered.gw, queue.stays)
    compute, compute_out = cascade(queue.compute, ordered.compute, queue.stays)
    chips, chips_out = cascade(queue.chips, ordered.chips, queue.stays)
    book, book_out = cascade(queue.book, ordered.book, stays_booked)

    late, out = settled((late, Cargo(gw_out, compute_out, chips_out, book_out)))
    kept = queue.waiting._replace(book=queue.waiting.book * book_kept)
    waiting = Cargo(*(jnp.maximum(k + o * late - e, 0.0) for k, o, e in zip(kept, ordered, out, strict=True)))
    energised = Cargo(*(o - o * late + e for o, e in zip(ordered, out, strict=True)))
    waiting, energised = settled((waiting, energised))
    return Queue(gw, compute, chips, book, 1 - passes, waiting), energised


def _passes(lateness: Lateness, stages: int) -> PerSource:
    """Part of a stage's stock that leaves it in a quarter; the delay is the wait over the late share."""
    in_stages = lateness.late_share * (stages * H)
    some = in_stages > 0
    return jnp.where(some, in_stages / jnp.where(some, in_stages + lateness.mean_wait, 1.0), 1.0)


def late_orders(ordered: PerCompany, mix: PerQueue, lateness: Lateness) -> tuple[PerPath, PerPath]:
    """Share of the GW ordered by all companies that is late, and its mean wait in years."""
    by_source = total(ordered[:, None] * mix, 0)[0]
    late = total(by_source * lateness.late_share, 0)
    wait = total(by_source * lateness.mean_wait, 0)
    ordered_by_all = total(by_source, 0)
    return late / jnp.where(ordered_by_all > 0, ordered_by_all, 1.0), wait / jnp.where(late > 0, late, 1.0)
