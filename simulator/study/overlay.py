"""One layer of a study laid over another: what stays of the one below."""

from collections.abc import Mapping
from typing import Any

from simulator.study.document import Document, Piece
from simulator.study.kinds import kinds


def overlay(base: Document, top: Document) -> Document:
    """Return a layer with another one laid over it.

    A prior, a verdict, a source, a dependence group or a pair replaces that of the same name. ``[study]`` and
    the entries of kinds that merge keep the keys that the upper layer does not give, and in lists of tables
    with a name what it does not name.
    """
    # Name and title are not inherited: results would appear under those of a study that they are not of.
    tables = base.tables | {"study": {k: v for k, v in base["study"].items() if k not in ("name", "title")}}
    merging = {kind.name: kind.lists for kind in kinds() if kind.merges}
    replaced = {name: base["priors"][name] for name in top["priors"] if name in base["priors"]}
    return Document(
        tables={
            kind: _merged(pieces, top[kind], merging[kind]) if kind in merging else pieces | top[kind]
            for kind, pieces in tables.items()
        },
        replaced=replaced | base.replaced,
        fixed_from=base.fixed_from | {name: old for name, old in replaced.items() if not _is_number(old)},
        of_another_horizon=_of_another_horizon(base, top),
        unread=base.unread | top.unread,
        readable=base.readable and top.readable,
        faults=base.faults + top.faults,
    )


def _of_another_horizon(base: Document, top: Document) -> frozenset[str]:
    """Return which of order and directions were written for a horizon that another one is laid over."""
    given = {"order", "directions"} if "horizon_quarters" in top["study"] else set[str]()
    return (base.of_another_horizon | given).difference(top["study"])


def _is_number(prior: Piece) -> bool:
    """Whether a prior is written as a number rather than as a distribution."""
    table = prior.value if isinstance(prior.value, Mapping) else {}
    return "value" in table and table.get("family", "fixed") == "fixed"


def _merged(base: dict[str, Piece], top: dict[str, Piece], lists: tuple[str, ...]) -> dict[str, Piece]:
    merged = dict(base)
    for name, piece in top.items():
        below = merged.get(name)
        if below and isinstance(below.value, Mapping) and isinstance(piece.value, Mapping):
            own = {
                key: _laid_over(below.value[key], piece.value[key])
                for key in lists
                if key in below.value and key in piece.value
            }
            piece = Piece(piece.file, piece.key, {**below.value, **piece.value, **own})
        merged[name] = piece
    return merged


def _laid_over(base: Any, top: Any) -> Any:
    """Return named tables with others laid over them: each name in its place, new ones last."""
    if isinstance(base, Mapping) and isinstance(top, Mapping):
        return {**base, **top}
    if not (isinstance(base, list) and isinstance(top, list) and top):
        return top
    rest, laid = list[Any](top), list[Any]()
    for entry in base:
        same = (one for one in rest if _name_in(one) is not None and _name_in(one) == _name_in(entry))
        if (over := next(same, None)) is not None:
            rest.remove(over)
        laid.append(entry if over is None else over)
    return laid + rest


def _name_in(entry: Any) -> str | None:
    """Return the name of a table in a list; None where it has none."""
    name = entry.get("name") if isinstance(entry, Mapping) else None
    return name if isinstance(name, str) else None
