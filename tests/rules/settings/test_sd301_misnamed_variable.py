"""SD301: a variable is set under a name that nothing reads, and the one that is read is unset."""

from __future__ import annotations

from functools import partial

from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.findings import Severity
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.rules.settings.sd301_misnamed_variable import RULE
from tests.healthy import NOT_MEASURED, endpoint
from tests.rules.altered import (
    altered,
    assumed,
    contract_of,
    passive,
    reading,
    shared_host,
    unshared_host,
    variables,
)
from tests.rules.contracts import cloud, reads, use, used
from tests.rules.grid import Case, Told, assert_told, does_not_fire, every_case, fires, not_checked
from tests.rules.vary import ALIAS, configured, unknown

RIGHT = f"{ALIAS}:7234"
misnamed = partial(variables, STIGMER_BACKEND_ENDPOINT=None)
url = partial(misnamed, STIGMER_BACKEND_URL=f"http://{RIGHT}")


def hidden(name: str, facts: f.Facts | None = None) -> f.Facts:
    return misnamed(facts, **{name: f.Variable(name=name, value="<hidden 1>", hidden=True)})


def llm_of_another_image(value: str) -> f.Facts:
    """The image reads the LLM's address under the newer name only."""
    return variables(reading(renamed={"STIGMER_LLM_BASE_URL": "OLLAMA_BASE_URL"}), STIGMER_LLM_BASE_URL=value)


def cut_off(facts: f.Facts) -> f.Facts:
    return replace(facts, contract=replace(contract_of(facts), complete=False, detail="not all was read within 2 s"))


def both_names(*names: str) -> f.Facts:
    """An image that reads both names for the LLM's address, and gives these to its client."""
    return used(use(variables=names), facts=reads(f.Read(name="OLLAMA_BASE_URL", default="http://localhost:11434")))


BACKEND, NAMESPACE, LLM = "STIGMER_BACKEND_ENDPOINT", "TEMPORAL_NAMESPACE", "OLLAMA_BASE_URL"
MAP_ALIAS = f"+ add-host {ALIAS}:host-gateway"


def lost(name: str, value: str, right: str = RIGHT, *more: str, force: str = "localhost:50051") -> Told:
    """The backend's address, under a name that is not read."""
    return Told(
        subject=name,
        measured=f"{name}={value}; {BACKEND} unset, so {force} is in force (worker/config.py:20)",
        expected=f"{BACKEND}={right}",
        endpoints=("backend",),
        message=f"{name} is set, and nothing in the image reads it; {BACKEND}, which is read, is unset",
        advice=f"Rename {name} to {BACKEND}, as host:port without a scheme.",
        changes=(f"+ {BACKEND}={right}", f"- {name}", *more),
    )


def lost_llm(value: str, right: str, place: str = " (worker/config.py:50)") -> Told:
    """The LLM's address, under the name that other images read."""
    return Told(
        subject="STIGMER_LLM_BASE_URL",
        measured=f"STIGMER_LLM_BASE_URL={value}; {LLM} unset, so http://localhost:11434 is in force{place}",
        expected=f"{LLM}={right}",
        endpoints=("llm",),
        message="STIGMER_LLM_BASE_URL is set, and nothing in the image reads it; OLLAMA_BASE_URL, which is read",
        advice="Rename STIGMER_LLM_BASE_URL to OLLAMA_BASE_URL.",
        changes=(f"+ {LLM}={right}", "- STIGMER_LLM_BASE_URL"),
    )


def lost_redis(value: str, right: str, *more: str) -> Told:
    return Told(
        subject="REDIS_HOSTS",
        measured=f"REDIS_HOSTS={value}; REDIS_HOST unset, so localhost:6379 is in force",
        expected=f"REDIS_HOST={right}",
        endpoints=("redis",),
        message="REDIS_HOSTS is set",
        advice="Rename REDIS_HOSTS to REDIS_HOST, as host:port",
        changes=(f"+ REDIS_HOST={right}", "- REDIS_HOSTS", *more),
    )


def lost_setting(name: str, measured: str, expected: str, advice: str, *changes: str) -> Told:
    return Told(
        subject=name,
        measured=measured,
        expected=expected,
        endpoints=("settings",),
        message=f"{name} is set, and nothing in the image reads it",
        advice=advice,
        severity=Severity.WARNING,
        changes=changes,
    )


URL = "STIGMER_BACKEND_URL"
GRID: dict[Rule, list[Case]] = {
    RULE: [
        fires(
            "the backend's address as a URL",
            url(),
            lost(URL, f"http://{RIGHT}")._replace(
                evidence=(
                    f"inspect {URL}: http://{RIGHT}",
                    f"code worker/config.py:20: reads {BACKEND}",
                    f"code worker/config.py:30: reads {BACKEND}",
                )
            ),
        ),
        fires(
            "no code was read",
            assumed(url()),
            lost(URL, f"http://{RIGHT}")._replace(
                measured=f"{URL}=http://{RIGHT}; {BACKEND} unset, so localhost:50051 is in force",
                message=f"{URL} is set, and no known version of the runner reads it",
            ),
        ),
        fires(
            "the loopback of the container, without a port",
            misnamed(STIGMER_BACKEND_ADDRESS="localhost"),
            lost("STIGMER_BACKEND_ADDRESS", "localhost"),
        ),
        fires(
            "its value is hidden",
            hidden("STIGMER_BACKEND_ENDPIONT"),
            lost("STIGMER_BACKEND_ENDPIONT", "<hidden 1>"),
        ),
        fires(
            "a part of its value is hidden",
            misnamed(STIGMER_BACKEND_URL="http://<hidden 1>@198.18.0.9:7234"),
            lost(URL, "http://<hidden 1>@198.18.0.9:7234"),
        ),
        fires("its value holds no host", misnamed(STIGMER_BACKEND_URL="7234"), lost(URL, "7234")),
        fires(
            "this machine's name is not known in the container",
            unknown(ALIAS, url()),
            lost(URL, f"http://{RIGHT}", RIGHT, MAP_ALIAS),
        ),
        fires(
            "and it has no network of its own to map it in",
            altered(unknown(ALIAS, url()), network_mode=f"container:{'e' * 64}"),
            lost(URL, f"http://{RIGHT}"),
        ),
        fires(
            "on a host network that shares the loopback",
            shared_host(url()),
            lost(URL, f"http://{RIGHT}", "localhost:7234"),
        ),
        fires(
            "on a host network that does not share it",
            unshared_host(misnamed(STIGMER_BACKEND_URL="http://localhost:7234")),
            lost(URL, "http://localhost:7234"),
        ),
        fires("nothing was dialled", passive(url()), lost(URL, f"http://{RIGHT}")),
        fires(
            "two names for one",
            misnamed(STIGMER_BACKEND_URL=f"http://{RIGHT}", STIGMER_BACKEND_ADDRESS="198.18.0.9:9000"),
            lost("STIGMER_BACKEND_ADDRESS", "198.18.0.9:9000", "198.18.0.9:9000"),
            lost(URL, f"http://{RIGHT}"),
        ),
        fires(
            "the image sets the right one, as a default",
            variables(
                STIGMER_BACKEND_ENDPOINT=f.Variable(name=BACKEND, value="x:1", from_image=True),
                STIGMER_BACKEND_URL=f"http://{RIGHT}",
            ),
            lost(URL, f"http://{RIGHT}")._replace(
                measured=f"{URL}=http://{RIGHT}; {BACKEND} set by the image only, so x:1 is in force "
                "(worker/config.py:20)",
                message=f"{BACKEND}, which is read, is set by the image only",
            ),
        ),
        fires(
            "what is in force comes from another place than the one that reads it",
            configured(url(), endpoint("backend", "x:1", origin=f.Origin.DEFAULT, locator="worker/client.py:3")),
            lost(URL, f"http://{RIGHT}")._replace(
                measured=f"{URL}=http://{RIGHT}; {BACKEND} unset, so x:1 is in force (worker/client.py:3)"
            ),
        ),
        fires(
            "the LLM's address, under the other image's name",
            llm_of_another_image(f"http://{ALIAS}:11434/"),
            lost_llm(f"http://{ALIAS}:11434/", f"http://{ALIAS}:11434")._replace(
                evidence=(
                    f"inspect STIGMER_LLM_BASE_URL: http://{ALIAS}:11434/",
                    f"code worker/config.py:50: reads {LLM}",
                )
            ),
        ),
        fires(
            "the LLM's address with a path",
            llm_of_another_image(f"http://{ALIAS}:1/v1/"),
            lost_llm(f"http://{ALIAS}:1/v1/", f"http://{ALIAS}:1/v1"),
        ),
        fires(
            "the LLM's address with TLS",
            llm_of_another_image("https://llm.example"),
            lost_llm("https://llm.example", "https://llm.example:443"),
        ),
        fires(
            "the LLM's address without a scheme",
            llm_of_another_image("198.18.0.9:80"),
            lost_llm("198.18.0.9:80", "http://198.18.0.9:80"),
        ),
        fires(
            "the code reads both of the LLM's names, and gives one to its client",
            both_names(LLM),
            lost_llm(f"http://{ALIAS}:11434", f"http://{ALIAS}:11434", ""),
        ),
        fires(
            "Redis's host: its port is another variable's",
            variables(cloud(), REDIS_HOST=None, REDIS_HOSTS="redis://198.18.0.9:6380"),
            lost_redis("redis://198.18.0.9:6380", "198.18.0.9"),
        ),
        fires(
            "Redis's host is this machine, whose name is not known",
            unknown(ALIAS, variables(cloud(), REDIS_HOST=None, REDIS_HOSTS=ALIAS)),
            lost_redis(ALIAS, ALIAS, MAP_ALIAS),
        ),
        fires(
            "another setting",
            variables(TEMPORAL_NAMESPACE=None, TEMPORAL_NAMESPCE=" other "),
            lost_setting(
                "TEMPORAL_NAMESPCE",
                f"TEMPORAL_NAMESPCE= other ; {NAMESPACE} unset, so default is in force (worker/config.py:41)",
                f"{NAMESPACE}=other",
                f"Rename TEMPORAL_NAMESPCE to {NAMESPACE}.",
                f"+ {NAMESPACE}=other",
                "- TEMPORAL_NAMESPCE",
            ),
        ),
        fires(
            "another setting, whose value is a name of this machine",
            unknown(ALIAS, variables(TEMPORAL_NAMESPACE=None, TEMPORAL_NAMESPCE=ALIAS)),
            lost_setting(
                "TEMPORAL_NAMESPCE",
                f"TEMPORAL_NAMESPCE={ALIAS}; {NAMESPACE} unset, so default is in force (worker/config.py:41)",
                f"{NAMESPACE}={ALIAS}",
                f"Rename TEMPORAL_NAMESPCE to {NAMESPACE}.",
                f"+ {NAMESPACE}={ALIAS}",
                "- TEMPORAL_NAMESPCE",
            ),
        ),
        fires(
            "another setting, a part of which is hidden",
            variables(TEMPORAL_NAMESPACE=None, TEMPORAL_NAMESPCE="a <hidden 1>"),
            lost_setting(
                "TEMPORAL_NAMESPCE",
                f"TEMPORAL_NAMESPCE=a <hidden 1>; {NAMESPACE} unset, so default is in force (worker/config.py:41)",
                f"{NAMESPACE} set, TEMPORAL_NAMESPCE not",
                f"Set {NAMESPACE} in place of TEMPORAL_NAMESPCE.",
            ),
        ),
        fires(
            "another setting, hidden, without a default",
            variables(STIGMER_LLM_APY_KEY=f.Variable(name="STIGMER_LLM_APY_KEY", value="<hidden 1>", hidden=True)),
            lost_setting(
                "STIGMER_LLM_APY_KEY",
                "STIGMER_LLM_APY_KEY=<hidden 1>; STIGMER_LLM_API_KEY unset",
                "STIGMER_LLM_API_KEY set, STIGMER_LLM_APY_KEY not",
                "Set STIGMER_LLM_API_KEY in place of STIGMER_LLM_APY_KEY.",
            ),
        ),
        fires(
            "another setting, which the image sets",
            variables(
                reads(f.Read(name="STIGMER_COLOUR", default="blue")),
                STIGMER_COLOR="green",
                STIGMER_COLOUR=f.Variable(name="STIGMER_COLOUR", value="red", from_image=True),
            ),
            lost_setting(
                "STIGMER_COLOR",
                "STIGMER_COLOR=green; STIGMER_COLOUR set by the image only, so red is in force",
                "STIGMER_COLOUR=green",
                "Rename STIGMER_COLOR to STIGMER_COLOUR.",
                "+ STIGMER_COLOUR=green",
                "- STIGMER_COLOR",
            ),
        ),
        fires(
            "another setting, whose default is empty",
            variables(reads(f.Read(name="STIGMER_COLOUR", default="")), STIGMER_COLOR="green"),
            lost_setting(
                "STIGMER_COLOR",
                "STIGMER_COLOR=green; STIGMER_COLOUR unset",
                "STIGMER_COLOUR=green",
                "Rename STIGMER_COLOR to STIGMER_COLOUR.",
                "+ STIGMER_COLOUR=green",
                "- STIGMER_COLOR",
            ),
        ),
        fires(
            "another setting, which some places read without a default",
            variables(
                reads(*(f.Read(name="STIGMER_COLOUR", default=value) for value in (None, "blue", "red"))),
                STIGMER_COLOR="green",
            ),
            lost_setting(
                "STIGMER_COLOR",
                "STIGMER_COLOR=green; STIGMER_COLOUR unset, so blue is in force",
                "STIGMER_COLOUR=green",
                "Rename STIGMER_COLOR to STIGMER_COLOUR.",
                "+ STIGMER_COLOUR=green",
                "- STIGMER_COLOR",
            )._replace(evidence=("inspect STIGMER_COLOR: green", *("code STIGMER_COLOUR: reads STIGMER_COLOUR",) * 2)),
        ),
        does_not_fire("the right one is set to the same", variables(STIGMER_BACKEND_URL=f"http://{RIGHT}")),
        does_not_fire("the right one is set to another: SD305", variables(STIGMER_BACKEND_URL="http://x:1")),
        does_not_fire("the default is the same", misnamed(STIGMER_BACKEND_URL="localhost:50051")),
        does_not_fire("it is empty", misnamed(STIGMER_BACKEND_URL=" ")),
        does_not_fire(
            "the image sets it",
            misnamed(STIGMER_BACKEND_URL=f.Variable(name="STIGMER_BACKEND_URL", value=RIGHT, from_image=True)),
        ),
        does_not_fire("the LLM's address under both names", variables(OLLAMA_BASE_URL=f"http://{ALIAS}:11434")),
        does_not_fire("its client gets both of the LLM's names", both_names("STIGMER_LLM_BASE_URL", "OLLAMA_BASE_URL")),
        does_not_fire("the LLM is not used", variables(STIGMER_LLM_PROVIDER="anthropic", OLLAMA_BASE_URL="http://x:1")),
        does_not_fire("a name that is none of the runner's business", variables(HOME="/root")),
        does_not_fire(
            "an address in the code: SD607",
            variables(
                used(use(literals=("http://localhost:11434",))), STIGMER_LLM_BASE_URL=None, OLLAMA_URL="http://x:1"
            ),
        ),
        not_checked(
            "the code reads names that it makes itself",
            variables(
                reading(computed=("a.py:1", "a.py:2", "a.py:3", "a.py:4")),
                STIGMER_BACKEND_ENDPOINT=None,
                STIGMER_BACKEND_URL=RIGHT,
            ),
            "STIGMER_BACKEND_URL may be read: the image's code reads variables under names made at run time "
            "(a.py:1, a.py:2, a.py:3)",
        ),
        not_checked(
            "the code was not read to its end",
            cut_off(url()),
            "STIGMER_BACKEND_URL may be read: the image's code was not read to its end (not all was read within 2 s)",
        ),
        not_checked("no contract", replace(url(), contract=NOT_MEASURED), "the test left it out"),
        not_checked("no configuration", replace(url(), configuration=NOT_MEASURED), "the test left it out"),
        not_checked("no container", replace(url(), container=NOT_MEASURED), "the test left it out"),
    ]
}


@every_case(GRID)
def test_it_says(rule: Rule, case: Case) -> None:
    assert_told(rule, case)
