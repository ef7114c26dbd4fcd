"""What several causes want of one container, merged."""

from __future__ import annotations

import pytest

from stigmer_doctor.analysis.merging import merge
from stigmer_doctor.model.changes import AnyChange, MapHost, RemoveVariable, SetVariable, UseNetwork
from stigmer_doctor.model.findings import Finding, Remediation, Severity

ALIAS = "host.docker.internal"


def cause(code: str, *changes: AnyChange) -> Finding:
    return Finding(
        code=code, name=code, severity=Severity.ERROR, subject=code, message="", measured="", expected="",
        remediation=Remediation(text="", changes=changes),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("meant", "there"),
    [
        (f"{ALIAS}:7234", "localhost:7234"),
        (f"http://{ALIAS}:11434/v1", "http://localhost:11434/v1"),
        (ALIAS, "localhost"),
        (f"not-{ALIAS}:7234", f"not-{ALIAS}:7234"),
        (f"{ALIAS}.example:7234", f"{ALIAS}.example:7234"),
        ("10.0.0.9:7234", "10.0.0.9:7234"),
    ],
)
def test_on_the_hosts_network_a_name_of_this_machine_becomes_localhost(meant: str, there: str) -> None:
    misnamed = cause("SD301", SetVariable(name="ENDPOINT", value=meant), RemoveVariable(name="URL"))
    network = cause("SD202", UseNetwork(mode="host", as_localhost=(ALIAS,)))
    merged = merge([network, misnamed], {"SD301"})
    assert (merged.network, merged.variables) == ("host", {"ENDPOINT": there, "URL": None})


def test_on_another_network_it_stays() -> None:
    misnamed = cause("SD301", SetVariable(name="ENDPOINT", value=f"{ALIAS}:7234"))
    bridge = cause("SD201", UseNetwork(mode="bridge"))
    host = cause("SD205", UseNetwork(mode="host", as_localhost=(ALIAS,)))
    assert merge([misnamed, bridge, host], {"SD301"}).variables == {"ENDPOINT": f"{ALIAS}:7234"}


def test_the_first_code_wins_and_sd301_before_all_others() -> None:
    merged = merge(
        [
            cause("SD304", SetVariable(name="A", value="304"), MapHost(name=ALIAS, target="304")),
            cause("SD301", SetVariable(name="B", value="301")),
            cause("SD204", SetVariable(name="A", value="204"), SetVariable(name="B", value="204")),
            cause("SD202", MapHost(name=ALIAS, target="host-gateway"), MapHost(name="other", target="1")),
        ],
        {"SD301"},
    )
    assert merged.variables == {"A": "204", "B": "301"}
    assert merged.hosts == {ALIAS: "host-gateway", "other": "1"}
    assert merged.network is None


def test_setting_wins_over_removing_whichever_comes_first() -> None:
    removed, set_ = RemoveVariable(name="A"), SetVariable(name="A", value="1")
    assert merge([cause("SD306", removed), cause("SD307", set_)], ()).variables == {"A": "1"}
    assert merge([cause("SD306", set_), cause("SD307", removed)], ()).variables == {"A": "1"}
