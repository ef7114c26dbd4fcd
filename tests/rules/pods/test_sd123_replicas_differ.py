"""SD123: replicas of the same workload differ: in their image, in their variables, or in what they reach."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.findings import Severity
from stigmer_doctor.model.pod import Replica, ReplicaLink
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.rules.pods.sd123_replicas_differ import RULE
from tests.healthy import NOT_MEASURED
from tests.rules.grid import Case, Told, assert_told, does_not_fire, every_case, fires, not_checked
from tests.rules.pods.pod import SIBLING, failing, in_pod


def sibling(**changes: object) -> Replica:
    """Another pod of the workload, looked into, and the same as the one that is looked at."""
    container = in_pod().container
    assert isinstance(container, f.Container)
    made = Replica(
        name=SIBLING,
        image=container.image,
        image_id=container.image_id,
        state=f.State(status="running"),
        environment=container.environment,
        links=(ReplicaLink(endpoint="llm", address="llm:11434", outcome=f.Outcome.CONNECTED),),
    )
    return replace(made, **changes)


def beside(*others: Replica, facts: f.Facts | None = None, **changes: object) -> f.Facts:
    return replace(facts or in_pod(), replicas=f.Replicas(items=others, deployment="agent-runner", **changes))  # type: ignore[arg-type] # fields of replicas


def told(**values: str) -> Replica:
    """One whose process has these variables besides, or with other values."""
    mine = {variable.name: variable.value for variable in sibling().environment or ()} | values
    return sibling(environment=tuple(f.Variable(name=name, value=value) for name, value in mine.items()))


def rolling() -> f.Facts:
    facts = in_pod()
    assert isinstance(facts.workload, f.PodWorkload)
    return replace(facts, workload=replace(facts.workload, desired=2, updated=1))


GRID: dict[Rule, list[Case]] = {
    RULE: [
        fires(
            "another image",
            beside(sibling(image_id="sha256:other")),
            Told(
                subject="agent-runner",
                measured="agent-runner-6c947cf49c-x2x2x: sha256:other",
                expected="every replica of agent-runner as agent-runner-6c947cf49c-fskk8",
                endpoints=(),
                message="replicas differ: agent-runner-6c947cf49c-x2x2x runs another image",
                advice=(
                    "Make the pods again from one template: what was changed in a pod, or by hand on a node, goes "
                    "with it."
                ),
                severity=Severity.WARNING,
                commands=("kubectl rollout restart deployment/agent-runner",),
            ),
        ),
        fires(
            "another image in the middle of a roll-out",
            beside(sibling(image_id="sha256:other"), facts=rolling()),
            Told(
                subject="agent-runner",
                measured="agent-runner-6c947cf49c-x2x2x: sha256:other",
                expected="every replica of agent-runner as agent-runner-6c947cf49c-fskk8",
                endpoints=(),
                message="replicas differ: agent-runner-6c947cf49c-x2x2x runs another image",
                advice="Look how far the roll-out is: it replaces the pods one after the other.",
                severity=Severity.WARNING,
            ),
        ),
        fires(
            "another value",
            beside(told(MODE="cloud")),
            Told(
                subject="agent-runner",
                measured=(
                    "agent-runner-6c947cf49c-x2x2x: MODE is cloud there and local in agent-runner-6c947cf49c-fskk8"
                ),
                expected="every replica of agent-runner as agent-runner-6c947cf49c-fskk8",
                endpoints=(),
                message="replicas differ: agent-runner-6c947cf49c-x2x2x has other values of MODE",
                advice=(
                    "Make the pods again from one template: what was changed in a pod, or by hand on a node, goes "
                    "with it."
                ),
                severity=Severity.WARNING,
                commands=("kubectl rollout restart deployment/agent-runner",),
            ),
        ),
        fires(
            "a variable more",
            beside(told(STIGMER_NEW="1")),
            Told(
                subject="agent-runner",
                measured=(
                    "agent-runner-6c947cf49c-x2x2x: STIGMER_NEW is 1 there and unset in agent-runner-6c947cf49c-fskk8"
                ),
                expected="every replica of agent-runner as agent-runner-6c947cf49c-fskk8",
                endpoints=(),
                message="replicas differ: agent-runner-6c947cf49c-x2x2x has other values of STIGMER_NEW",
                advice=(
                    "Make the pods again from one template: what was changed in a pod, or by hand on a node, goes "
                    "with it."
                ),
                severity=Severity.WARNING,
                commands=("kubectl rollout restart deployment/agent-runner",),
            ),
        ),
        fires(
            "a variable whose name has braces",
            beside(told(**{"A{s.__class__": "{}"})),
            Told(
                subject="agent-runner",
                measured=(
                    "agent-runner-6c947cf49c-x2x2x: A{s.__class__ is {} there and unset in "
                    "agent-runner-6c947cf49c-fskk8"
                ),
                expected="every replica of agent-runner as agent-runner-6c947cf49c-fskk8",
                endpoints=(),
                message="replicas differ: agent-runner-6c947cf49c-x2x2x has other values of A{s.__class__",
                advice=(
                    "Make the pods again from one template: what was changed in a pod, or by hand on a node, goes "
                    "with it."
                ),
                severity=Severity.WARNING,
                commands=("kubectl rollout restart deployment/agent-runner",),
            ),
        ),
        fires(
            "what only this one reaches",
            beside(sibling(links=(ReplicaLink(endpoint="llm", address="llm:11434", outcome=f.Outcome.TIMED_OUT),))),
            Told(
                subject="agent-runner",
                measured="agent-runner-6c947cf49c-x2x2x: LLM (Ollama) timed out",
                expected="every replica of agent-runner as agent-runner-6c947cf49c-fskk8",
                endpoints=("llm",),
                message=(
                    "replicas differ: agent-runner-6c947cf49c-x2x2x does not reach LLM (Ollama), which "
                    "agent-runner-6c947cf49c-fskk8 does"
                ),
                advice=(
                    "Compare the nodes that they run on, and the NetworkPolicies that select them by their labels."
                ),
                severity=Severity.WARNING,
            ),
        ),
        fires(
            "what only the other one reaches",
            beside(sibling(), facts=failing("llm", f.Outcome.REFUSED)),
            Told(
                subject="agent-runner",
                measured="agent-runner-6c947cf49c-x2x2x: LLM (Ollama) connected",
                expected="every replica of agent-runner as agent-runner-6c947cf49c-fskk8",
                endpoints=("llm",),
                message=(
                    "replicas differ: agent-runner-6c947cf49c-x2x2x reaches LLM (Ollama), which "
                    "agent-runner-6c947cf49c-fskk8 does not"
                ),
                advice=(
                    "Compare the nodes that they run on, and the NetworkPolicies that select them by their labels."
                ),
                severity=Severity.WARNING,
            ),
        ),
        does_not_fire("the same of everything", beside(sibling())),
        does_not_fire("its own name and address", beside(told(HOSTNAME=SIBLING, POD_IP="198.18.9.3"))),
        does_not_fire(
            "one that does not run", beside(sibling(image_id="", image="other", state=f.State(status="restarting")))
        ),
        does_not_fire("one that was not looked into", beside(sibling(environment=None, links=()))),
        not_checked(
            "too many to look into",
            beside(sibling(), left_out=("agent-runner-x",)),
            "1 more replicas were not looked into",
        ),
        not_checked("replicas that are not known", replace(in_pod(), replicas=NOT_MEASURED), "the test left it out"),
        not_checked("no pod", replace(in_pod(), pod=NOT_MEASURED), "the test left it out"),
        not_checked("no container", replace(in_pod(), container=NOT_MEASURED), "the test left it out"),
    ],
}


@every_case(GRID)
def test_it_says_what_the_grid_has(rule: Rule, case: Case) -> None:
    assert_told(rule, case)
