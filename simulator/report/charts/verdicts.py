"""How probable each verdict is, and which priors set the paths of bull and bear apart."""

from collections.abc import Mapping

from simulator.analysis.explanation import explain
from simulator.analysis.run import Run
from simulator.errors import UsageError
from simulator.estimate import VERDICT, Number, codes_of, feared, parts_of, pool, probability, shown
from simulator.estimate.distinguishable import STANDARD_ERRORS
from simulator.estimate.verdicts import by_entity, full_name
from simulator.report.charts.chart import Chart
from simulator.report.charts.subject import LOCALE, entity_title, note, percent, run_of, sampler
from simulator.report.console import capital
from simulator.report.drawing import WIDE, Range, Ranges, ranges, stack

#: The least share of paths whose bar has room for its error.
ROOM = 0.15
#: Priors that are drawn, and those that are looked through for them.
ROWS, LOOKED = 10, 40


def verdicts(run: Run) -> Chart:
    """Return the probability of bull, base and bear for the group and each company, base by sign of value.

    Parameters
    ----------
    run
        As simulated or opened.

    Raises
    ------
    UsageError
        It has no verdicts.
    """
    found: dict[str, dict[str, Number]] = {}
    code_of = codes_of(run_of(run).study.settings.verdicts)
    for entity in by_entity(run_of(run).units):
        codes = run.verdicts.get(full_name(VERDICT, entity))
        if codes is not None:
            found[entity] = {
                name: probability(pool(codes == code, sampler(run))) for name, code in code_of.items()
            }
    if not found:
        message = "this run has no verdicts: its study has no rules for them, or its metrics are not theirs"
        raise UsageError(message)
    titles = {entity: capital(entity_title(run, entity)) for entity in found}
    parts = parts_of(code_of)
    drawn = {
        entity: shown(
            chances,
            {name: probability(pool(run.split[entity] == code, sampler(run))) for name, code in parts.items()}
            if entity in run.split
            else {},
        )
        for entity, chances in found.items()
    }
    rows = [
        (
            titles[entity],
            {name: one.value for name, one in chances.items()},
            {name: _text(one) for name, one in chances.items()},
        )
        for entity, chances in drawn.items()
    ]
    entity, chances = next(iter(found.items()))
    title = titles[entity] or "Verdict"
    return Chart(
        f"{title}: {', '.join(f'{name} on {percent(chances[name])}' for name in _ends(code_of))} of paths",
        _extremes(found, titles, feared(code_of)),
        f"Verdicts are by the study's rules, of each path. {note(run)}",
        stack(WIDE, rows, LOCALE("answer.verdicts")),
        [(name, LOCALE(f"verdict.{name}")) for name in drawn[entity]],
    )


def _text(chance: Number) -> str:
    """Return a chance with its error, without where its bar is short."""
    text = percent(chance)
    return text if chance.value > ROOM else f"{text.partition(' ±')[0]}%"


def _ends(codes: Mapping[str, int]) -> list[str]:
    """Return the last and the first verdict that have a rule."""
    ruled = [name for name, code in codes.items() if code]
    return list(dict.fromkeys((ruled[-1], ruled[0])))


def _extremes(found: Mapping[str, Mapping[str, Number]], titles: Mapping[str, str], worst: str) -> str:
    """Return which companies are the most and the least exposed."""
    companies = sorted((one for one in found if one != "group"), key=lambda one: -found[one][worst].value)
    if len(companies) < 2:
        return ""
    most, least = (f"{titles[one]} ({percent(found[one][worst])})" for one in (companies[0], companies[-1]))
    return f"{worst.capitalize()} is most probable for {most}, least for {least}."


def shifts(run: Run, entity: str = "group") -> Chart:
    """Return the priors that differ most between the paths of a verdict and all others, for bull and bear.

    Parameters
    ----------
    run
        As simulated or opened.
    entity
        ``group`` or a company, or ``model`` for a model without any.

    Raises
    ------
    UsageError
        There is no verdict of that entity, or it never is bull or bear.
    """
    ends = _ends(codes_of(run_of(run).study.settings.verdicts))[::-1]
    explanation = explain(run_of(run), [f"{verdict}.{entity}" for verdict in ends], LOOKED, total_paths=0)
    found = {
        verdict: {one.prior: one.shift for one in explanation.targets[f"{verdict}.{entity}"].shifts or ()}
        for verdict in ends
    }
    both = [prior for prior in found[ends[0]] if prior in found[ends[-1]]]
    priors = sorted(both, key=lambda prior: -max(abs(found[v][prior].value) for v in found))[:ROWS]
    if not priors:
        message = f"shifts: {entity} is never {', or never '.join(ends)}; there is nothing to set apart"
        raise UsageError(message)
    rows = [
        Ranges(prior, [_within_error(verdict, own[prior]) for verdict, own in found.items()])
        for prior in priors
    ]
    apart = [f"{LOCALE.estimate(found[verdict][priors[0]])} on {verdict} paths" for verdict in found]
    title = capital(entity_title(run, entity)) or "All paths"
    texts = {
        "label": title,
        "across": "mean on the paths of a verdict less that on all others, in sd of the prior",
    }
    return Chart(
        f"{title}: {priors[0]} sets verdicts apart most, {' and '.join(apart)}",
        "In standard deviations of each prior, against all other paths.",
        f"Lines: two standard errors to either side. {note(run, explanation.paths)}",
        ranges(WIDE, rows, texts, LOCALE.tick),
        [(verdict, LOCALE(f"verdict.{verdict}")) for verdict in found],
    )


def _within_error(kind: str, shift: Number) -> Range:
    value, margin = shift.value, STANDARD_ERRORS * shift.error
    return Range(kind, value - margin, value, value + margin)
