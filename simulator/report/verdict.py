"""The verdict on the terminal: in plain words, in a table, and the rules that give it."""

from collections.abc import Mapping, Sequence
from math import inf, isfinite

from rich.text import Text

from simulator.estimate import Number, Summary, apart, codes_of, parts_of, shown
from simulator.estimate.verdicts import full_name, sign_metric
from simulator.report.estimates import Estimates
from simulator.report.metric_lines import CHANCE, words
from simulator.report.titles import LOCALE, Codes, row_title, title_of, titles_of
from simulator.study import Limits, Study
from simulator.study.domain import rate_metric

NOTHING = Number(0.0, 0.0)


def colour(code: int) -> str:
    """Return the colour of a verdict by its code: of all else, of what is asked before it, and after it."""
    return "green" if code > 0 else "red" if code < 0 else "yellow"


def worth(summary: Summary, titles: Mapping[str, str]) -> str:
    """Return in plain words how often the spending loses, and what a dollar of it makes on average.

    Empty where the model has no metric that tells gain from loss. Numbers are rounded: the tables have their
    errors.
    """
    entity = _leader(titles)
    value = summary.estimates.get(full_name(sign_metric(summary.estimates), entity))
    if value is None or not isfinite(value["mean"].value):
        return ""
    whose = " of the group" if entity == "group" else ""
    below = LOCALE.rounded_percent(value["prob_below_zero"])
    parts = [f"On {below} of paths the spending{whose} does not earn its cost of capital"]
    rate = summary.estimates.get(full_name(rate_metric(summary.estimates), entity))
    if rate is not None and isfinite(rate["mean"].value):
        parts.append(f"averaged over all paths, {_made(rate['mean'])}")
    return f"{'; '.join(parts)} ({_created(value['mean'])})."


def _made(mean: Number) -> str:
    """Return what a dollar put in gains or loses on average, or that neither is clear."""
    if not apart(mean, NOTHING):
        return "the gain or loss of a dollar put in cannot be distinguished from zero"
    cents = LOCALE.rounded(abs(mean), 100.0, LOCALE.unit("cents"))
    return f"each dollar put in {'gains' if mean.value > 0 else 'loses'} {cents}"


def _leader(titles: Mapping[str, str]) -> str:
    return "group" if "group" in titles else next(iter(titles))


def sentence(summary: Summary, codes: Codes, titles: Mapping[str, str]) -> Text:
    """Return the verdict in plain words, with its numbers rounded: the tables have their errors."""
    entity = _leader(titles)
    return _likeliest(summary.verdicts[entity], summary.verdict_split.get(entity, {}), codes, entity)


def _likeliest(chances: Mapping[str, Number], parts: Mapping[str, Number], codes: Codes, entity: str) -> Text:
    """Return which verdict is the likeliest, or which two are too close to call."""
    order = sorted(chances, key=lambda name: chances[name].value, reverse=True)
    shares = [(name, LOCALE.rounded_percent(chances[name])) for name in order]
    (first, top), (second, next_), *others = shares
    further = [f"{share} for {name}" for name, share in others]
    if not apart(chances[first], chances[second]):
        shares = f"{top} and {next_} of paths{', with ' if further else ''}{joined(further)}"
        rest = f" are too close to call: {shares}.{_in_parts(parts, codes)}"
        return Text.assemble((f"{title_of(first)} and {words(second)}", "bold"), rest)
    on = " on the group" if entity == "group" else ""
    against = joined([f"{next_} for {second}", *further])
    rest = f" is the likeliest verdict{on}: {top} of paths, against {against}.{_in_parts(parts, codes)}"
    return Text.assemble((title_of(first), f"bold {colour(codes[first])}"), rest)


def _in_parts(parts: Mapping[str, Number], codes: Codes) -> str:
    """Return how much of all else gains and how much loses; nothing where it is not split."""
    if not parts:
        return ""
    rest = next(name for name, code in codes.items() if not code)
    gains, losses = map(LOCALE.rounded_percent, parts.values())
    return f" {title_of(rest)} is no middle: losses on {losses} of paths, gains on {gains}."


def joined(parts: Sequence[str]) -> str:
    """Return parts of a sentence as a list: "a, b and c"."""
    return " and ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))


def _created(mean: Number) -> str:
    """Return what the spending creates or destroys on average, or that neither is clear."""
    if not apart(mean, NOTHING):
        return "in all no clear difference from zero"
    size = LOCALE.rounded(abs(mean), unit=LOCALE.unit("money"))
    return f"{size} {'created' if mean.value > 0 else 'destroyed'} in all"


def unjudged(summary: Summary, titles: Mapping[str, str]) -> Text:
    """Return in plain words of how many paths there is no verdict, where that is so of any."""
    shares = (
        f"{titles[entity]} {LOCALE.rounded_percent(share)}" for entity, share in summary.no_verdict.items()
    )
    text = Text("No likeliest verdict is named: ", style="bold red")
    text.append(
        f"on some paths a metric that the rules need is not a number ({', '.join(shares)} of paths). These "
        "have no verdict.",
        "default not bold",
    )
    return text


def verdicts(summary: Summary, codes: Codes, titles: Mapping[str, str]) -> Estimates:
    """Return the chances of the verdicts for the group and each company."""
    split = bool(summary.verdict_split)
    below = ["Value\nbelow 0"] if split else []
    rows = Estimates([CHANCE.header, *below, *titles_of(codes, split=split).values()])
    for entity, title in titles.items():
        chances, parts = summary.verdicts[entity], summary.verdict_split.get(entity, {})
        chosen = {} if entity in summary.no_verdict else likeliest(chances, codes)
        cells = [
            Text(CHANCE.text(one), style=chosen.get(name, "")) for name, one in shown(chances, parts).items()
        ]
        rows.add(row_title(entity, title), *(below_zero(summary, entity) if split else ()), *cells)
    return rows


def likeliest(chances: Mapping[str, Number], codes: Codes) -> dict[str, str]:
    """Return how the likeliest verdict stands out, by name: of all else its two parts do too."""
    first = max(chances, key=lambda name: chances[name].value)
    style = f"bold {colour(codes[first])}"
    return dict.fromkeys([first, *(parts_of(codes) if not codes[first] else ())], style)


def below_zero(summary: Summary, entity: str) -> list[str]:
    """Return how often the metric that tells gain from loss is below zero, of an entity, in one cell."""
    value = summary.estimates.get(full_name(sign_metric(summary.estimates), entity))
    return ["–" if value is None else CHANCE.text(value["prob_below_zero"])]


def rules(study: Study) -> str:
    """Return the study's rules of the verdict in words, such as "bull: value per dollar >= 0.05"."""
    rules = [
        f"{rule.name}: "
        + " and ".join(f"{words(metric)} {span(limits)}" for metric, limits in rule.conditions.items())
        for rule in study.settings.verdicts
        if rule.conditions
    ]
    rest = [name for name, code in codes_of(study.settings.verdicts).items() if not code]
    return "; ".join([*rules, *(f"{name}: all else" for name in rest)])


def span(limits: Limits) -> str:
    """Return the values that pass, such as ">= 0.05"."""
    ends = (
        f">= {limits.min:g}" if limits.min > -inf else "",
        f"<= {limits.max:g}" if limits.max < inf else "",
    )
    return " and ".join(filter(None, ends))
