"""A model by name, `my_model.py:margin` or `package.module:margin`, known by the hash of its source."""

import hashlib
import importlib
import sys
import traceback
from collections.abc import Callable
from functools import update_wrapper
from pathlib import Path
from types import ModuleType
from typing import Any

from simulator.engine.manifest import SHORT
from simulator.engine.model import Model, misuse
from simulator.errors import StrandlineError, UsageError, did_you_mean


class NamedModel:
    """A function of named draws that was loaded by its name, with what it carries (`metric_units`, ...).

    Attributes
    ----------
    reference
        The name as it was given.
    source_sha256
        Of the source file, as it was when it was loaded.
    """

    def __init__(self, reference: str, path: Path, source: bytes, function: Callable[..., Any]) -> None:
        update_wrapper(self, function)
        self.reference = reference
        self.source_sha256 = hashlib.sha256(source).hexdigest()
        self._path, self._source, self._function = path, source, function

    def __call__(self, draws: dict[str, Any], /) -> Any:
        """Return what the function makes of the draws."""
        try:
            return self._function(draws)
        except Exception as error:
            if isinstance(error, StrandlineError):
                raise
            message = _failure(self.reference, self._path, error, misuse(error, draws))
            raise UsageError(message) from error

    def __getattr__(self, name: str) -> Any:
        """Return what an object carries by its class, as a function does not."""
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self._function, name)

    def __reduce__(self) -> tuple[Callable[..., "NamedModel"], tuple[Any, ...]]:
        """Return how another process has the model: a file's source is sent, a module has to be there."""
        if _is_file(self.reference):
            return _from_source, (self.reference, self._path, self._source)
        return _from_module, (self.reference, self.source_sha256)


def load_model(reference: str) -> NamedModel:
    """Return the function that a name stands for. Its code is run: give names that you would run yourself.

    Parameters
    ----------
    reference
        ``FILE.py:FUNCTION``, or ``MODULE:FUNCTION`` of a module that Python finds. What a file imports is
        looked for beside it, and what a module imports in the working folder, after everything installed.

    Raises
    ------
    UsageError
        There is no such file, module or function, or its code fails.
    """
    source, _, function = reference.rpartition(":")
    if not (source and function.isidentifier()):
        message = (
            f"model {reference!r}: found no FILE.py:FUNCTION; write, for example, my_model.py:margin, or "
            "my_package.module:margin"
        )
        raise UsageError(message)
    path = Path(source)
    if not _is_file(reference) and path.suffix and path.is_file():
        message = f"model {reference}: found the file {source}; allowed: one whose name ends in .py"
        raise UsageError(message)
    if not _is_file(reference):
        return _from_module(reference)
    if not path.is_file():
        near = did_you_mean(path.name, (one.name for one in path.parent.glob("*.py") if one.is_file()))
        message = f"model {reference}: there is no file {source}. {near}".rstrip()
        raise UsageError(message)
    try:
        text = path.read_bytes()
    except OSError as error:
        message = f"model {reference}: {source} cannot be read: {error.strerror}"
        raise UsageError(message) from error
    return _from_source(reference, path.resolve(), text)


def source_sha256(model: Model) -> str:
    """Return the hash of a model's source; empty of a function that was not loaded by its name."""
    return getattr(model, "source_sha256", "")


def other_source(made_by: str, recorded: str, model: Model) -> str:
    """Return why a model is not the one that made a run, naming both hashes; empty where it is.

    Parameters
    ----------
    made_by, recorded
        Name and hash of the source of the run's model; without a hash nothing is known of it.
    model
        What is given as it now.
    """
    found = source_sha256(model)
    if not recorded or found == recorded:
        return ""
    now = f"SHA-256 {found[:SHORT]}" if found else "a function that was not loaded by its name"
    return f"made by {made_by} of source SHA-256 {recorded[:SHORT]}; found {now}"


def _is_file(reference: str) -> bool:
    return reference.rpartition(":")[0].endswith(".py")


def _from_source(reference: str, path: Path, source: bytes) -> NamedModel:
    """Run the source of a file, which need not be there any more, and return its function."""
    name = f"strandline_model_{hashlib.sha256(source).hexdigest()[:SHORT]}"
    module = ModuleType(name)
    module.__file__ = str(path)
    sys.modules[name] = module
    _look_in(path.parent)
    try:
        exec(compile(source, str(path), "exec"), module.__dict__)
    except Exception as error:
        message = _failure(reference, path, error)
        raise UsageError(message) from error
    return NamedModel(reference, path, source, _function(reference, module))


def _from_module(reference: str, expected: str = "") -> NamedModel:
    """Import a module and return its function; refuse one whose source has not the hash expected."""
    name = reference.rpartition(":")[0]
    _look_in(Path.cwd())
    try:
        module = importlib.import_module(name)
    except Exception as error:
        message = _failure(reference, None, error)
        raise UsageError(message) from error
    origin = Path(module.__file__ or "")
    if origin.suffix != ".py":
        message = f"model {reference}: {name} has no source in Python, by which it could be known again"
        raise UsageError(message)
    model = NamedModel(reference, origin, origin.read_bytes(), _function(reference, module))
    if expected and (other := other_source(reference, expected, model)):
        raise UsageError(other)
    return model


def _look_in(folder: Path) -> None:
    """Have imports look in a folder after everywhere else: nothing in it hides what is installed."""
    if str(folder) not in sys.path:
        sys.path.append(str(folder))


def _function(reference: str, module: ModuleType) -> Callable[..., Any]:
    """Return the function of a module that a name is about, or raise with what there is."""
    source, _, name = reference.rpartition(":")
    own = {key: value for key, value in vars(module).items() if not key.startswith("_") and callable(value)}
    if name in own:
        return own[name]
    if name in vars(module):
        message = f"model {reference}: {name} is of type {type(vars(module)[name]).__name__}, not a function"
        raise UsageError(message)
    defined = [key for key, value in own.items() if getattr(value, "__module__", "") == module.__name__]
    advice = did_you_mean(name, defined) or f"It has {', '.join(sorted(defined)) or 'none'}."
    message = f"model {reference}: {source} has no function {name}. {advice}"
    raise UsageError(message)


def _failure(reference: str, path: Path | None, error: Exception, why: str = "") -> str:
    """Return why a model's code fails, by default as Python says it, and where in its file that is."""
    if isinstance(error, StrandlineError):
        return f"model {reference}: {error}"
    why = why or traceback.format_exception_only(error)[-1].strip()
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if frame.filename == str(path)]
    line = error.lineno if isinstance(error, SyntaxError) else (lines or [None])[-1]
    return f"model {reference} fails{f' in line {line}' if line else ''}: {why}"
