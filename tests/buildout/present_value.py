"""Worth of one gigawatt, integrated adaptively between the kinks of its cash flow."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import numpy as np
from scipy.integrate import quad


def worth(v: Mapping[str, float]) -> float:
    """Present value in USD bn of the fields of a Gigawatt, each one number."""

    def cash(year: float) -> float:
        spot = np.exp(-v["decline"] * year + v["markup"] * (1 - np.exp(-v["speed"] * year)))
        locked = v["locked"] if year < v["term"] else 0.0
        margin = v["rent"] * (locked + (1 - locked) * spot) * (1 - v["opex"]) - v["energy"]
        runs, owned = year < v["life"], year < min(v["life"], v["building_life"])
        book = (year < v["server_life"]) * v["chips"] / v["server_life"]
        book += owned * v["sites"] / v["building_life"]
        return (runs * margin * (1 - v["tax"]) + v["tax"] * book) * np.exp(-v["discount"] * year)

    kinks = sorted({v["term"], v["life"], v["server_life"], v["building_life"]})
    flow = sum(quad(cash, start, end - 1e-12)[0] for start, end in pairwise([0.0, *kinks]))
    left = v["sites"] * max(0.0, 1 - v["life"] / v["building_life"])
    return flow + left * np.exp(-v["discount"] * v["life"])
