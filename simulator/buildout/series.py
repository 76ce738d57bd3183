"""The charts over time of the build-out, in the order of a report."""

from simulator.study.metric import SeriesChart

CHARTS = (
    SeriesChart("capex", "money_quarter", {"capex": lambda s: s["capex"]}, ("capex",), in_page=True),
    SeriesChart(
        "revenue",
        "money_quarter",
        {"revenue": lambda s: s["revenue"], "noncircular": lambda s: s["noncircular_revenue"]},
        ("revenue", "noncircular_revenue"),
    ),
    SeriesChart(
        "power",
        "gigawatts",
        {
            "delivered": lambda s: s["ordered_gw"].cumsum(axis=0),
            "energised": lambda s: s["energised_gw"].cumsum(axis=0),
        },
        ("ordered_gw", "energised_gw"),
        in_page=True,
    ),
    SeriesChart("idle_value", "money", {"idle_value": lambda s: s["idle_value"]}, ("idle_value",)),
    SeriesChart(
        "depreciation", "money_quarter", {"depreciation": lambda s: s["depreciation"]}, ("depreciation",)
    ),
    SeriesChart("fcf", "money_quarter", {"fcf": lambda s: s["fcf"]}, ("fcf",)),
    # Earnings beyond those of the first quarter, at a yearly rate, as eps_incremental has them.
    SeriesChart(
        "eps",
        "dollars_year",
        {"eps": lambda s: 4 * (s["nopat"] - s["nopat"][:1])},
        ("nopat",),
        "finance.shares",
    ),
)
