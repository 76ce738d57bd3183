"""A kernel that needs no Python: the same function as a program for a page."""
