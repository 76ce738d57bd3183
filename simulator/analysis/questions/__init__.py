"""Questions to a model: where it fails, what would change its answer, and what it is worth to know."""
