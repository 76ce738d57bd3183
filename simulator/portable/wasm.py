"""The binary format of WebAssembly, as far as a kernel needs it [1]_.

References
----------
.. [1] WebAssembly Core Specification, version 2.0, chapter 5, W3C, 2022: modules, instructions, vectors.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

#: Types of values.
I32, V128 = 0x7F, 0x7B
#: Bytes of a page of memory.
PAGE = 65536


def unsigned(value: int) -> bytes:
    """Return a number from 0 up in seven bits a byte, the least first."""
    found = bytearray()
    while True:
        value, low = value >> 7, value & 0x7F
        found.append(low | 0x80 if value else low)
        if not value:
            return bytes(found)


def signed(value: int) -> bytes:
    """Return a whole number in seven bits a byte, the least first; the last one has its sign."""
    found = bytearray()
    while True:
        value, low = value >> 7, value & 0x7F
        done = (value == 0 and not low & 0x40) or (value == -1 and low & 0x40)
        found.append(low if done else low | 0x80)
        if done:
            return bytes(found)


def vector(code: int) -> bytes:
    """Return an instruction on vectors of four numbers."""
    return b"\xfd" + unsigned(code)


def local_get(place: int) -> bytes:
    """Return the instruction that takes a local."""
    return b"\x20" + unsigned(place)


def local_set(place: int) -> bytes:
    """Return the instruction that sets a local."""
    return b"\x21" + unsigned(place)


def local_tee(place: int) -> bytes:
    """Return the instruction that sets a local and leaves its value."""
    return b"\x22" + unsigned(place)


def number(value: int) -> bytes:
    """Return the instruction that makes a whole number of 32 bits."""
    return b"\x41" + signed(value)


def call(place: int) -> bytes:
    """Return the instruction that calls a function."""
    return b"\x10" + unsigned(place)


def access(code: int, align: int, offset: int) -> bytes:
    """Return an instruction that reads or writes a vector, at an address and a fixed number of bytes on."""
    return vector(code) + unsigned(align) + unsigned(offset)


#: Instructions without operands of their own.
LOOP, END, BRANCH, BRANCH_IF, IF = b"\x03\x40", b"\x0b", b"\x0c", b"\x0d", b"\x04\x40"
ADD, MUL, SHIFT_LEFT, LESS = b"\x6a", b"\x6c", b"\x74", b"\x49"
DIV_S, DIV_U, REM_S, REM_U, SHR_S, SHR_U, EQZ, SELECT, EQ, AND = (
    b"\x6d", b"\x6e", b"\x6f", b"\x70", b"\x75", b"\x76", b"\x45", b"\x1b", b"\x46", b"\x71",
)  # fmt: skip
MEMORY_FILL = b"\xfc\x0b\x00"


@dataclass(slots=True)
class Code:
    """A function: what numbers and vectors it takes, whether it returns a vector, its locals, its body."""

    numbers: int
    vectors: int
    returns: bool
    more_numbers: int
    more_vectors: int
    body: bytes


@dataclass(slots=True)
class Module:
    """A module with one memory, exported as `memory`."""

    memory_bytes: int
    functions: list[Code] = field(default_factory=list[Code])
    exports: dict[str, int] = field(default_factory=dict[str, int])
    data: list[tuple[int, bytes]] = field(default_factory=list[tuple[int, bytes]])

    def binary(self) -> bytes:
        """Return it in the binary format."""
        types = list(dict.fromkeys((one.numbers, one.vectors, one.returns) for one in self.functions))
        of_type = [types.index((one.numbers, one.vectors, one.returns)) for one in self.functions]
        pages = -(-self.memory_bytes // PAGE)
        exports = [_name("memory") + b"\x02\x00"]
        exports += [_name(name) + b"\x00" + unsigned(place) for name, place in self.exports.items()]
        segments = [b"\x00" + number(at) + END + _sized(content) for at, content in self.data]
        sections = [
            (1, _list([_type(*one) for one in types])),
            (3, _list([unsigned(one) for one in of_type])),
            (5, _list([b"\x01" + unsigned(pages) + unsigned(pages)])),
            (7, _list(exports)),
            (10, _list([_sized(_code(one)) for one in self.functions])),
            (11, _list(segments)),
        ]
        whole = b"".join(bytes([number_]) + _sized(content) for number_, content in sections)
        return b"\x00asm\x01\x00\x00\x00" + whole


def _sized(content: bytes) -> bytes:
    return unsigned(len(content)) + content


def _list(items: Sequence[bytes]) -> bytes:
    return unsigned(len(items)) + b"".join(items)


def _name(text: str) -> bytes:
    return _sized(text.encode())


def _type(numbers: int, vectors: int, returns: bool) -> bytes:
    given = bytes([I32] * numbers + [V128] * vectors)
    return b"\x60" + _sized(given) + _sized(bytes([V128] if returns else []))


def _code(one: Code) -> bytes:
    groups = [(one.more_numbers, I32), (one.more_vectors, V128)]
    declared = _list([unsigned(count) + bytes([of]) for count, of in groups if count])
    return declared + one.body + END
