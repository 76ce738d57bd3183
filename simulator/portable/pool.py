"""The constants of a program in memory."""

from __future__ import annotations

import numpy as np

from simulator.portable.layout import ROW
from simulator.portable.program import Node, Program, Region

#: Where memory begins: address 0 is nothing's.
FIRST = ROW


def words(values: np.ndarray) -> bytes:
    """Return numbers as words of 32 bits, a truth as all bits or none."""
    whole = -values.astype(np.int32) if values.dtype == np.bool_ else values
    return np.ascontiguousarray(whole).astype(whole.dtype.newbyteorder("<")).tobytes()


class Pool:
    """The constants of a program, each once, as a row: one instruction reads it."""

    def __init__(self, program: Program) -> None:
        self._places: dict[bytes, int] = {}
        self.content = b""
        regions = [program.once, program.path, *(one.region for one in program.functions.values())]
        for region in regions:
            self._collect(region)
        self.content = b"".join(word * 4 for word in self._places)
        self.end = FIRST + len(self.content)

    def _collect(self, region: Region) -> None:
        for node in region.operations:
            if node.name == "constant":
                self._places.setdefault(words(np.asarray(node.detail)), len(self._places))
            elif node.name == "loop":
                for inner in node.detail.regions:
                    self._collect(inner)

    def address(self, node: Node) -> int:
        """Return where a constant stands."""
        return FIRST + ROW * self._places[words(np.asarray(node.detail))]
