"""Files that a command writes: whole, or not at all."""

from pathlib import Path


def write(text: str, path: Path) -> Path:
    """Write a whole file, or none."""
    from simulator.engine.files import access, write_whole

    with access(path, "write"):
        path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, [text.encode()], flush=False)
    return path
