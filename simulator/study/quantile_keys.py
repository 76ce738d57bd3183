"""How a quantile's probability is written: ``p10`` is 0.1, ``p97.5`` is 0.975, exact both ways."""

from decimal import Decimal, InvalidOperation
from typing import Any


def probability_of(key: Any) -> float | None:
    """Return the probability that a key names, as text or as the number itself; None if it names none."""
    if not isinstance(key, str):
        return float(key) if isinstance(key, int | float) and 0 < key < 1 else None
    try:
        percent = Decimal(key.removeprefix("p"))
    except InvalidOperation:
        return None
    named = key.startswith("p") and percent.is_finite() and 0 < percent < 100
    return float(percent / 100) if named else None


def key_of(probability: float) -> str:
    """Return the key that names a probability."""
    percent = Decimal(repr(probability)) * 100
    return f"p{percent.normalize():f}"
