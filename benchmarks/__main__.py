"""Run every benchmark, or those named: ``python benchmarks [NAME...] [--full]``."""

import argparse
import subprocess
import sys
from pathlib import Path

SCRIPTS = (
    "build_out", "job_a", "job_b", "accuracy", "precision", "limits", "devices", "scaling", "start", "hold",
    "keep", "page",
)  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="of " + ", ".join(SCRIPTS))
    parser.add_argument("--full", action="store_true", help="final figures, on a quiet machine")
    asked = parser.parse_args()
    if unknown := set(asked.names) - set(SCRIPTS):
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}; there are {', '.join(SCRIPTS)}")
    failed = []
    for name in asked.names or SCRIPTS:
        # A process each: none inherits another's threads, caches or memory.
        script = Path(__file__).parent / f"{name}.py"
        command = [sys.executable, str(script), *(["--full"] if asked.full else [])]
        if subprocess.run(command, check=False).returncode:
            failed.append(name)
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return bool(failed)


if __name__ == "__main__":
    raise SystemExit(main())
