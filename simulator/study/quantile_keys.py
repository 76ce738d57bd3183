"""How a quantile's probability is written: ``p10`` is 0.1, ``p97.5`` is 0.975, exact both ways."""

import re
from decimal import Decimal
from typing import Any

#: A per cent in digits, and nothing else that a computer reads as a number.
_KEY = re.compile(r"p([0-9]+(?:\.[0-9]+)?)")


def probability_of(key: Any) -> float | None:
    """Return the probability that a key names, as text or as the number itself; None if it names none."""
    if not isinstance(key, str):
        return float(key) if isinstance(key, int | float) and 0 < key < 1 else None
    named = _KEY.fullmatch(key)
    probability = float(Decimal(named[1]) / 100) if named else 0.0
    return probability if 0 < probability < 1 else None


def key_of(probability: float) -> str:
    """Return the key that names a probability."""
    percent = Decimal(repr(probability)) * 100
    return f"p{percent.normalize():f}"
