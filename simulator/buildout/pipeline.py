"""The queue for power: orders that wait in stages until their site is energised.

Four amounts of each order wait together, in the same proportions: gigawatts, compute, chips at cost, and
chips at book.
A late order passes a fixed number of stages. The rate of a stage is implicit,
``phi = 1 / (1 + delay / (stages h))``, so that no wait passes straight through, nothing can drain below
zero, and the mean delay is exactly the one asked for.

Equations: docs/explanation/model.md, 6.4.
"""

from typing import NamedTuple

import jax.numpy as jnp

from simulator.buildout.arrays import H, PerCompany, PerPath, PerQueue, PerSource, materialise, total
from simulator.buildout.power import Lateness

type Stages = tuple[PerQueue, ...]


class OrderBatch(NamedTuple):
    """What is ordered, waits or is energised in a quarter.

    Attributes
    ----------
    gw
        [GW]
    compute
        [opening GW]
    chips, book
        Chips at cost and at book value  [USD bn]
    """

    gw: PerCompany
    compute: PerCompany
    chips: PerCompany
    book: PerCompany


class Queue(NamedTuple):
    """Stocks after this quarter's inflow, what stays of each, and the totals that wait.

    Attributes
    ----------
    gw, compute, chips, book
        What waits, by stage, company and source, in the units of `OrderBatch`.
    stays
        Share of a stage's stock that did not leave it this quarter, 0 to 1  [1]
    waiting
        All that waits, by company.
    """

    gw: Stages
    compute: Stages
    chips: Stages
    book: Stages
    stays: PerSource
    waiting: OrderBatch


def opening(idle: OrderBatch, mix: PerQueue, stages: int, paths: int) -> Queue:
    """The opening stock of idle chips, all in the first stage, spread over sources by the order mix.

    Parameters
    ----------
    idle
        What waits at the start.
    mix
        Share of each company's orders by source; sums to one over sources  [1]
    stages
        Of the queue, 1 or more.
    paths
        Number of paths.
    """
    companies, sources, _ = mix.shape
    dtype = idle.gw.dtype

    def stocks(amount: PerCompany) -> Stages:
        first = jnp.broadcast_to(amount[:, None] * mix, (companies, sources, paths))
        return (first, *(jnp.zeros_like(first) for _ in range(stages - 1)))

    waiting = OrderBatch(*(jnp.broadcast_to(amount, (companies, paths)) for amount in idle))
    return Queue(
        *(stocks(amount) for amount in idle), stays=jnp.ones((sources, paths), dtype), waiting=waiting
    )


def move(
    queue: Queue, ordered: OrderBatch, mix: PerQueue, lateness: Lateness, book_left: PerPath
) -> tuple[Queue, OrderBatch]:
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
    book_left
        Share of the book value of waiting chips that is left after a quarter of obsolescence.
    """
    stages = len(queue.gw)
    passes = _passes(lateness, stages)
    passes, late_share, stays_booked = materialise(
        (passes, mix * lateness.late_share[None], queue.stays * book_left)
    )
    late = total(late_share, 1)[:, 0]

    def late_of(amount: PerCompany) -> PerQueue:
        return amount[:, None] * late_share

    gw, gw_out = _cascade(queue.gw, late_of(ordered.gw), queue.stays, passes)
    compute, compute_out = _cascade(queue.compute, late_of(ordered.compute), queue.stays, passes)
    chips, chips_out = _cascade(queue.chips, late_of(ordered.chips), queue.stays, passes)
    book, book_out = _cascade(queue.book, late_of(ordered.book), stays_booked, passes)

    late, out = materialise((late, OrderBatch(gw_out, compute_out, chips_out, book_out)))
    left = queue.waiting._replace(book=queue.waiting.book * book_left)
    waiting = OrderBatch(
        *(jnp.maximum(w + o * late - e, 0.0) for w, o, e in zip(left, ordered, out, strict=True))
    )
    energised = OrderBatch(*(o - o * late + e for o, e in zip(ordered, out, strict=True)))
    waiting, energised = materialise((waiting, energised))
    return Queue(gw, compute, chips, book, 1 - passes, waiting), energised


def drain(queue: Queue, book_left: PerPath) -> tuple[Queue, OrderBatch]:
    """The queue one quarter on when nothing is ordered, at the pace of the quarter before.

    Parameters
    ----------
    queue
        The queue after the quarter before.
    book_left
        Share of the book value of waiting chips that is left after a quarter of obsolescence.
    """
    none, passes = jnp.zeros_like(queue.gw[0]), 1 - queue.stays
    gw, gw_out = _cascade(queue.gw, none, queue.stays, passes)
    compute, compute_out = _cascade(queue.compute, none, queue.stays, passes)
    chips, chips_out = _cascade(queue.chips, none, queue.stays, passes)
    book, book_out = _cascade(queue.book, none, book_left * queue.stays, passes)
    out = OrderBatch(gw_out, compute_out, chips_out, book_out)
    left = queue.waiting._replace(book=queue.waiting.book * book_left)
    waiting = OrderBatch(*(jnp.maximum(w - e, 0.0) for w, e in zip(left, out, strict=True)))
    return materialise((Queue(gw, compute, chips, book, queue.stays, waiting), out))


def _cascade(
    stocks: Stages, flow: PerQueue, stays: PerSource, passes: PerSource
) -> tuple[Stages, PerCompany]:
    """Each stage after what flows into it, and what leaves the last."""
    after = []
    for stock in stocks:
        stock = materialise(stays[None] * stock + flow)
        flow = passes[None] * stock
        after.append(stock)
    return tuple(after), total(flow, 1)[:, 0]


def _passes(lateness: Lateness, stages: int) -> PerSource:
    """Part of a stage's stock that leaves it in a quarter; the delay is the wait over the late share."""
    in_stages = lateness.late_share * (stages * H)
    some = in_stages > 0
    return jnp.where(some, in_stages / jnp.where(some, in_stages + lateness.mean_wait, 1.0), 1.0)


def late_orders(ordered: PerCompany, mix: PerQueue, lateness: Lateness) -> tuple[PerPath, PerPath]:
    """Share of the GW ordered by all companies that is late, and its mean wait in years.

    Parameters
    ----------
    ordered
        Of this quarter  [GW]
    mix
        Share of each company's orders by source  [1]
    lateness
        Of this quarter's orders.

    Returns
    -------
    tuple
        Share, 0 to 1  [1], and mean wait of those that are late  [yr]; 0 where none is.
    """
    by_source = total(ordered[:, None] * mix, 0)[0]
    late = total(by_source * lateness.late_share, 0)
    wait = total(by_source * lateness.mean_wait, 0)
    ordered_by_all = total(by_source, 0)
    return late / jnp.where(ordered_by_all > 0, ordered_by_all, 1.0), wait / jnp.where(late > 0, late, 1.0)
