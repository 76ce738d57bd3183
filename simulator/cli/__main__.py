"""Run by ``python -m simulator.cli``, where the command itself is not on the path."""

import sys

from simulator.cli import main

sys.exit(main())
