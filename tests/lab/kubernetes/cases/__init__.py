"""The situations of the cluster, by what is wrong in them."""

from tests.lab.kubernetes.cases.case import Case
from tests.lab.kubernetes.cases.configuration import CASES as _CONFIGURATION
from tests.lab.kubernetes.cases.environment import CASES as _ENVIRONMENT
from tests.lab.kubernetes.cases.policies import CASES as _POLICIES
from tests.lab.kubernetes.cases.services import CASES as _SERVICES
from tests.lab.kubernetes.cases.start import CASES as _START

CASES: dict[str, Case] = {case.name: case for case in (*_ENVIRONMENT, *_START, *_CONFIGURATION, *_SERVICES, *_POLICIES)}
