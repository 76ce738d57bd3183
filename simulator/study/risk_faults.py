"""Whether risks and surprises name what there is: priors of one number, settings, companies."""

from collections.abc import Iterator, Mapping
from typing import Any

from simulator.errors import Fault, did_you_mean, text_of
from simulator.study.document import Document, Piece, domain_of
from simulator.study.domain import choices
from simulator.study.reading import Parts
from simulator.study.risks import case_name


def risk_faults(document: Document, parts: Parts) -> Iterator[Fault]:
    """Give every name in a risk or a surprise that stands for nothing, as written."""
    for piece in document["risk"].values():
        for index, name in enumerate(_list(_get(piece.value, "companies"))):
            yield from _entity(document, piece, f"{piece.key}.companies[{index}]", name)
        for index, case in enumerate(_list(_get(piece.value, "case"))):
            values = _get(case, "set")
            for name, value in values.items() if isinstance(values, Mapping) else ():
                if not isinstance(value, Mapping):  # names without quotes, which the schema refuses
                    yield from _belief(document, parts, piece, f"{piece.key}.case[{index}].set.{name}", name)
    for piece in document["surprise"].values():
        for index, name in enumerate(_list(_get(piece.value, "priors"))):
            if isinstance(name, str) and name not in document["priors"] and name not in document.unread:
                advice = did_you_mean(name, document["priors"])
                key = f"{piece.key}.priors[{index}]"
                yield Fault(piece.file, key, text_of(name), "the name of a prior", advice)
        for index, name in enumerate(_list(_get(piece.value, "cases"))):
            yield from _case(document, piece, f"{piece.key}.cases[{index}]", name)


def _case(document: Document, piece: Piece, key: str, name: Any) -> Iterator[Fault]:
    known = [
        case_name(risk, number)
        for risk, one in document["risk"].items()
        for number in range(1, len(_list(_get(one.value, "case"))) + 1)
    ]
    if isinstance(name, str) and name not in known and "risk" not in document.unread:
        allowed = "a risk and the number of one of its cases, as in headline.1"
        yield Fault(piece.file, key, text_of(name), allowed, did_you_mean(name, known))


def _entity(document: Document, piece: Piece, key: str, name: Any) -> Iterator[Fault]:
    domain = domain_of(document)
    kind = "" if domain is None else domain.entities
    known = document[kind] if kind else {}
    if isinstance(name, str) and name not in known and kind not in document.unread:
        allowed = f"the name of a {kind.replace('_', ' ')} of the study" if kind else "none, without a domain"
        yield Fault(piece.file, key, text_of(name), allowed, did_you_mean(name, known))


def _belief(document: Document, parts: Parts, piece: Piece, key: str, name: Any) -> Iterator[Fault]:
    known, prior = document["priors"], parts["priors"].get(name)
    if name in choices() or name in document.unread:
        return
    if name not in known:
        allowed = f"the name of a prior, or {' or '.join(choices())}"
        yield Fault(
            piece.file, key, "an unknown name", allowed, did_you_mean(str(name), (*known, *choices()))
        )
    elif prior and (prior.family == "dirichlet" or prior.size):
        yield Fault(piece.file, key, "a prior of several numbers", "priors of one number each")


def _get(value: Any, key: str) -> Any:
    return value.get(key) if isinstance(value, Mapping) else None


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
