"""The type checker that pytest puts on every function of `simulator` (see pyproject.toml)."""

from beartype import BeartypeConf, beartype

#: An int is welcome where a float is asked for, as in the language's own rules.
checked = beartype(conf=BeartypeConf(is_pep484_tower=True))
