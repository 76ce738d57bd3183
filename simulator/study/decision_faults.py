"""Whether actions of decisions set what there is."""

from collections.abc import Iterator, Mapping

from simulator.errors import Fault, text_of
from simulator.study.document import Document
from simulator.study.patterns import DESCRIPTIONS, NAME_PART
from simulator.study.structure_faults import NAME, set_faults


def decision_faults(document: Document) -> Iterator[Fault]:
    """Give every fault of decisions between them and the rest of a study."""
    for name, piece in document["decision"].items():
        yield from _misnamed(piece.file, piece.key, name)
        actions = piece.value.get("action") if isinstance(piece.value, Mapping) else None
        for own, action in actions.items() if isinstance(actions, Mapping) else ():
            yield from _misnamed(piece.file, f"{piece.key}.action", own)
            values = action.get("set") if isinstance(action, Mapping) else None
            if isinstance(values, Mapping):
                yield from set_faults(document, piece, f"action.{own}.set", values)


def _misnamed(file: str, key: str, name: str) -> Iterator[Fault]:
    if not NAME.fullmatch(name):
        yield Fault(file, key, f"the name {text_of(name)}", DESCRIPTIONS[NAME_PART])
