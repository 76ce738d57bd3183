"""The last layer of a study: what ``--set`` or ``overrides=`` sets, each by its dotted name."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from numbers import Real
from typing import Any, NamedTuple

from simulator.errors import Fault, StudyError, did_you_mean, text_of
from simulator.study.build import priors_of
from simulator.study.canonical import prior_to_dict
from simulator.study.changes import Change, changed
from simulator.study.document import SET, Document, Piece, plain_values
from simulator.study.domain import domains
from simulator.study.kinds import kinds
from simulator.study.location import at_median
from simulator.study.percent import read_percent
from simulator.study.records import Prior
from simulator.study.toml_reader import UnreadableError, check_values

#: Ending of a name by which the median of a prior is set.
_MEDIAN = ".median"


class Place(NamedTuple):
    """Where a setting stands: in which piece of a document, and by which keys and indices inside it."""

    kind: str
    name: str
    path: tuple[str | int, ...] = ()


def last_layer(base: Document, values: Mapping[str, Any]) -> tuple[Document, tuple[Change, ...]]:
    """Return the layer that sets priors and settings of a document, what is wrong with it, and its record.

    Parameters
    ----------
    base
        All other layers in one.
    values
        By name, as `Study.override` takes them.
    """
    top = Document()
    # It is the same study, changed: it keeps its name.
    top["study"].update({key: base["study"][key] for key in ("name", "title") if key in base["study"]})
    places, changes = settings_of(base), list[Change]()
    for name, given in values.items():
        try:
            check_values(given)
        except UnreadableError as error:
            top.faults.append(Fault(SET, f"{name}{error.key}", error.found, error.allowed))
            continue
        value, moved = plain_values(given), name.removesuffix(_MEDIAN)
        if name in places and name not in base["priors"]:
            place = places[name]
            changes.append(changed(name, value, _at(base[place.kind].get(place.name), place.path)))
            _put(top, base, place, value)
        elif name in base["priors"] or moved in base["priors"]:
            if moved in values and moved != name and name not in base["priors"]:
                advice = "Leave one of them out."
                top.faults.append(Fault(SET, name, f"{moved} as well", "one of the two", advice))
            changes += _set_prior(top, base, name, value)
        else:
            medians = (f"{prior}{_MEDIAN}" for prior in base["priors"])
            advice = did_you_mean(name, (*base["priors"], *places, *medians))
            top.faults.append(
                Fault(SET, name, "an unknown name", "a prior or a setting of the study", advice)
            )
    return top, tuple(changes)


def settings_of(base: Document) -> dict[str, Place]:
    """Return the place of every setting of a document by its dotted name."""
    places: dict[str, Place] = {}
    of_domains = (key for domain in domains().values() for key in domain.keys)
    for kind in kinds():
        names = base[kind.name] if kind.identity or kind.merges else ()
        places |= {
            f"{kind.name}.{name}.{key}": Place(kind.name, name, (key,))
            for name in names
            for key in kind.settable
        }
    places |= {f"study.{key}": Place("study", key) for key in (*kinds()[0].settable, *of_domains)}
    for verdict, piece in base["verdict"].items():
        for metric in _table(piece.value):
            for side in ("min", "max"):
                places[f"verdict.{verdict}.{metric}.{side}"] = Place("verdict", verdict, (metric, side))
    for name, piece in base["dependence.spearman"].items():
        for text, _ in _pairs([piece.value]):
            places[f"dependence.spearman{text}"] = Place("dependence.spearman", name, (2,))
    for name, piece in base["dependence.groups"].items():
        group, above = _table(piece.value), f"dependence.groups.{name}"
        for text, index in _pairs(group.get("spearman")):
            places[f"{above}.spearman{text}"] = Place("dependence.groups", name, ("spearman", index, 2))
        for factor, loadings in _table(group.get("factors")).items():
            for prior in _table(loadings):
                path = ("factors", factor, prior)
                places[f"{above}.factors.{factor}[{prior}]"] = Place("dependence.groups", name, path)
    return places


def _pairs(pairs: Any) -> Iterator[tuple[str, int]]:
    """Give how each pair is named, whichever of the two is named first, and its index."""
    for index, pair in enumerate(pairs if isinstance(pairs, list) else ()):
        if isinstance(pair, list) and len(pair) == 3:
            yield f"[{pair[0]},{pair[1]}]", index
            yield f"[{pair[1]},{pair[0]}]", index


def _table(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _at(piece: Piece | None, path: tuple[str | int, ...]) -> Any:
    """Return what stands at a place, or None."""
    value: Any = piece.value if piece else None
    for key in path:
        value = value[key] if isinstance(key, int) else _table(value).get(key)
    return value


def _put(top: Document, base: Document, place: Place, value: Any) -> None:
    """Put a value in its place in the layer, around it what the layer or else the document has there."""
    below = top[place.kind].get(place.name) or base[place.kind].get(place.name)
    key = below.key if below else f"{place.kind}.{place.name}"
    top[place.kind][place.name] = Piece(SET, key, _with(below.value if below else None, place.path, value))


def _with(value: Any, path: tuple[str | int, ...], new: Any) -> Any:
    if not path:
        return new
    key, *rest = path
    if isinstance(key, int):
        return [_with(one, tuple(rest), new) if at == key else one for at, one in enumerate(value)]
    return {**_table(value), key: _with(_table(value).get(key), tuple(rest), new)}


def _set_prior(top: Document, base: Document, name: str, value: Any) -> Iterator[Change]:
    """Put a prior at a number, at another median, or anew into the layer; one that is not valid stays."""
    own = name if name in base["priors"] else name.removesuffix(_MEDIAN)
    prior = priors_of({own: base["priors"][own]}).get(own)
    if prior is None:
        return
    yield changed(name, value, prior)
    try:
        table = _fixed(prior, value) if own == name else _moved(prior, value)
        top["priors"][own] = Piece(SET, own, table)
    except StudyError as error:
        top.faults += [replace(fault, file=SET, key=name) for fault in error.faults]


def _fixed(prior: Prior, value: Any) -> dict[str, Any]:
    """Return the table of a point mass, or the one given, in the unit of a prior."""
    number = read_percent(value, prior.unit) if isinstance(value, str) else value
    if isinstance(value, Mapping):
        return {**_set_for_this_run(prior), **value}
    if prior.family == "dirichlet":
        advice = f"{prior.name} is {prior.components} shares that sum to 1"
        allowed = 'a table such as { family = "dirichlet", alpha = [2, 3] }'
        raise StudyError([Fault(SET, prior.name, text_of(value), allowed, advice)])
    if isinstance(number, bool) or not isinstance(number, Real):
        raise StudyError([_no_number(prior, value, ", or a table")])
    return {**_set_for_this_run(prior), "value": float(number), "size": prior.size}


def _moved(prior: Prior, value: Any) -> dict[str, Any]:
    """Return the table of a prior of the same family and spread about another median."""
    number = read_percent(value, prior.unit) if isinstance(value, str) else value
    if isinstance(number, bool) or not isinstance(number, Real):
        raise StudyError([_no_number(prior, value)])
    table = prior_to_dict(at_median(prior, float(number)))
    return {key: one for key, one in table.items() if key not in ("sources", "as_of")} | _set_for_this_run(
        prior
    )


def _no_number(prior: Prior, value: Any, more: str = "") -> Fault:
    allowed = f"a number in {prior.unit or 'the unit of the model'}{more}"
    return Fault(SET, prior.name, text_of(value), allowed)


def _set_for_this_run(prior: Prior) -> dict[str, Any]:
    """Return what a prior retains, with its sources, when its numbers are set."""
    return {
        "unit": prior.unit or None,
        "basis": "judgement",
        "note": "set for this run",
        "spare": prior.spare or None,
    }
