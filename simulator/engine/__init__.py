"""Blocks of paths compiled, executed and stored. Knows no finance: a model is any function of named draws."""

from simulator.engine.cluster import connected as connected
from simulator.engine.crew import Crew as Crew
from simulator.engine.directory import Journal as Journal
from simulator.engine.directory import begin as begin
from simulator.engine.directory import held as held
from simulator.engine.directory import place as place
from simulator.engine.directory import reopen as reopen
from simulator.engine.errand import Recipe as Recipe
from simulator.engine.execute import Executor as Executor
from simulator.engine.execute import on_threads as on_threads
from simulator.engine.fill import differs as differs
from simulator.engine.fill import fill as fill
from simulator.engine.finite import Tally as Tally
from simulator.engine.finite import faults as faults
from simulator.engine.kernel import Kernel as Kernel
from simulator.engine.kernel import MetricKernel as MetricKernel
from simulator.engine.kernel import Model as Model
from simulator.engine.kernel import Program as Program
from simulator.engine.manifest import Manifest as Manifest
from simulator.engine.manifest import Status as Status
from simulator.engine.plan import BLOCK as BLOCK
from simulator.engine.plan import Plan as Plan
from simulator.engine.store import MemoryStore as MemoryStore
from simulator.engine.store import Store as Store
from simulator.engine.store import leading as leading
from simulator.engine.zarr_store import ZarrStore as ZarrStore
