"""HTML and SVG made of elements, so that no text can become markup: every string placed is escaped."""

import html
from collections.abc import Iterable, Iterator

#: Elements without content or end tag.
VOID = frozenset({"meta", "wbr"})

#: Elements whose content HTML does not unescape. Only texts of this package may stand in them.
RAW = frozenset({"script", "style"})

type Child = "str | Element | None"
type Attribute = str | int | float | bool | None


class Element:
    """One element with its attributes and children.

    Parameters
    ----------
    tag
        Name of the element.
    children
        Texts, elements, or None, which is left out.
    attributes
        By name: an underscore at the end is dropped and others become hyphens. True gives the bare attribute;
        False and None leave it out.
    """

    __slots__ = ("attributes", "children", "tag")

    def __init__(self, tag: str, *children: Child, **attributes: Attribute) -> None:
        self.tag = tag
        self.children = tuple(child for child in children if child is not None)
        self.attributes = {
            name.removesuffix("_").replace("_", "-"): value
            for name, value in attributes.items()
            if value is not None and value is not False
        }

    def __str__(self) -> str:
        return "".join(self._parts())

    def _parts(self) -> Iterator[str]:
        yield f"<{self.tag}"
        for name, value in self.attributes.items():
            yield f" {name}" if value is True else f' {name}="{html.escape(str(value))}"'
        yield ">"
        if self.tag in VOID:
            return
        for child in self.children:
            if isinstance(child, Element):
                yield from child._parts()
            else:
                yield child if self.tag in RAW else html.escape(child, quote=False)
        yield f"</{self.tag}>"


def el(tag: str, *children: Child | Iterable[Child], **attributes: Attribute) -> Element:
    """Return an element; a child may be a sequence of children."""
    flat: list[Child] = []
    for child in children:
        if child is None or isinstance(child, str | Element):
            flat.append(child)
        else:
            flat.extend(child)
    return Element(tag, *flat, **attributes)
