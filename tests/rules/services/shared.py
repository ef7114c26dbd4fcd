"""What the grids of the services' rules share: names, and the cases in which there is nothing to ask."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from tests.healthy import ALIAS, NOT_MEASURED, PORTS, endpoint
from tests.rules.grid import Case, not_checked
from tests.rules.vary import configured, with_setting, without

TITLES = {name: endpoint(name, "x:1").title for name in PORTS}
VARIABLES = {name: endpoint(name, "x:1").variable for name in PORTS}
UNUSED = {"backend": "", "temporal": "", "llm": ": STIGMER_LLM_PROVIDER is anthropic"}
NO_REACH = f.NotMeasured(reason="no interpreter")


def written(name: str, address: str) -> str:
    """The change that sets the endpoint's variable."""
    return f"+ {VARIABLES[name]}={in_variable(name, address)}"


def in_variable(name: str, address: str) -> str:
    return f"http://{address}" if name == "llm" else address


def no_endpoint(name: str, facts: f.Facts) -> list[Case]:
    """Facts in which the rule would fire, did the runner dial the endpoint."""
    unusable = replace(endpoint(name, f"{ALIAS}:1"), host="", port=0, problem="it names no port")
    unset = replace(facts, configuration=f.Configuration(endpoints=()))
    unused = with_setting(without(facts, name), "llm_provider", "anthropic")
    return [
        not_checked("the runner does not use it", unused, f"the runner does not use it{UNUSED[name]}"),
        not_checked("the runner does not use it, and names no provider", unset, "the runner does not use it"),
        not_checked(
            "its address is none",
            configured(facts, unusable),
            f"{VARIABLES[name]} holds no usable address: it names no port",
        ),
        not_checked("the configuration is not known", replace(facts, configuration=NOT_MEASURED), NOT_MEASURED.reason),
    ]
