"""SD308: a credential that is sent as a header holds what no header can carry."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor.analysis import parts
from stigmer_doctor.model import facts as f
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.rules.settings.sd308_credential_malformed import RULE
from tests.healthy import NOT_MEASURED, healthy
from tests.rules.altered import contract_of, variables
from tests.rules.contracts import openai
from tests.rules.grid import Case, Told, assert_told, does_not_fire, every_case, fires, not_checked


def key(name: str, unsendable: str = "a line break") -> f.Variable:
    return f.Variable(name=name, value="<hidden 1>", hidden=True, unsendable=unsendable)


def unread() -> f.Facts:
    facts = variables(STIGMER_API_KEY=key("STIGMER_API_KEY"))
    contract = contract_of(facts)
    kept = tuple(read for read in contract.reads if read.name != "STIGMER_API_KEY")
    return replace(facts, contract=replace(contract, reads=kept))


def told(name: str, what: str) -> Told:
    return Told(
        subject=name,
        measured=f"{name} has {what} in its value, which is not shown",
        expected="a key of printable ASCII characters on one line",
        endpoints=(parts.SETTINGS,),
        message=f"^the value of {name} has {what} in it, and no request can carry that",
        advice=f'export {name}="$(cat FILE)" leaves it out.',
        evidence=(f"inspect Config.Env: {name}: {what}",),
    )


GRID: dict[Rule, list[Case]] = {
    RULE: [
        fires(
            "the end of a line",
            variables(STIGMER_API_KEY=key("STIGMER_API_KEY")),
            told("STIGMER_API_KEY", "a line break"),
        ),
        fires(
            "the provider's, with a dash that is none",
            variables(openai(), STIGMER_LLM_API_KEY=key("STIGMER_LLM_API_KEY", "a letter that is not ASCII")),
            told("STIGMER_LLM_API_KEY", "a letter that is not ASCII"),
        ),
        does_not_fire("a key as it should be", variables(STIGMER_API_KEY=key("STIGMER_API_KEY", ""))),
        does_not_fire("the key of a provider that is not asked", variables(ANTHROPIC_API_KEY=key("ANTHROPIC_API_KEY"))),
        does_not_fire("nothing reads it", unread()),
        does_not_fire("another variable", variables(OTHER_SECRET=key("OTHER_SECRET"))),
        not_checked("no container", replace(healthy(), container=NOT_MEASURED), "the test left it out"),
    ]
}


@every_case(GRID)
def test_it_says(rule: Rule, case: Case) -> None:
    assert_told(rule, case)
