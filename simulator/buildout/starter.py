"""A study to begin with: files that extend another, change nothing yet, and say how to change a belief."""

import re
from collections.abc import Iterator
from dataclasses import replace
from math import isfinite
from textwrap import fill

from simulator.buildout.settings import settings_of
from simulator.errors import Fault, StudyError, did_you_mean, text_of
from simulator.study.patterns import DESCRIPTIONS, NAME_PART
from simulator.study.records import Prior
from simulator.study.study import Study
from simulator.study.toml_writer import prior_text, toml_text

#: Name of the schema's file, which the other files name to editors.
SCHEMA = "study.schema.json"

STUDY = """\
#:schema ./{schema}
# A study laid over another one: what this folder does not say is as it is there.
# Every *.toml file in the folder is part of it, whatever its name.
#
#   strandline run {folder}
#   strandline priors show {folder} --name 'power.*'
#   strandline priors check {folder}

extends = {extends}

[study]
title = {title}
# The day whose knowledge the study holds. A prior or a source that is younger is refused.
as_of = {as_of}
# horizon_quarters = {horizon}
# "in_service", as in filings: depreciation waits for power. "delivery": the clock runs on idle chips.
# depreciation_policy = "delivery"

# The rules of the verdict. Bull is asked first, then bear; all else is base. One given here replaces the
# base's of its name.
{verdicts}"""

BELIEFS = """\
#:schema ./{schema}
# What this study believes otherwise. A table here replaces the base's prior of the same name, whole. To use
# one of the examples, take the mark of the comment from its lines. Every prior says its unit, its basis and
# since when it was known. The basis is "reported" (in a filing), "published" (by a named third party), or
# "judgement", which needs a note.

# A belief by its quantiles: a year more in Northern Virginia, and less sure of it.
# [power.lead_time.northern_virginia]
# family = "lognormal"
# quantiles = {{ p10 = 4.0, p50 = 6.0, p90 = 9.0 }}
# unit = "yr"
# basis = "judgement"
# as_of = {as_of}
# note = "Why these numbers, and what would change my mind."

# A belief held at a number.
# [finance.economic_life]
# value = 5.0
# unit = "yr"
# basis = "judgement"
# as_of = {as_of}
# note = "What if chips earn for five years?"

# A belief with a source, which has to be in the bibliography.
# [economics.power_price]
# family = "normal"
# mean = 75.0
# sd = 10.0
# unit = "USD/MWh"
# basis = "published"
# sources = ["my.tariffs"]
# as_of = {as_of}
# note = "Large-user tariff."
# [sources."my.tariffs"]
# title = "Tariff sheet of the utility"
# address = "https://example.org/tariffs"
# date = {as_of}

# Two beliefs that move together, by their rank correlation. Priors that no pair names are independent.
# [dependence]
# spearman = [["power.dispersion", "power.equipment", 0.3]]
"""

COMPANY = """\
#:schema ./{schema}
# One company more: {title}. Every number is {like}'s, as a start, and above it stands what the base says of
# {like}. Replace what you know better, and write why into its note.
#
# It does not stand beside the others but among them. They share one potential of demand: the parts,
# adoption.potential_share, are made to sum to one. They wait in the same queues for power. And there is one
# headline of spending, spend.headline, against the sum of spend.capex_2026. Make room for it, or see what it
# takes from the others.

[[company]]
name = {name}
title = {title}
"""

#: What a company is made of, in the order in which a reader wants to set it; all else follows.
FIRST = (
    "spend.capex_2026",
    "spend.last_quarter",
    "spend.ai_share",
    "adoption",
    "economics",
    "finance",
    "silicon",
)


def starter(base: Study, extends: str, folder: str) -> dict[str, str]:
    """Return the files of a study that extends another one, by name.

    Parameters
    ----------
    base
        What is extended, loaded.
    extends
        How the files name it: a shipped set, or a path from their folder.
    folder
        How a command names the folder of the files.
    """
    name = folder.rstrip("/").rpartition("/")[2]
    about = {
        "schema": SCHEMA,
        "folder": folder,
        "extends": toml_text(extends),
        "title": toml_text(f"{name}, over {base.name}"),
        "as_of": base.as_of,
        "horizon": settings_of(base).horizon_quarters,
        "verdicts": "".join(f"# {line}\n" for line in _rules(base)),
    }
    return {"study.toml": STUDY.format(**about), "beliefs.toml": BELIEFS.format(**about)}


def company(base: Study, name: str, like: str | None) -> str:
    """Return the file of a company more: every prior that it needs, as another company of the base has it.

    Raises
    ------
    StudyError
        The name is taken or is none, or there is no company to be like.

    Parameters
    ----------
    base
        The study that is extended.
    name
        Of the new company, as it stands in the names of priors.
    like
        The company whose numbers it starts with; None for the first.
    """
    titles = base.settings.entities
    faults: list[Fault] = []
    if not re.fullmatch(NAME_PART, name):
        faults.append(Fault("", "--company", text_of(name), DESCRIPTIONS[NAME_PART]))
    elif name in (*titles, "group"):
        faults.append(Fault("", "--company", text_of(name), f"a name that is not taken in {base.name}"))
    if like not in titles:
        allowed = f"a company of {base.name}: {', '.join(titles)}"
        faults.append(Fault("", "--like", text_of(like), allowed, did_you_mean(like or "", titles)))
    if faults or like is None:
        raise StudyError(faults)
    text = COMPANY.format(
        schema=SCHEMA,
        name=toml_text(name),
        title=toml_text(name.replace("_", " ").title()),
        like=_printable(titles[like]),
    )
    for prior in sorted(_of_company(base, like), key=_rank):
        renamed = ".".join(name if part == like else part for part in prior.name.split("."))
        note = f"{titles[like]}'s number as a start: no belief about {name} yet."
        start = replace(prior, basis="judgement", sources=(), as_of=base.as_of, note=note)
        said = _remark(f"{titles[like]}: {prior.note}") if prior.note else ""
        text += f"\n{said}{prior_text(renamed, start)}"
    return text


def _of_company(study: Study, name: str) -> Iterator[Prior]:
    return (prior for prior in study.priors.values() if name in prior.name.split(".")[1:])


def _rank(prior: Prior) -> int:
    return next((rank for rank, above in enumerate(FIRST) if prior.name.startswith(above)), len(FIRST))


def _rules(study: Study) -> Iterator[str]:
    for rule in (one for one in study.settings.verdicts if one.conditions):
        yield f"[verdict.{rule.name}]"
        for metric, limits in rule.conditions.items():
            sides = {"min": limits.min, "max": limits.max}
            given = (f"{side} = {value:.15g}" for side, value in sides.items() if isfinite(value))
            yield f"{metric} = {{ {', '.join(given)} }}"


def _remark(text: str) -> str:
    """Return a text as a comment, without the characters that a comment of TOML may not hold."""
    return fill(_printable(text), 104, initial_indent="# ", subsequent_indent="# ") + "\n"


def _printable(text: str) -> str:
    return "".join(filter(str.isprintable, " ".join(text.split())))
