"""Finding the layers of a study: by name, in a folder of TOML files, in one TOML file, or in a dictionary."""

from collections.abc import Mapping
from dataclasses import replace
from os import PathLike
from os.path import normpath
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

from simulator.errors import Fault, StudyError, did_you_mean, text_of
from simulator.study.document import Document, Piece
from simulator.study.overlay import overlay
from simulator.study.shipped import LATEST, latest_set, named, priors_root, shipped_sets
from simulator.study.toml_reader import UnreadableError, check_names, read_file


class Origin(NamedTuple):
    """Where a study comes from.

    Attributes
    ----------
    document
        All its layers in one.
    name
        What it is called where it does not say.
    home
        File in which ``[study]`` belongs; empty for a study that is no file.
    """

    document: Document
    name: str
    home: str = ""


def read_study(name_or_path: str | PathLike[str]) -> Origin:
    """Return what a shipped set, a TOML file or a folder of them holds, laid over what it extends."""
    path, label = _find(named(str(name_or_path)), Path(), Piece("", "study", None), (LATEST,))
    home = f"{label}/study.toml" if path.is_dir() else label
    return Origin(_read_layers(path, label, ()), path.resolve().name.removesuffix(".toml"), home)


def read_dict(data: Mapping[str, Any]) -> Origin:
    """Return what a dictionary holds, laid over what it extends."""
    document = Document()
    document.add_dict(data)
    return Origin(_over_base(document, Path(), ()), "study")


def _find(name: str, beside: Path, asked: Piece, further: tuple[str, ...] = ()) -> tuple[Path, str]:
    """Return the path that a name stands for, and what to call it in a fault.

    A shipped set's name is never taken for a path, so that no folder that happens to lie here changes what a
    command means; ``./name`` is a path. ``further`` are names that stand for a set where it is asked for.
    """
    if name in shipped_sets():
        return priors_root() / name, name
    try:
        check_names(name)
    except UnreadableError as error:
        _refuse(Fault(asked.file, asked.key, error.found, error.allowed))
    path = beside / name
    if path.is_dir() or path.is_file():
        return path, normpath(path)
    sets = (*shipped_sets(), *further)
    allowed = f"a shipped prior set ({', '.join(sets)}), a TOML file or a folder of them"
    advice = did_you_mean(name, sets)
    if name == LATEST:
        advice = f"Write {latest_set()}: a study says the same when a newer set comes."
    _refuse(Fault(asked.file, asked.key, text_of(name), allowed, advice))


def _read_layers(path: Path, label: str, below: tuple[Path, ...]) -> Document:
    """Return a file or folder laid over what it extends."""
    document = Document()
    inside = (file for file in path.glob("*.toml") if file.is_file() and not file.name.startswith("."))
    files = sorted(inside) if path.is_dir() else [path]
    if not files:
        _refuse(Fault(label, "*.toml", "no TOML files", "a folder of TOML files, study.toml among them"))
    for file in files:
        name = f"{label}/{file.name}" if path.is_dir() else label
        try:
            document.add_toml(name, read_file(file))
        except UnreadableError as error:
            document.refuse_file(name, error)
    whole = _over_base(document, path if path.is_dir() else path.parent, (*below, path.resolve()))
    # What a shipped set replaces it replaces on purpose; what is laid over it replaces what the set says.
    return replace(whole, replaced={}, fixed_from={}) if path.parent == priors_root() else whole


def _over_base(document: Document, beside: Path, below: tuple[Path, ...]) -> Document:
    piece = document.extends
    if piece is None:
        return document
    if not isinstance(piece.value, str) or not piece.value:
        document.faults.append(
            Fault(piece.file, piece.key, text_of(piece.value), "a name or a path in quotes")
        )
        return document
    path, label = _find(piece.value, beside, piece)
    if path.resolve() in below:
        _refuse(Fault(piece.file, piece.key, text_of(piece.value), "a study that does not extend this one"))
    return overlay(_read_layers(path, label, below), document)


def _refuse(fault: Fault) -> NoReturn:
    raise StudyError([fault])
