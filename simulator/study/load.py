"""Loading studies: by name, from a folder of TOML files, from one TOML file, or from a dictionary."""

from collections.abc import Callable, Mapping
from os import PathLike
from os.path import normpath
from pathlib import Path
from typing import Any, NoReturn

from simulator.errors import Fault, StudyError
from simulator.study.build import build_study
from simulator.study.document import Document, Piece, overlay, shown
from simulator.study.shipped import priors_root, shipped_sets
from simulator.study.study import Study
from simulator.study.toml_text import UnreadableError, check_names, read_file
from simulator.study.translate import did_you_mean


def load_study(name_or_path: str | PathLike[str], overrides: Mapping[str, Any] | None = None) -> Study:
    """Return a study by the name of a shipped prior set or by path.

    Parameters
    ----------
    name_or_path
        Name of a shipped set, or path of a TOML file or of a folder of them.
    overrides
        Priors and settings to change, as in `Study.override`.

    Raises
    ------
    StudyError
        With all faults of all files.
    """
    path, label = _find(str(name_or_path), Path(), Piece("", "study", None))
    home = f"{label}/study.toml" if path.is_dir() else label
    name = path.resolve().name.removesuffix(".toml")
    study = build_study(_read_layers(path, label, ()), name, home)
    return study.override(overrides) if overrides else study


def study_from_dict(data: Mapping[str, Any], model: Callable[..., Any] | None = None) -> Study:
    """Return the study that a dictionary describes; see `Study.from_dict`."""
    document = Document()
    document.add_dict(data)
    return build_study(_over_base(document, Path(), ()), "study", "", model)


def _find(name: str, beside: Path, asked: Piece) -> tuple[Path, str]:
    """Return the path that a name stands for, and what to call it in a fault.

    A shipped set's name is never taken for a path, so that no folder that happens to lie here changes what a
    command means; ``./name`` is a path.
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
    sets = shipped_sets()
    allowed = f"a shipped prior set ({', '.join(sets)}), a TOML file or a folder of them"
    _refuse(Fault(asked.file, asked.key, shown(name), allowed, did_you_mean(name, sets)))


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
    return _over_base(document, path if path.is_dir() else path.parent, (*below, path.resolve()))


def _over_base(document: Document, beside: Path, below: tuple[Path, ...]) -> Document:
    piece = document.extends
    if piece is None:
        return document
    if not isinstance(piece.value, str) or not piece.value:
        document.faults.append(Fault(piece.file, piece.key, shown(piece.value), "a name or a path in quotes"))
        return document
    path, label = _find(piece.value, beside, piece)
    if path.resolve() in below:
        _refuse(Fault(piece.file, piece.key, shown(piece.value), "a study that does not extend this one"))
    return overlay(_read_layers(path, label, below), document)


def _refuse(fault: Fault) -> NoReturn:
    raise StudyError([fault])
