"""How probable each verdict is, of the group and of each company."""

from matplotlib.figure import Figure

from simulator.estimate import Number as Estimate
from simulator.report.figures.outcome import SAY, Source, entity_title, percent, verdict_chances
from simulator.report.figures.style import PALETTE, blank, say, styled

#: In the order in which they are drawn.
ORDER = ("bear", "base", "bull")
#: Inches of a bar, and of all else.
PITCH, REST = 0.42, 1.75
#: The least share, in per cent, within which its number has room, and that of the number without its error.
ROOM, NARROW = 18.0, 6.0


@styled
def verdicts(source: Source) -> Figure:
    """Return the probability of bear, base and bull for the group and each company.

    Parameters
    ----------
    source
        A run, or the tree that `Run.to_datatree` makes of it.
    """
    chances, note = verdict_chances(source)
    figure, axes = blank(REST + PITCH * len(chances))
    for place, chance in enumerate(chances.values()):
        left = 0.0
        for name in ORDER:
            width = 100 * chance[name].value
            axes.barh(place, width, left=left, height=0.66, color=PALETTE[name])
            axes.annotate(
                _within(chance[name], width),
                (left + width / 2, place),
                ha="center",
                va="center",
                color=PALETTE["ink"] if name == "base" else "white",
            )
            if place == 0:
                text = (SAY(f"verdict.{name}"), (left + width / 2, -0.42))
                axes.annotate(*text, ha="center", color=PALETTE[f"{name}-ink"], weight="bold")
            left += width
    titles = [entity_title(source, entity) for entity in chances]
    axes.set_yticks(range(len(chances)), [title[:1].upper() + title[1:] for title in titles])
    axes.tick_params(axis="y", labelcolor=PALETTE["ink"])
    axes.set_ylim(len(chances) - 0.5, -0.75)
    axes.set_xlim(0, 100)
    axes.set_xlabel("% of paths")
    chance = next(iter(chances.values()))
    told = f"bear on {percent(chance['bear'])} of paths, bull on {percent(chance['bull'])}"
    whose = titles[0][:1].upper() + titles[0][1:] or "Verdict"
    say(
        figure,
        f"{whose}: {told}",
        _extremes(source, chances),
        f"Verdicts are by the study's rules, of each path. {note}",
    )
    return figure


def _within(chance: Estimate, width: float) -> str:
    """Return what of a probability has room in its bar."""
    text = percent(chance)
    if width >= ROOM:
        return text
    return f"{text.partition(' ±')[0]}%" if width >= NARROW else ""


def _extremes(source: Source, chances: dict[str, dict[str, Estimate]]) -> str:
    """Return which companies are the most and the least exposed."""
    companies = [entity for entity in chances if entity != "group"]
    if len(companies) < 2:
        return ""
    ordered = sorted(companies, key=lambda entity: chances[entity]["bear"].value)
    least, most = ordered[0], ordered[-1]
    told = [f"{entity_title(source, one)} ({percent(chances[one]['bear'])})" for one in (most, least)]
    return f"Bear is most probable for {told[0]}, least for {told[1]}."
