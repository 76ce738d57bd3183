"""The check of types and shapes that pytest puts on every function of `simulator` (see pyproject.toml).

jaxtyping binds the arguments of each call anew, to hold the axes named in one signature against each other:
half of the time of a test. A signature that names no axis is checked by beartype alone.
"""

import dataclasses
import functools
import inspect
import operator
from collections import Counter
from collections.abc import Callable
from types import UnionType
from typing import Annotated, Any, Literal, TypeAliasType, get_args, get_origin, get_type_hints

import jaxtyping
from beartype import BeartypeConf, beartype

_jaxtyped = jaxtyping.jaxtyped

#: Calls of a function that are checked in one test. Some are called tens of thousands of times in one, and
#: to check each of these would be a third of the time of all tests.
MOST = 100

#: How often each was called in this test, by the identity of its code: a function may hold what is to be let
#: go, and to hash code reads all of it.
calls: Counter[int] = Counter()

#: An int is welcome where a float is asked for, as in the language's own rules.
checked = beartype(conf=BeartypeConf(is_pep484_tower=True))


def jaxtyped(*, typechecker: Callable[..., Any]) -> Callable[..., Any]:
    """Take the place of jaxtyping's decorator of this name: the same checks in less time."""
    with_axes = _jaxtyped(typechecker=typechecker)

    def decorate(made: Any) -> Any:
        if inspect.isclass(made) and dataclasses.is_dataclass(made):
            made.__init__ = decorate(made.__init__)
            return made
        return _at_first_call(made, with_axes) if inspect.isfunction(made) else with_axes(made)

    return decorate


def _at_first_call(function: Callable[..., Any], with_axes: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that is checked while jaxtyping's own switch is on.

    The check is made when it is first needed: by then all names of the signature are known, and of most
    functions no process calls any.
    """

    code = id(function.__code__)

    @functools.cache
    def watched() -> Callable[..., Any]:
        if function.__type_params__:
            return with_axes(function)
        try:
            hints = get_type_hints(function, include_extras=True)
        except NameError:  # of a class that is imported for the type checker alone
            return with_axes(function)
        function.__annotations__ = {name: _without_aliases(hint) for name, hint in hints.items()}
        return with_axes(function) if any(map(_has_axes, hints.values())) else checked(function)

    @functools.wraps(function)
    def call(*arguments: Any, **named: Any) -> Any:
        calls[code] += 1
        if calls[code] > MOST or jaxtyping.config.jaxtyping_disable:
            return function(*arguments, **named)
        return watched()(*arguments, **named)

    return call


def _without_aliases(hint: Any) -> Any:
    """Return what a hint stands for: beartype takes two aliases of one name for the same within others."""
    if isinstance(hint, TypeAliasType):
        return hint if isinstance(hint.__value__, str) else _without_aliases(hint.__value__)
    origin, arguments = get_origin(hint), get_args(hint)
    if not arguments or origin in (Literal, Annotated, Callable):
        return hint
    within = tuple(map(_without_aliases, arguments))
    if isinstance(hint, UnionType):
        return functools.reduce(operator.or_, within)
    return hint if within == arguments else origin[within]


def _has_axes(hint: Any) -> bool:
    if get_origin(hint) is Callable:  # whose own arguments nobody can check
        return False
    if isinstance(hint, TypeAliasType):
        hint = hint.__value__
    if inspect.isclass(hint) and issubclass(hint, jaxtyping.AbstractArray):
        return True
    return any(map(_has_axes, get_args(hint)))
