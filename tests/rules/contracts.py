"""Situations of the contract: an address in the code, variables that are dropped, and the cloud mode's Redis."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from tests.healthy import ALIAS, ALIAS_ADDRESS, NOT_MEASURED, dial, healthy
from tests.rules.altered import contract_of, in_force, reach_of, variables

LITERAL = "http://localhost:11434"
REDIS_PORT = 6379


def use(**changes: object) -> f.ClientUse:
    plain = f.ClientUse(protocol="ollama", client="ChatOllama", part="address", locator="lib/models.py:9")
    return replace(plain, **changes)


def reads(*more: f.Read, facts: f.Facts | None = None) -> f.Facts:
    """The image's code reads these as well."""
    facts = facts or healthy()
    contract = contract_of(facts)
    return in_force(replace(facts, contract=replace(contract, reads=(*contract.reads, *more))))


def used(*uses: f.ClientUse, facts: f.Facts | None = None) -> f.Facts:
    """The image's code constructs its clients so."""
    facts = facts or healthy()
    return in_force(replace(facts, contract=replace(contract_of(facts), uses=uses)))


def hard_coded(outcome: f.Outcome | None = f.Outcome.REFUSED, facts: f.Facts | None = None) -> f.Facts:
    """The LLM's address is a literal of the code, and dialling it comes to this; None: nothing was dialled."""
    found = used(use(literals=(LITERAL,)), facts=facts)
    if outcome is None:
        return replace(found, container_reach=NOT_MEASURED, llm=NOT_MEASURED)
    reach = reach_of(found)
    dials = (*reach.dials, dial("localhost", 11434, outcome))
    answer = healthy().llm if outcome is f.Outcome.CONNECTED else NOT_MEASURED
    return replace(found, container_reach=replace(reach, dials=dials), llm=answer)


def cloud(outcome: f.Outcome | None = f.Outcome.CONNECTED, host: str = ALIAS, **changes: object) -> f.Facts:
    """The runner in cloud mode, with the Redis of the user's machine; `changes` are those of its answer."""
    redis = {"REDIS_HOST": host, "DAYTONA_API_KEY": "hidden", "STIGMER_API_KEY": "hidden"}
    known = (f.Read(name="REDIS_HOST", default="localhost"), f.Read(name="REDIS_PORT", default="6379"))
    found = variables(
        reads(*known), MODE="cloud", STIGMER_LLM_PROVIDER="anthropic", STIGMER_LLM_API_KEY="hidden", **redis
    )
    if outcome is None:
        return found
    reach = reach_of(found)
    answer = f.RedisAnswer(answered=f.Answered.YES, status="PONG")
    return replace(
        found,
        container_reach=replace(reach, dials=(*reach.dials, dial(host, REDIS_PORT, outcome, ALIAS_ADDRESS))),
        redis=replace(answer, **changes) if outcome is f.Outcome.CONNECTED else NOT_MEASURED,
    )


def on_this_machine(facts: f.Facts, outcome: f.Outcome) -> f.Facts:
    """What the Redis port of the user's machine does."""
    reach = facts.user_reach
    assert isinstance(reach, f.Reach)
    dials = (*reach.dials, *(dial(host, REDIS_PORT, outcome, host) for host in ("127.0.0.1", "::1")))
    return replace(facts, user_reach=replace(reach, dials=dials), listeners=NOT_MEASURED)


def openai(**changes: str | None) -> f.Facts:
    return variables(None, **{"STIGMER_LLM_PROVIDER": "openai", **changes})
