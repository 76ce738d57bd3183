"""Parameters that several verbs share, and how NAME=VALUE is read."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from cyclopts import Parameter, Token

from simulator.cli import completion
from simulator.cli.completion import DEFAULT_STUDY as DEFAULT_STUDY
from simulator.cli.completion import RUNS as RUNS
from simulator.errors import UsageError
from simulator.study.toml_reader import SyntaxFaultError, UnreadableError, parsed
from simulator.study.toml_writer import toml_text
from simulator.whole_numbers import LONGEST, whole

if TYPE_CHECKING:
    from simulator.engine import NamedModel


#: Languages of pages.
type Language = Literal["en", "zh-Hant"]


def whole_from(least: int, most: int | None = None) -> Parameter:
    """Return the parameter of an option that takes a whole number, from `least` to `most` if there is one."""

    def converter(_: Any, tokens: Sequence[Token]) -> int:
        return whole(tokens[0].keyword or "argument", tokens[0].value, least, most)

    return Parameter(converter=converter)


AtLeastZero = whole_from(0)
AtLeastOne = Many = whole_from(1)
Flag = Parameter(negative=(), show_default=False)
Quiet = Parameter(name=("--quiet", "-q"), negative=(), show_default=False)
Settings = Parameter(name="--set", negative=(), show_default=False, completer=completion.settings)
Model = Parameter(show_default=False, completer=completion.models)
AStudy = Parameter(completer=completion.studies)
ARun = Parameter(completer=completion.runs)
AStudyOrRun = Parameter(completer=completion.studies_and_runs)


def named_model(reference: str | None) -> "NamedModel | None":
    """Return the model that --model names, its code run; None where it names none."""
    if reference is None:
        return None
    from simulator.engine import load_model

    return load_model(reference)


def day_of(option: str, text: str | None) -> date | None:
    """Return the day that an option names."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        message = f"{option} {text}: found no day; write one such as 2026-05-31"
        raise UsageError(message) from error


def assignments(settings: Sequence[str]) -> dict[str, Any]:
    """Return NAME=VALUE settings as a mapping; a value is a TOML value, or else the bare word that it is."""
    given: dict[str, Any] = {}
    for setting in settings:
        name, equals, text = (part.strip() for part in setting.partition("="))
        if not (name and equals and text):
            message = (
                f"--set {setting[:LONGEST]}: found no NAME=VALUE; write, for example, --set economics.pue=1.2"
            )
            raise UsageError(message)
        if name in given:
            message = (
                f"--set {name[:LONGEST]}: found twice, as {toml_text(given[name])[:LONGEST]} and as "
                f"{text[:LONGEST]}; allowed: once"
            )
            raise UsageError(message)
        try:
            given[name] = value(text)
        except UnreadableError as error:
            message = f"--set {name[:LONGEST]}: found {error.found}; allowed: {error.allowed}"
            raise UsageError(message) from error
    return given


def value(text: str) -> Any:
    """Return the TOML value that a text is, or else the bare word."""
    try:
        read = parsed(f"value = {text}")
    except SyntaxFaultError:
        return text
    # More than one key: a line break in the text made a second.
    return read["value"] if len(read) == 1 else text
