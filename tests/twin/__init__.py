"""An independent NumPy float64 twin of the build-out model: the oracle of the compiled kernel."""

from .cases import Case as Case
from .cases import worked_cases as worked_cases
from .draws import random_inputs as random_inputs
from .metrics import passes_of as passes_of
from .metrics import verdict_of as verdict_of
from .model import histories as histories
from .model import simulate as simulate
from .structure import FIVE_BY_EIGHT as FIVE_BY_EIGHT
from .structure import LEVERED as LEVERED
from .structure import SHIPPED as SHIPPED
from .structure import Company as Company
from .structure import Exposure as Exposure
from .structure import PowerSource as PowerSource
from .structure import Structure as Structure
from .structure import levered as levered
from .structure import quiet_shocks as quiet_shocks
from .structure import shock_names as shock_names
