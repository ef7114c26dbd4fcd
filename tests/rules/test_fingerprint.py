"""The fingerprint: one for the same fault wherever, whenever and in whatever order, another one for another fault."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from msgspec.structs import replace

from stigmer_doctor import app, profile, snapshot
from stigmer_doctor.model import facts as f
from stigmer_doctor.model.findings import Diagnosis, Finding, Remediation, Severity, Status
from stigmer_doctor.render.formats import FORMATS
from stigmer_doctor.rules.fingerprint import fingerprint
from tests.healthy import healthy
from tests.render.golden import FIXTURES, diagnosed, sources
from tests.render.samples import printed

DIFFERENT = (
    *("alias-elsewhere", "backend-down", "black-hole", "created", "healthy", "incident", "incident-daemon"),
    *("linux-bridge", "invalid-setting", "linux-mapped", "llm-down", "llm-old-name", "network-none"),
    *("no-interpreter", "proxy", "report-fix", "temporal-down"),
)  # fmt: skip
SAME = (
    ("linux-mapped", "no-forwarding"),
    ("black-hole", "linux-firewall"),
    ("llm-old-name", "llm-renamed"),
    ("created", "paused", "stopped"),
)


def of(name: str) -> str:
    return diagnosed(name).diagnosis.fingerprint


def finding(code: str, *endpoints: str, **more: object) -> Finding:
    made = Finding(
        subject="x", message="m", measured="", expected="", remediation=Remediation(text="t"), endpoints=endpoints,
        code=code, severity=Severity.ERROR,
    )  # fmt: skip
    return replace(made, **more)


def judged(path: Path) -> Diagnosis:
    return app.diagnose(snapshot.load(path.read_bytes(), path.name), profile.load())


def test_seventeen_situations_have_seventeen_fingerprints() -> None:
    assert len({of(name) for name in DIFFERENT} | {sources().diagnosis.fingerprint}) == len(DIFFERENT) + 1


@pytest.mark.parametrize("names", SAME, ids="-".join)
def test_the_same_fault_has_one(names: tuple[str, ...]) -> None:
    assert len({of(name) for name in names}) == 1


def test_the_same_fault_has_one_on_three_topologies() -> None:
    recorded = [FIXTURES / "pairs" / f"{name}llm-stopped" / "after.json" for name in ("", "linux-", "shared-")]
    assert {judged(path).fingerprint for path in recorded} == {of("llm-down")}


@pytest.mark.parametrize("name", DIFFERENT)
def test_what_differs_from_machine_to_machine_and_from_day_to_day_does_not_count(name: str) -> None:
    """Names of machine and container, versions, the day."""
    facts = diagnosed(name).facts
    if isinstance(facts.container, f.Container):
        facts = replace(facts, container=replace(facts.container, name="other-name"))
    if isinstance(facts.engine, f.Engine):
        facts = replace(facts, engine=replace(facts.engine, version="99.1", name="other", kernel="9.9"))
    text = snapshot.dump(replace(facts, tool_version="9.9.9")).decode()
    later = snapshot.load(re.sub(r"2026-11-(\d\d[T ])", r"2031-05-\1", text).encode(), name)
    assert app.diagnose(later, profile.load()).fingerprint == of(name)


@pytest.mark.parametrize("name", ["incident", "black-hole", "linux-bridge"])
def test_the_order_of_the_findings_does_not_count(name: str) -> None:
    diagnosis = diagnosed(name).diagnosis
    found = list(diagnosis.findings)
    random.Random(7).shuffle(found)
    assert fingerprint(diagnosis.status, found, diagnosis.services[::-1]) == diagnosis.fingerprint


def test_wording_numbers_and_consequences_do_not_count() -> None:
    cause = finding("SD201", "llm", "backend")
    one = fingerprint(Status.FAIL, [cause, finding("SD602", "llm", caused_by=("SD201",))], ())
    other = replace(cause, message="said otherwise", subject="y", measured="9 ms", endpoints=("backend", "llm"))
    info = finding("SD210", severity=Severity.INFO)
    assert fingerprint(Status.FAIL, [info, other, other], ()) == one


def test_services_codes_and_status_count() -> None:
    shown = [
        fingerprint(Status.FAIL, [finding("SD201", "llm")], ()),
        fingerprint(Status.FAIL, [finding("SD201", "backend")], ()),
        fingerprint(Status.FAIL, [finding("SD202", "llm")], ()),
        fingerprint(Status.FAIL, [finding("SD201", "llm"), finding("SD301", "backend")], ()),
        fingerprint(Status.FAIL, [finding("SD201", "backend"), finding("SD301", "llm")], ()),
        fingerprint(Status.INCONCLUSIVE, [finding("SD201", "llm")], ()),
        fingerprint(Status.WARN, [finding("SD305", severity=Severity.WARNING)], ()),
        fingerprint(Status.PASS, [], ()),
    ]
    assert len(set(shown)) == len(shown)


def test_source_files_count_only_where_nothing_else_is_found() -> None:
    alone, file = finding("SD201", "llm"), finding("SD801")
    assert fingerprint(Status.FAIL, [alone, file], ()) == fingerprint(Status.FAIL, [alone], ())
    assert fingerprint(Status.FAIL, [file], ()) != fingerprint(Status.FAIL, [finding("SD901")], ())


def test_what_was_not_selected_does_not_count() -> None:
    left_out = finding("SD301", "backend", suppressed=True)
    assert fingerprint(Status.FAIL, [finding("SD201"), left_out], ()) == fingerprint(
        Status.FAIL, [finding("SD201")], ()
    )


def _sarif(text: str) -> set[str]:
    run = json.loads(text)["runs"][0]
    found = {value for result in run["results"] for value in result["partialFingerprints"].values()}
    return found | {run["properties"]["fingerprint"]}


def _junit(text: str) -> set[str]:
    return {str(item.get("value")) for item in ET.fromstring(text).findall("properties/property[@name='fingerprint']")}


@pytest.mark.parametrize(
    ("name", "read"), [("sarif", _sarif), ("junit", _junit), ("json", lambda text: {json.loads(text)["fingerprint"]})]
)
def test_programs_read_it(name: str, read: Callable[[str], set[str]]) -> None:
    assert read(printed(name, diagnosed("incident"))) == {of("incident")}


@pytest.mark.parametrize("name", FORMATS["report"])
def test_every_format_has_it(name: str) -> None:
    assert of("incident") in printed(name, diagnosed("incident"))


def test_it_is_a_word_that_a_tracker_finds() -> None:
    words = [app.diagnose(healthy(), profile.load()).fingerprint, *map(of, DIFFERENT)]
    assert all(len(word) == 12 and word.isalnum() and word.islower() for word in words)


def test_it_stays_what_it_was() -> None:
    """Open tickets carry it: whoever changes this line changes the version too."""
    assert of("incident") == "w6akpispuy73"
