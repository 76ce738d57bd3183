"""A Slurm of four commands, whose jobs are processes of this machine: enough for submitit."""

import os
import stat
from pathlib import Path

COMMANDS = {
    "sbatch": """\
n=$(($(ls "$SLURM_OF_TEST" | grep -c sh$) + 1))
cp "$1" "$SLURM_OF_TEST/$n.sh"
export SLURM_JOB_ID=$n SLURM_NTASKS=1 SLURM_JOB_NUM_NODES=1 SLURM_NODEID=0 SLURM_PROCID=0 SLURM_LOCALID=0
if [ "$n" = "$LOST_OF_TEST" ]; then
    echo NODE_FAIL > "$SLURM_OF_TEST/$n.state"
else
    echo RUNNING > "$SLURM_OF_TEST/$n.state"
    (bash "$1" && ended=COMPLETED || ended=FAILED; echo $ended > "$SLURM_OF_TEST/$n.state") \
        < /dev/null > /dev/null 2>&1 &
fi
echo "Submitted batch job $n"
""",
    "srun": """\
exec "${@:6}" > "${3//%t/0}" 2> "${5//%t/0}"
""",
    "sacct": """\
echo "JobID|State|NodeList"
for state in "$SLURM_OF_TEST"/*.state; do echo "$(basename "$state" .state)|$(cat "$state")|here"; done
""",
    "scancel": """\
echo "CANCELLED" > "$SLURM_OF_TEST/$1.state"
""",
}


def install(folder: Path) -> dict[str, str]:
    """Write the commands, and return the environment in which they are found."""
    (folder / "bin").mkdir()
    (folder / "jobs").mkdir()
    for name, script in COMMANDS.items():
        path = folder / "bin" / name
        path.write_text(f"#!/bin/bash\n{script}")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return {
        "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "SLURM_OF_TEST": str(folder / "jobs"),
        "LOST_OF_TEST": "none",
    }
