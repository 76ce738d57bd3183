"""Values at which a later mechanism does nothing: the worked cases are of the model without."""

#: Inputs by name, beside the constants that all worked cases share.
NEUTRAL: dict[str, float] = {
    "spend.profile_slope": 0.0,
    **{f"spend.last_quarter.{company}": 30.0 for company in ("amazon", "alphabet", "microsoft", "meta")},
}
