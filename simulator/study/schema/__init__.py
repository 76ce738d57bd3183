"""Pydantic models of everything that a study may hold in TOML or in a dictionary."""
