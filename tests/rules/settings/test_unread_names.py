"""Names that nothing reads: which one each of them is near to, for SD301, SD305 and the rules about files."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.rules.settings import sd301_misnamed_variable as sd301
from stigmer_doctor.rules.settings import sd305_unread_variable as sd305
from tests.rules.altered import contract_of, in_force, reading, variables
from tests.rules.contracts import cloud, reads, use, used
from tests.rules.different import Situation
from tests.rules.vary import findings, healthy, one

LLM, OLLAMA = "STIGMER_LLM_BASE_URL", "OLLAMA_BASE_URL"
MEANT = {
    "STIGMER_BACKEND_URL": "STIGMER_BACKEND_ENDPOINT",
    "STIGMER_BACKEND_HOST": "STIGMER_BACKEND_ENDPOINT",
    "BACKEND_URL": "STIGMER_BACKEND_ENDPOINT",
    "STIGMER_BACKEND_ENDPONT": "STIGMER_BACKEND_ENDPOINT",
    "BACKEND_STIGMER_ENDPOINT": "STIGMER_BACKEND_ENDPOINT",
    "stigmer-backend-endpoint": "STIGMER_BACKEND_ENDPOINT",
    "TEMPORAL_HOST_PORT": "TEMPORAL_SERVICE_ADDRESS",
    "TEMPORAL_URL": "TEMPORAL_SERVICE_ADDRESS",
    "STIGMER_TEMPORAL_ADDRESS": "TEMPORAL_SERVICE_ADDRESS",
    "OLLAMA_BASE_URL": "STIGMER_LLM_BASE_URL",
    "STIGMER_LLM_ENDPOINT": "STIGMER_LLM_BASE_URL",
    "LLM_URL": "STIGMER_LLM_BASE_URL",
}
OTHERS = (
    "STIGMER_BACKEND", "STIGMER_BACKEND_SERVICE", "BACKEND", "MY_BACKEND_URL", "MY_STIGMER_BACKEND_URL",
    "MY_TEMPORAL_URL", "STIGMER_URL", "TEMPORAL_BASE", "LLM_BASE", "REDIS_URL",
)  # fmt: skip


@pytest.mark.parametrize("name", MEANT)
def test_a_near_name_is_told(name: str) -> None:
    facts = variables(None, **{MEANT[name]: None, name: "198.18.0.9:9000"})
    finding = one(facts, sd301.RULE)
    assert (finding.subject, finding.expected.partition("=")[0]) == (name, MEANT[name])


@pytest.mark.parametrize("mode", [healthy, cloud])
@pytest.mark.parametrize("name", OTHERS)
def test_a_name_that_is_not_near_enough_is_not(name: str, mode: Situation) -> None:
    addresses = ("STIGMER_BACKEND_ENDPOINT", "TEMPORAL_SERVICE_ADDRESS", LLM, "REDIS_HOST")
    changes: dict[str, str | f.Variable | None] = {**dict.fromkeys(addresses), name: "198.18.0.9:9000"}
    facts = variables(mode(), **changes)
    assert findings(facts, sd301.RULE) == ()


def both(*uses: f.ClientUse) -> f.Facts:
    """An image that reads both names for the LLM's address, with another value in each."""
    facts = reads(f.Read(name=OLLAMA, default="http://localhost:11434"))
    return variables(used(*uses, facts=facts), OLLAMA_BASE_URL="http://198.18.0.9:1")


UNTOLD = {
    "nobody knows what the client gets": (),
    "the client gets the one, or else the other": (use(variables=(LLM, OLLAMA)),),
    "one client gets the one, and another the other": (use(variables=(LLM,)), use(variables=(OLLAMA,))),
    "what the client gets is not certain": (use(variables=(LLM,), known=False),),
}


@pytest.mark.parametrize("uses", UNTOLD.values(), ids=UNTOLD)
def test_a_name_that_may_reach_the_client_is_read(uses: tuple[f.ClientUse, ...]) -> None:
    assert findings(both(*uses), sd301.RULE, sd305.RULE) == ()


def test_a_name_that_the_code_reads_and_drops_is_not_read_whatever_other_clients_get() -> None:
    facts = both(use(variables=(LLM,)), use(protocol="grpc", known=False))
    assert [(finding.code, finding.subject) for finding in findings(facts, sd301.RULE, sd305.RULE)] == [
        ("SD305", OLLAMA)
    ]


def provider_of_both_modes() -> f.Facts:
    """The code's first default of the provider is the other mode's."""
    contract = contract_of(healthy())
    cloudy = f.Read(name="STIGMER_LLM_PROVIDER", default="anthropic", when="cloud")
    return in_force(replace(healthy(), contract=replace(contract, reads=(cloudy, *contract.reads))))


SAME = {
    "the address, where it cannot be seen": variables(
        STIGMER_BACKEND_ENDPOINT="<hidden 1>", STIGMER_BACKEND_URL="<hidden 1>"
    ),
    "a variable that is not a setting": variables(SANDBOX_TYPE="other", SANDBOX_TYPES="other"),
    "the default of the mode": variables(
        provider_of_both_modes(), STIGMER_LLM_PROVIDER=None, STIGMER_LLM_PROVIDR="ollama"
    ),
    "the default of another place": variables(
        reads(f.Read(name="STIGMER_COLOUR"), f.Read(name="STIGMER_COLOUR", default="blue")), STIGMER_COLOR="blue"
    ),
}


@pytest.mark.parametrize("facts", SAME.values(), ids=SAME)
def test_a_value_that_is_in_force_anyway_is_not_lost(facts: f.Facts) -> None:
    assert findings(facts, sd301.RULE, sd305.RULE) == ()


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("STIGMER_SANDBOX_TTL", ""),  # it is read
        ("STIGMER_SANDBOX_TLT", "STIGMER_SANDBOX_TTL"),
        ("SANDBOX_STIGMER_TTL", "STIGMER_SANDBOX_TTL"),
        ("stigmer-sandbox.ttl", "STIGMER_SANDBOX_TTL"),
        ("STIGMER_BOXSAND_TTL", "?"),
        ("STIGMER_SANDBOX_TTLLLL", "?"),
        ("MY_SANDBOX_TTL", ""),  # too far, and not ours
    ],
)
def test_a_name_of_the_same_words_or_of_almost_the_same_letters_is_near(name: str, near: str) -> None:
    """The same letters in another order are not."""
    found = findings(variables(**{name: "99"}), sd301.RULE, sd305.RULE)
    assert [finding.expected.partition("=")[0] if finding.code == "SD301" else "?" for finding in found] == [
        name for name in [near] if name
    ]


def test_names_of_other_letters_do_not_stand_before_a_near_one() -> None:
    """Only so many names are compared letter by letter: those that have almost the same ones."""
    others = (f.Read(name=f"STIGMER_{number:05}") for number in range(100))
    facts = variables(reads(*others, f.Read(name="STIGMER_COLOUR")), STIGMER_COLOR="blue")
    (finding,) = findings(facts, sd301.RULE)
    assert finding.expected.startswith("STIGMER_COLOUR=")


def test_code_that_reads_nothing_has_no_near_name() -> None:
    bare = reading(variables(STIGMER_COLOR="blue"))
    facts = replace(bare, contract=replace(contract_of(bare), reads=()))
    assert "STIGMER_COLOR" in {finding.subject for finding in findings(facts, sd305.RULE)}
