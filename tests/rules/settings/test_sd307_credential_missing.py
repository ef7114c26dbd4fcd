"""SD307: a credential that the chosen mode or provider requires is not set."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.rules.settings.sd307_credential_missing import RULE
from tests.healthy import NOT_MEASURED, healthy
from tests.rules.altered import assumed, contract_of, reading, variables
from tests.rules.contracts import cloud, openai, reads
from tests.rules.grid import Case, Told, assert_told, does_not_fire, every_case, fires, not_checked
from tests.rules.vary import one

BOTH = "STIGMER_LLM_API_KEY or ANTHROPIC_API_KEY"


def hidden(name: str) -> f.Variable:
    return f.Variable(name=name, value="<hidden 1>", hidden=True)


def in_cloud(**changes: str | None) -> f.Facts:
    """An image that starts sandboxes in the cloud."""
    return variables(reads(f.Read(name="DAYTONA_API_KEY"), facts=cloud()), **changes)


def reading_only(*names: str, facts: f.Facts) -> f.Facts:
    """The image reads no other names of the provider's key."""
    gone = {"STIGMER_LLM_API_KEY", "ANTHROPIC_API_KEY"} - set(names)
    contract = contract_of(facts)
    return replace(
        facts, contract=replace(contract, reads=tuple(read for read in contract.reads if read.name not in gone))
    )


def with_default(when: str, default: str = "dummy") -> f.Facts:
    """The provider's key has a default in one mode, in the code."""
    return variables(
        reads(f.Read(name="STIGMER_LLM_API_KEY", default=default, when=when)), STIGMER_LLM_PROVIDER="openai"
    )


def assumed_to_read_none() -> f.Facts:
    facts = reading_only(facts=openai())
    return replace(facts, contract=replace(contract_of(facts), source=f.ContractSource.PROFILE))


GRID: dict[Rule, list[Case]] = {
    RULE: [
        fires(
            "a provider that wants a key",
            variables(STIGMER_LLM_PROVIDER="anthropic"),
            Told(
                subject="STIGMER_LLM_API_KEY",
                measured="STIGMER_LLM_PROVIDER=anthropic; STIGMER_LLM_API_KEY unset; ANTHROPIC_API_KEY unset",
                expected="STIGMER_LLM_API_KEY or ANTHROPIC_API_KEY set",
                endpoints=(),
                message=(
                    "STIGMER_LLM_PROVIDER is anthropic, which needs a credential: STIGMER_LLM_API_KEY or "
                    "ANTHROPIC_API_KEY is not set"
                ),
                advice="Export STIGMER_LLM_API_KEY where the daemon or compose starts the container",
                evidence=("inspect Config.Env: STIGMER_LLM_API_KEY unset; ANTHROPIC_API_KEY unset",),
            ),
        ),
        fires(
            "the key is empty",
            openai(STIGMER_LLM_API_KEY=" "),
            Told(
                subject="STIGMER_LLM_API_KEY",
                measured="STIGMER_LLM_PROVIDER=openai; STIGMER_LLM_API_KEY empty; ANTHROPIC_API_KEY unset",
                expected="STIGMER_LLM_API_KEY or ANTHROPIC_API_KEY set",
                endpoints=(),
                message="STIGMER_LLM_PROVIDER is openai",
                advice="or choose another STIGMER_LLM_PROVIDER.",
            ),
        ),
        fires(
            "the key under a name that nobody reads",
            variables(openai(), OPENAI_API_KEY=hidden("OPENAI_API_KEY")),
            Told(
                subject="STIGMER_LLM_API_KEY",
                measured="STIGMER_LLM_PROVIDER=openai; STIGMER_LLM_API_KEY unset; ANTHROPIC_API_KEY unset",
                expected="STIGMER_LLM_API_KEY or ANTHROPIC_API_KEY set",
                endpoints=(),
                message="is not set; OPENAI_API_KEY is set, and this image does not read it",
                advice="OPENAI_API_KEY is most likely what was meant: give its value to STIGMER_LLM_API_KEY. Export",
            ),
        ),
        fires(
            "the key under a name that other images read",
            reading_only("ANTHROPIC_API_KEY", facts=openai(STIGMER_LLM_API_KEY="hidden", OPENAI_API_KEY=" ")),
            Told(
                subject="ANTHROPIC_API_KEY",
                measured="STIGMER_LLM_PROVIDER=openai; ANTHROPIC_API_KEY unset",
                expected="ANTHROPIC_API_KEY set",
                endpoints=(),
                message="ANTHROPIC_API_KEY is not set; STIGMER_LLM_API_KEY is set, and",
                advice="STIGMER_LLM_API_KEY is most likely",
            ),
        ),
        fires(
            "no code was read",
            assumed(openai()),
            Told(
                subject="STIGMER_LLM_API_KEY",
                measured="STIGMER_LLM_PROVIDER=openai; STIGMER_LLM_API_KEY unset; ANTHROPIC_API_KEY unset",
                expected="STIGMER_LLM_API_KEY or ANTHROPIC_API_KEY set",
                endpoints=(),
                message="STIGMER_LLM_API_KEY or ANTHROPIC_API_KEY is not set",
                advice="Export STIGMER_LLM_API_KEY",
            ),
        ),
        fires(
            "it is not even known who reads it",
            replace(openai(), contract=NOT_MEASURED),
            Told(
                subject="STIGMER_LLM_API_KEY",
                measured="STIGMER_LLM_PROVIDER=openai; STIGMER_LLM_API_KEY unset; ANTHROPIC_API_KEY unset",
                expected="STIGMER_LLM_API_KEY or ANTHROPIC_API_KEY set",
                endpoints=(),
                message="STIGMER_LLM_API_KEY or ANTHROPIC_API_KEY is not set",
                advice="Export STIGMER_LLM_API_KEY",
            ),
        ),
        fires(
            "what the code reads is assumed, and says nothing of the names",
            assumed_to_read_none(),
            Told(
                subject="STIGMER_LLM_API_KEY",
                measured="STIGMER_LLM_PROVIDER=openai; STIGMER_LLM_API_KEY unset; ANTHROPIC_API_KEY unset",
                expected="STIGMER_LLM_API_KEY or ANTHROPIC_API_KEY set",
                endpoints=(),
                message="STIGMER_LLM_API_KEY or ANTHROPIC_API_KEY is not set",
                advice="Export STIGMER_LLM_API_KEY",
            ),
        ),
        fires(
            "a default for the other mode only",
            with_default("cloud"),
            Told(
                subject="STIGMER_LLM_API_KEY",
                measured="STIGMER_LLM_PROVIDER=openai; STIGMER_LLM_API_KEY unset; ANTHROPIC_API_KEY unset",
                expected="STIGMER_LLM_API_KEY or ANTHROPIC_API_KEY set",
                endpoints=(),
                message="STIGMER_LLM_API_KEY or ANTHROPIC_API_KEY is not set",
                advice="Export",
            ),
        ),
        fires(
            "a default that is empty",
            with_default("", ""),
            Told(
                subject="STIGMER_LLM_API_KEY",
                measured="STIGMER_LLM_PROVIDER=openai; STIGMER_LLM_API_KEY unset; ANTHROPIC_API_KEY unset",
                expected="STIGMER_LLM_API_KEY or ANTHROPIC_API_KEY set",
                endpoints=(),
                message="STIGMER_LLM_API_KEY or ANTHROPIC_API_KEY is not set",
                advice="Export",
            ),
        ),
        fires(
            "no mode is known, and the default is for one",
            replace(
                with_default("local"),
                configuration=f.Configuration(
                    endpoints=(),
                    settings=(
                        f.Setting(
                            key="llm_provider", variable="STIGMER_LLM_PROVIDER", value="openai", origin=f.Origin.DEFAULT
                        ),
                    ),
                ),
            ),
            Told(
                subject="STIGMER_LLM_API_KEY",
                measured=(
                    "STIGMER_LLM_PROVIDER, unset: its default is openai; STIGMER_LLM_API_KEY unset; "
                    "ANTHROPIC_API_KEY unset"
                ),
                expected="STIGMER_LLM_API_KEY or ANTHROPIC_API_KEY set",
                endpoints=(),
                message="STIGMER_LLM_API_KEY or ANTHROPIC_API_KEY is not set",
                advice="Export",
            ),
        ),
        fires(
            "the cloud's own key",
            in_cloud(STIGMER_API_KEY=None),
            Told(
                subject="STIGMER_API_KEY",
                measured="MODE=cloud; STIGMER_API_KEY unset",
                expected="STIGMER_API_KEY set",
                endpoints=(),
                message="MODE is cloud, which needs a credential: STIGMER_API_KEY is not set",
                advice="or choose another MODE.",
            ),
        ),
        fires(
            "the cloud's own key, where the provider wants none",
            in_cloud(STIGMER_API_KEY=None, STIGMER_LLM_PROVIDER="ollama"),
            Told(
                subject="STIGMER_API_KEY",
                measured="MODE=cloud; STIGMER_API_KEY unset",
                expected="STIGMER_API_KEY set",
                endpoints=(),
                message="STIGMER_API_KEY is not set",
                advice="or choose another MODE.",
            ),
        ),
        fires(
            "the key of the sandboxes, which no start needs",
            in_cloud(DAYTONA_API_KEY=None),
            Told(
                subject="DAYTONA_API_KEY",
                measured="MODE=cloud; DAYTONA_API_KEY unset",
                expected="DAYTONA_API_KEY set",
                endpoints=("settings",),
                message="MODE is cloud, which needs a credential: DAYTONA_API_KEY is not set",
                advice="Export DAYTONA_API_KEY",
            ),
        ),
        fires(
            "two",
            in_cloud(STIGMER_API_KEY="", STIGMER_LLM_API_KEY=None),
            Told(
                subject="STIGMER_API_KEY",
                measured="MODE=cloud; STIGMER_API_KEY empty",
                expected="STIGMER_API_KEY set",
                endpoints=(),
                message="STIGMER_API_KEY is not set",
                advice="Export STIGMER_API_KEY",
            ),
            Told(
                subject="STIGMER_LLM_API_KEY",
                measured="STIGMER_LLM_PROVIDER=anthropic; STIGMER_LLM_API_KEY unset; ANTHROPIC_API_KEY unset",
                expected="STIGMER_LLM_API_KEY or ANTHROPIC_API_KEY set",
                endpoints=(),
                message="STIGMER_LLM_API_KEY or ANTHROPIC_API_KEY is not set",
                advice="Export STIGMER_LLM_API_KEY",
            ),
        ),
        does_not_fire("a provider that wants none", variables(STIGMER_LLM_PROVIDER="ollama")),
        does_not_fire("the key, hidden", variables(openai(), ANTHROPIC_API_KEY=hidden("ANTHROPIC_API_KEY"))),
        does_not_fire("the key, and one that nobody reads", openai(STIGMER_LLM_API_KEY="x", OPENAI_API_KEY="y")),
        does_not_fire("a default in the code", with_default("local")),
        does_not_fire("a default of both modes", with_default("")),
        does_not_fire("the image reads none of the names", reading_only(facts=openai())),
        does_not_fire("all keys of the cloud", in_cloud()),
        does_not_fire("the local mode", reading()),
        does_not_fire("the provider is not known", replace(openai(), configuration=f.Configuration(endpoints=()))),
        not_checked("no configuration", replace(healthy(), configuration=NOT_MEASURED), "the test left it out"),
        not_checked("no container", replace(healthy(), container=NOT_MEASURED), "the test left it out"),
    ]
}


def test_of_other_names_is_spoken_only_where_they_are_set() -> None:
    finding = one(openai(), RULE)
    assert finding.message.endswith("API_KEY is not set")
    assert finding.remediation.text.startswith("Export STIGMER_LLM_API_KEY where")


@every_case(GRID)
def test_it_says(rule: Rule, case: Case) -> None:
    assert_told(rule, case)
