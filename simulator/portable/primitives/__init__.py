"""What each primitive of JAX does to the numbers of one path; importing it fills the table of rules."""

from simulator.portable.primitives import (
    calls,
    elementwise,
    gathering,
    indexing,
    loops,
    reductions,
    shapes,
    sorting,
    while_loops,
)

__all__ = [
    "calls",
    "elementwise",
    "gathering",
    "indexing",
    "loops",
    "reductions",
    "shapes",
    "sorting",
    "while_loops",
]
