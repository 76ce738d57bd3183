"""Vector instructions of WebAssembly by what they do [1]_.

References
----------
.. [1] WebAssembly Core Specification, version 2.0, 5.4.8: vector instructions, W3C, 2022.
"""

from __future__ import annotations

from collections.abc import Mapping

#: Vector instructions by operation and kind of the arguments.
VECTOR: Mapping[tuple[str, str], int] = {
    ("add", "f"): 0xE4, ("sub", "f"): 0xE5, ("mul", "f"): 0xE6, ("div", "f"): 0xE7,
    ("min", "f"): 0xE8, ("max", "f"): 0xE9, ("abs", "f"): 0xE0, ("neg", "f"): 0xE1, ("sqrt", "f"): 0xE3,
    ("ceil", "f"): 0x67, ("floor", "f"): 0x68, ("nearest", "f"): 0x6A,
    ("eq", "f"): 0x41, ("ne", "f"): 0x42, ("lt", "f"): 0x43, ("gt", "f"): 0x44,
    ("le", "f"): 0x45, ("ge", "f"): 0x46,
    ("add", "i"): 0xAE, ("sub", "i"): 0xB1, ("mul", "i"): 0xB5, ("neg", "i"): 0xA1, ("abs", "i"): 0xA0,
    ("min", "i"): 0xB6, ("max", "i"): 0xB8,
    ("eq", "i"): 0x37, ("ne", "i"): 0x38, ("lt", "i"): 0x39, ("gt", "i"): 0x3B,
    ("le", "i"): 0x3D, ("ge", "i"): 0x3F,
    ("add", "u"): 0xAE, ("sub", "u"): 0xB1, ("mul", "u"): 0xB5, ("neg", "u"): 0xA1,
    ("min", "u"): 0xB7, ("max", "u"): 0xB9,
    ("eq", "u"): 0x37, ("ne", "u"): 0x38, ("lt", "u"): 0x3A, ("gt", "u"): 0x3C,
    ("le", "u"): 0x3E, ("ge", "u"): 0x40,
    # A truth is all bits or none.
    ("min", "b"): 0x4E, ("max", "b"): 0x50,
    ("eq", "b"): 0x37, ("ne", "b"): 0x51, ("lt", "b"): 0x3A, ("gt", "b"): 0x3C,
    ("le", "b"): 0x3E, ("ge", "b"): 0x40,
    **{(name, kind): code
       for name, code in {"and": 0x4E, "or": 0x50, "xor": 0x51, "not": 0x4D}.items() for kind in "iub"},
}  # fmt: skip
#: Conversions by the kinds from and to.
CONVERT = {"if": 0xFA, "uf": 0xFB, "fi": 0xF8, "fu": 0xF9}
#: Reading and writing a row, one number for all four, one number alone; and other instructions.
LOAD, LOAD_SPLAT, LOAD_ZERO, STORE, LOAD_LANE, STORE_LANE = 0x00, 0x09, 0x5C, 0x0B, 0x56, 0x5A
SELECT, ANY_TRUE, SPLAT, EXTRACT, SHIFT_LEFT = 0x52, 0x53, 0x11, 0x1B, 0xAB
#: Shifts by operation and kind.
SHIFT = {
    ("shift_left", "i"): 0xAB,
    ("shift_left", "u"): 0xAB,
    ("shift_right", "i"): 0xAC,
    ("shift_right", "u"): 0xAD,
}
#: The smaller and the larger of two, with what is not a number kept of the first alone.
PSEUDO = {"min": 0xEA, "max": 0xEB}
