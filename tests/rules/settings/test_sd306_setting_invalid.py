"""SD306: a setting holds a value that the runner does not accept."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.rules.settings.sd306_setting_invalid import RULE
from tests.healthy import NOT_MEASURED, healthy
from tests.rules.altered import assumed, reading, variables
from tests.rules.contracts import cloud, reads
from tests.rules.grid import Case, Told, assert_told, does_not_fire, every_case, fires, not_checked

NUMBER = "TEMPORAL_MAX_CONCURRENCY"
TOKENS = f.Read(name="STIGMER_LLM_MAX_TOKENS")
WARMTH = f.Read(name="STIGMER_LLM_TEMPERATURE", default="0.7")


def unread(facts: f.Facts) -> f.Facts:
    """The code was not read at all."""
    return replace(facts, contract=NOT_MEASURED)


def with_defaults(*defaults: str) -> f.Facts:
    """The image reads the number of executions with these defaults, a place each."""
    facts = reads(*(f.Read(name=NUMBER, default=value) for value in defaults), facts=reading(renamed={NUMBER: "X"}))
    return variables(facts, TEMPORAL_MAX_CONCURRENCY="many")


def in_image(facts: f.Facts, name: str, value: str) -> f.Facts:
    return variables(facts, **{name: f.Variable(name=name, value=value, from_image=True)})


GRID: dict[Rule, list[Case]] = {
    RULE: [
        fires(
            "no mode of execution that there is",
            variables(STIGMER_EXECUTION_MODE="everywhere"),
            Told(
                subject="STIGMER_EXECUTION_MODE",
                measured='STIGMER_EXECUTION_MODE="everywhere"',
                expected="local, sandbox or auto",
                endpoints=("settings", "start"),
                message='STIGMER_EXECUTION_MODE is "everywhere", which the runner does not accept',
                advice="Set STIGMER_EXECUTION_MODE to local, sandbox or auto. When it is not set, local is in force.",
                changes=("- STIGMER_EXECUTION_MODE",),
                evidence=('inspect STIGMER_EXECUTION_MODE: "everywhere"',),
            ),
        ),
        fires(
            "a mistyped mode of execution, in quotes",
            variables(STIGMER_EXECUTION_MODE="'Sandbx' "),
            Told(
                subject="STIGMER_EXECUTION_MODE",
                measured="STIGMER_EXECUTION_MODE=\"'Sandbx' \"",
                expected="local, sandbox or auto",
                endpoints=("settings", "start"),
                message="STIGMER_EXECUTION_MODE is \"'Sandbx' \"",
                advice="Set STIGMER_EXECUTION_MODE to local, sandbox or auto.",
                changes=("+ STIGMER_EXECUTION_MODE=sandbox",),
            ),
        ),
        fires(
            "a mistyped mode",
            variables(cloud(), MODE="Local"),
            Told(
                subject="MODE",
                measured='MODE="Local"',
                expected="local or cloud",
                endpoints=("settings", "start", "redis"),
                message='MODE is "Local"',
                advice="Set MODE to local or cloud.",
                changes=("+ MODE=local",),
            ),
        ),
        fires(
            "an empty mode",
            variables(MODE=""),
            Told(
                subject="MODE",
                measured='MODE=""',
                expected="local or cloud",
                endpoints=("settings", "start", "redis"),
                message='MODE is ""',
                advice="Set MODE to local or cloud. When it is not set, cloud is in force.",
                changes=("- MODE",),
            ),
        ),
        fires(
            "no number",
            variables(TEMPORAL_MAX_CONCURRENCY="x"),
            Told(
                subject="TEMPORAL_MAX_CONCURRENCY",
                measured='TEMPORAL_MAX_CONCURRENCY="x"',
                expected="a whole number",
                endpoints=("settings", "start"),
                message='TEMPORAL_MAX_CONCURRENCY is "x"',
                advice="Set TEMPORAL_MAX_CONCURRENCY to a whole number. When it is not set, 10 is",
                changes=("- TEMPORAL_MAX_CONCURRENCY",),
            ),
        ),
        fires(
            "no whole number",
            variables(reads(TOKENS), STIGMER_LLM_MAX_TOKENS="1.5"),
            Told(
                subject="STIGMER_LLM_MAX_TOKENS",
                measured='STIGMER_LLM_MAX_TOKENS="1.5"',
                expected="a whole number",
                endpoints=("settings", "start"),
                message="STIGMER_LLM_MAX_TOKENS is",
                advice="a whole number. When it is not set, the image has a value of its own.",
                changes=("- STIGMER_LLM_MAX_TOKENS",),
            ),
        ),
        fires(
            "no number, of a setting that has a default",
            variables(reads(WARMTH), STIGMER_LLM_TEMPERATURE="warm"),
            Told(
                subject="STIGMER_LLM_TEMPERATURE",
                measured='STIGMER_LLM_TEMPERATURE="warm"',
                expected="a number",
                endpoints=("settings", "start"),
                message="STIGMER_LLM_TEMPERATURE is",
                advice="Set STIGMER_LLM_TEMPERATURE to a number. When it is not set, 0.7 is",
                changes=("- STIGMER_LLM_TEMPERATURE",),
            ),
        ),
        fires(
            "the image itself sets it",
            variables(MODE=f.Variable(name="MODE", value="lokal", from_image=True)),
            Told(
                subject="MODE",
                measured='MODE="lokal"',
                expected="local or cloud",
                endpoints=("settings", "start", "redis"),
                message='MODE is "lokal"',
                advice="Set MODE to local or cloud.",
                changes=("+ MODE=local",),
            ),
        ),
        fires(
            "the image itself sets it, and nothing is near to it",
            in_image(healthy(), "TEMPORAL_MAX_CONCURRENCY", "x"),
            Told(
                subject="TEMPORAL_MAX_CONCURRENCY",
                measured='TEMPORAL_MAX_CONCURRENCY="x"',
                expected="a whole number",
                endpoints=("settings", "start"),
                message="TEMPORAL_MAX_CONCURRENCY is",
                advice="The image itself sets it, so it cannot be left unset. The code's own default is 10.",
                changes=("+ TEMPORAL_MAX_CONCURRENCY=10",),
            ),
        ),
        fires(
            "the image itself sets it, where nothing is accepted as well",
            in_image(reads(TOKENS), "STIGMER_LLM_MAX_TOKENS", "x"),
            Told(
                subject="STIGMER_LLM_MAX_TOKENS",
                measured='STIGMER_LLM_MAX_TOKENS="x"',
                expected="a whole number",
                endpoints=("settings", "start"),
                message="STIGMER_LLM_MAX_TOKENS is",
                advice="The image itself sets it, so it cannot be left unset.",
                changes=("+ STIGMER_LLM_MAX_TOKENS=",),
            ),
        ),
        fires(
            "the image itself sets it, and no default is known",
            in_image(with_defaults("10", "20"), "TEMPORAL_MAX_CONCURRENCY", "x"),
            Told(
                subject="TEMPORAL_MAX_CONCURRENCY",
                measured='TEMPORAL_MAX_CONCURRENCY="x"',
                expected="a whole number",
                endpoints=("settings", "start"),
                message="TEMPORAL_MAX_CONCURRENCY is",
                advice="The image itself sets it, so it cannot be left unset.",
            ),
        ),
        fires(
            "no code was read",
            assumed(variables(STIGMER_SANDBOX_TTL="long")),
            Told(
                subject="STIGMER_SANDBOX_TTL",
                measured='STIGMER_SANDBOX_TTL="long"',
                expected="a whole number",
                endpoints=("settings", "start"),
                message="STIGMER_SANDBOX_TTL is",
                advice="When it is not set, 3600 is in force.",
                changes=("- STIGMER_SANDBOX_TTL",),
            ),
        ),
        fires(
            "what the code reads is assumed, and says nothing of it",
            replace(
                variables(STIGMER_SANDBOX_TTL="long"),
                contract=f.Contract(source=f.ContractSource.PROFILE, reads=()),
            ),
            Told(
                subject="STIGMER_SANDBOX_TTL",
                measured='STIGMER_SANDBOX_TTL="long"',
                expected="a whole number",
                endpoints=("settings", "start"),
                message="STIGMER_SANDBOX_TTL is",
                advice="Set STIGMER_SANDBOX_TTL to a whole number.",
            ),
        ),
        fires(
            "it is not even known who reads it",
            unread(variables(STIGMER_SANDBOX_TTL="long")),
            Told(
                subject="STIGMER_SANDBOX_TTL",
                measured='STIGMER_SANDBOX_TTL="long"',
                expected="a whole number",
                endpoints=("settings", "start"),
                message="STIGMER_SANDBOX_TTL is",
                advice="Set STIGMER_SANDBOX_TTL to a whole number.",
            ),
        ),
        fires(
            "of two defaults nobody can tell which one is in force",
            with_defaults("10", "20"),
            Told(
                subject="TEMPORAL_MAX_CONCURRENCY",
                measured='TEMPORAL_MAX_CONCURRENCY="many"',
                expected="a whole number",
                endpoints=("settings", "start"),
                message="TEMPORAL_MAX_CONCURRENCY is",
                advice="Set TEMPORAL_MAX_CONCURRENCY to a whole number.",
            ),
        ),
        fires(
            "two places have one default",
            with_defaults("10", "10", ""),
            Told(
                subject="TEMPORAL_MAX_CONCURRENCY",
                measured='TEMPORAL_MAX_CONCURRENCY="many"',
                expected="a whole number",
                endpoints=("settings", "start"),
                message="TEMPORAL_MAX_CONCURRENCY is",
                advice="When it is not set, 10 is in force.",
                changes=("- TEMPORAL_MAX_CONCURRENCY",),
            ),
        ),
        fires(
            "two",
            variables(STIGMER_EXECUTION_MODE="atuo", STIGMER_LLM_PROVIDER="x"),
            Told(
                subject="STIGMER_EXECUTION_MODE",
                measured='STIGMER_EXECUTION_MODE="atuo"',
                expected="local, sandbox or auto",
                endpoints=("settings", "start"),
                message="STIGMER_EXECUTION_MODE is",
                advice="local, sandbox or auto",
                changes=("+ STIGMER_EXECUTION_MODE=auto",),
            ),
            Told(
                subject="STIGMER_LLM_PROVIDER",
                measured='STIGMER_LLM_PROVIDER="x"',
                expected="anthropic, ollama or openai",
                endpoints=("settings", "start"),
                message="STIGMER_LLM_PROVIDER is",
                advice="anthropic, ollama or openai. When it is not set, ollama is",
                changes=("- STIGMER_LLM_PROVIDER",),
            ),
        ),
        does_not_fire(
            "values that it accepts", variables(STIGMER_EXECUTION_MODE="auto", TEMPORAL_MAX_CONCURRENCY="12")
        ),
        does_not_fire("a number with blanks, which Python reads", variables(TEMPORAL_MAX_CONCURRENCY=" 12 ")),
        does_not_fire("nothing, where that is the same as unset", variables(reads(TOKENS), STIGMER_LLM_MAX_TOKENS="")),
        does_not_fire("half a number", variables(reads(WARMTH), STIGMER_LLM_TEMPERATURE="0.5")),
        does_not_fire("the image does not read it", variables(STIGMER_LLM_MAX_TOKENS="many")),
        does_not_fire("the other mode reads it", variables(reads(f.Read(name="REDIS_PORT")), REDIS_PORT="none")),
        does_not_fire("its default is strange", variables(with_defaults("many"), TEMPORAL_MAX_CONCURRENCY=None)),
        not_checked("no configuration", replace(healthy(), configuration=NOT_MEASURED), "the test left it out"),
    ]
}


@every_case(GRID)
def test_it_says(rule: Rule, case: Case) -> None:
    assert_told(rule, case)
