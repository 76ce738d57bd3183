"""The same model as written by others: in NumPy, in Numba, and around other tools."""
