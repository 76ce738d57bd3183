"""Files that a command writes where it is asked to: whole or not at all, over their kind alone."""

from pathlib import Path

from simulator.errors import UsageError

#: What the folder of a run has, none of which a report takes the place of.
MANIFEST = "manifest.json"


def destination(out: Path, *endings: str) -> Path:
    """Return where a file is to be written, be it what a link leads to, before anything is computed for it.

    Parameters
    ----------
    out
        As asked for.
    endings
        Of names of files that may be replaced, such as ``.html``. Others are somebody's study, model or run.

    Raises
    ------
    UsageError
        It names no file, something that is no file, or one of another kind.
    """
    place = out.resolve() if out.is_symlink() else out
    if not place.name or place.is_dir():
        found = "a folder"
    elif place.is_symlink() or (place.exists() and not place.is_file()):
        found = "what is no file"
    elif place.exists() and (place.suffix.lower() not in endings or place.name == MANIFEST):
        found = "a file of another kind"
    else:
        return place
    message = f"--out: found {found}, {out}; allowed: a new file, or one that ends in {' or '.join(endings)}"
    raise UsageError(message)


def write(text: str, path: Path) -> Path:
    """Write a whole file, or none."""
    from simulator.engine.files import access, write_whole

    with access(path, "write"):
        path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, [text.encode()], flush=False)
    return path
