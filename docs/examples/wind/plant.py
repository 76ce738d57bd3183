"""The levelised cost of electricity of a wind plant, as a function of named draws."""

#: From USD a kilowatt-hour to USD a megawatt-hour.
KWH = 1000.0


def cost(d):
    """Return the levelised cost and what the plant sends out in a year, each [paths]."""
    energy = d["energy.turbine"] * d["energy.turbines"] * (1 - d["energy.wake_loss"])
    power = d["energy.turbines"] * d["energy.rating"]
    spent = d["finance.charge_rate"] * (d["cost.turbine"] + d["cost.balance"]) + d["cost.operation"]
    return {"lcoe": KWH * spent * power / energy, "energy": energy / 1e6}


cost.metric_units = {"lcoe": "USD/MWh", "energy": "GWh/yr"}
