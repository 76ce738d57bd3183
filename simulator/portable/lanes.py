"""Operations that vectors do not have: done path by path, with XLA's answers where a processor has none."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from simulator.portable.wasm import (
    AND,
    DIV_S,
    DIV_U,
    EQ,
    EQZ,
    LESS,
    REM_S,
    REM_U,
    SELECT,
    SHIFT_LEFT,
    SHR_S,
    SHR_U,
    Code,
    local_get,
    local_set,
    number,
    vector,
)

_EXTRACT, _REPLACE = 0x1B, 0x1C
_A, _B, _X, _Y = 0, 1, 2, 3


def by_lane(name: str, kind: str) -> str:
    """Return the name of a function in `LANE_BY_LANE`."""
    return f"{name} {kind}"


def _each(of_one: bytes) -> Code:
    """Return a function of two vectors by what is done to one number of each, X and Y, on the stack."""
    code = bytearray()
    for lane in range(4):
        for given, local in ((_A, _X), (_B, _Y)):
            code += local_get(given) + vector(_EXTRACT) + bytes([lane]) + local_set(local)
        code += local_get(_A) + of_one + vector(_REPLACE) + bytes([lane]) + local_set(_A)
    code += local_get(_A)
    # Its vectors are numbered first, being parameters; X and Y follow.
    return Code(0, 2, True, 2, 0, bytes(code))


def _guarded(operation: bytes, by_zero: bytes, signed: bool) -> bytes:
    """Return a division: by 0 as XLA has it, and the least number by -1 as itself, with nothing left over."""
    x, y = local_get(_X), local_get(_Y)
    zero = y + EQZ
    divisor = number(1) + y + zero + SELECT
    if signed:
        overflows = x + number(-(2**31)) + EQ + y + number(-1) + EQ + AND
        divisor = number(1) + divisor + overflows + SELECT
    return by_zero + x + divisor + operation + zero + SELECT


def _shifted(operation: bytes, beyond: bytes) -> bytes:
    """Return a shift, and what is left of a number by one of 32 places or more."""
    x, y = local_get(_X), local_get(_Y)
    return x + y + operation + beyond + y + number(32) + LESS + SELECT


_ONES, _NONE, _SAME = number(-1), number(0), local_get(_X)
_OF_ONE: Mapping[tuple[str, str], Callable[[], bytes]] = {
    ("div", "i"): lambda: _guarded(DIV_S, _ONES, signed=True),
    ("div", "u"): lambda: _guarded(DIV_U, _ONES, signed=False),
    # The least number by 1 leaves nothing, as by -1.
    ("rem", "i"): lambda: _guarded(REM_S, _SAME, signed=True),
    ("rem", "u"): lambda: _guarded(REM_U, _SAME, signed=False),
    ("shift_left", "i"): lambda: _shifted(SHIFT_LEFT, _NONE),
    ("shift_left", "u"): lambda: _shifted(SHIFT_LEFT, _NONE),
    ("shift_right", "i"): lambda: _shifted(SHR_S, _SAME + number(31) + SHR_S),
    ("shift_right", "u"): lambda: _shifted(SHR_U, _NONE),
}

#: Functions of two vectors, by `by_lane`.
LANE_BY_LANE: Mapping[str, Code] = {by_lane(*key): _each(make()) for key, make in _OF_ONE.items()}
