"""A page with the model inside: change a belief and see the verdict."""
