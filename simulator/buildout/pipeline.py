"""The queue for power: orders that wait in stages until their site is energised.

Four amounts of each order wait together, in the same proportions: gigawatts, compute, chips at cost, and
chips at book.
A late order passes a fixed number of stages. The rate of a stage is implicit,
``phi = 1 / (1 + delay / (stages h))``, so that no wait passes straight through, nothing can drain below
zero, and the mean delay is exactly the one asked for.

Equations: docs/explanation/model.md, 6.4.
"""

from functools import reduce
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


class Draining(NamedTuple):
    """How far a queue has drained to which nothing is added.

    Attributes
    ----------
    leaves
        By stage, share of what waited in it at first that leaves the queue in this quarter  [1]
    book_left
        Share of its book value that obsolescence has left so far  [1]
    book
        Book value that still waits, by company  [USD bn]
    """

    leaves: Stages
    book_left: PerPath
    book: PerCompany


def draining(queue: Queue) -> Draining:
    """The start of `drain`.

    Parameters
    ----------
    queue
        At the end of the last quarter in which something was ordered.
    """
    none = jnp.zeros_like(queue.stays)[None]
    book = queue.waiting.book
    return Draining(
        (*(none for _ in queue.gw[1:]), 1 - queue.stays[None]), jnp.ones_like(queue.stays[:1]), book
    )


def drain(queue: Queue, so_far: Draining, book_left: PerPath) -> tuple[Draining, OrderBatch]:
    """One quarter on when nothing is ordered, at the pace of the quarter before, and what is energised.

    What leaves hangs on the source and the stage in which it waited at first, not on what it is: so shares
    are followed, and not the four amounts of every company.

    Parameters
    ----------
    queue
        As it was when the last order came.
    so_far
        Of the quarters since.
    book_left
        Share of the book value of waiting chips that is left after a quarter of obsolescence.
    """
    stays, passes = queue.stays[None], 1 - queue.stays[None]
    leaves, reached = [], jnp.zeros_like(stays)
    for share in reversed(so_far.leaves):
        reached = share + passes * reached
        leaves.append(stays * reached)
    leaves, left = materialise((tuple(reversed(leaves)), so_far.book_left * book_left))

    def leaving(stocks: Stages) -> PerCompany:
        by_stage = (share * stock for share, stock in zip(leaves, stocks, strict=True))
        return total(reduce(jnp.add, by_stage), 1)[:, 0]

    out = OrderBatch(
        leaving(queue.gw), leaving(queue.compute), leaving(queue.chips), left * leaving(queue.book)
    )
    book = jnp.maximum(so_far.book * book_left - out.book, 0.0)
    return Draining(leaves, left, book), out


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
