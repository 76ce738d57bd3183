"""Values at which a later mechanism does nothing: the worked cases are of the model without."""

#: Inputs by name, beside the constants that all worked cases share.
NEUTRAL: dict[str, float] = {}
