"""A run of all paths, quarter by quarter."""

from .accounts import charge_costs
from .fleet import count_capital, use_fleet
from .layout import Array, Inputs, Layout
from .market import meet_demand, move_cycle, set_price
from .metrics import NonFiniteCounts
from .opening import open_books
from .orders import order, spend
from .power import move_queue, time_power


def simulate(x: Inputs, z: Array, u: Array, layout: Layout) -> dict[str, Array]:
    """Metrics of all paths, by name.

    Parameters
    ----------
    x
        Numbers, or arrays [path], by the name of the prior.
    z, u
        Normal and uniform shocks, [quarter, shock, path], in the order of `Layout`.
    layout
        Companies and sources.
    """
    run = open_books(x, layout, z.shape[-1])
    tally = NonFiniteCounts(run)
    for t in range(layout.horizon):
        move_cycle(run, t, u[t])
        set_price(run, t, z[t])
        spend(run, t, z[t])
        order(run, t)
        time_power(run, t, z[t])
        move_queue(run)
        use_fleet(run, t)
        meet_demand(run, t)
        count_capital(run, t)
        charge_costs(run, t)
        tally.add(run, t)
    return tally.metrics(run)
