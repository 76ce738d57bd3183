"""Values at which a later mechanism does nothing: the worked cases are of the model without."""

#: Inputs by name, beside the constants that all worked cases share.
NEUTRAL: dict[str, float] = {
    "spend.profile_slope": 0.0,
    **{f"spend.last_quarter.{company}": 30.0 for company in ("amazon", "alphabet", "microsoft", "meta")},
    # Put off for ever.
    "spend.makeup_years": 1e15,
    "spend.accelerator": 0.0,
    "economics.scarcity_markup": 0.0,
    # Spending on AI does not hang on its price.
    "adoption.price_elasticity": 1.0,
    # The Bass curve.
    "adoption.curve": 1.0,
    "power.site_reuse": 0.0,
    # At the horizon: what waits never earns, no run until the last chip retires, demand stays where it is.
    "finance.economic_replacement": 0.0,
    "finance.queue_value": 0.0,
    "finance.harvest": 0.0,
    "finance.maturity_years": 0.0,
}
