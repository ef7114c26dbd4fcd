"""The site's pages: each rule at its stable address, and no link that leads nowhere. `make site` builds it strictly."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

import pytest

import stigmer_doctor
from stigmer_doctor.rules.addresses import page_address
from stigmer_doctor.rules.registry import RULES
from tests.render.golden import diagnosed
from tests.render.samples import printed
from tests.site import configuration, pages

HOME = "https://doctor.example"
PAGES = pages()


def named(entry: object) -> Iterator[str]:
    """The pages of a part of the navigation."""
    if isinstance(entry, str):
        yield entry
    else:
        parts = entry.values() if isinstance(entry, dict) else entry
        for part in parts:  # type: ignore[attr-defined] # a list or a view
            yield from named(part)


def test_every_rule_has_a_page_at_its_address() -> None:
    assert {f"rules/{rule.code}.md" for rule in RULES} <= set(PAGES)
    assert all(f"]({rule.code}.md)" in PAGES["rules/index.md"] for rule in RULES)


def test_every_page_can_be_found() -> None:
    assert sorted(named(configuration()["nav"])) == sorted(PAGES)


def test_every_link_leads_to_a_page() -> None:
    for place, text in PAGES.items():
        for target in re.findall(r"\]\((?![a-z]+:|#)([^)#]+)", text):
            found = os.path.normpath(PurePosixPath(place).parent / target)
            assert found in PAGES or found.startswith("pictures/"), f"{place}: {target}"


def test_findings_and_sarif_name_the_page_once_there_is_a_site(monkeypatch: pytest.MonkeyPatch) -> None:
    assert page_address("SD201") == ""
    assert diagnosed("incident").diagnosis.findings[0].doc == "stigmer-doctor rule SD201"
    monkeypatch.setattr(stigmer_doctor, "HOME_PAGE", HOME)
    report = diagnosed.__wrapped__("incident")  # not the one that is kept
    assert {finding.doc for finding in report.diagnosis.findings if finding.code == "SD201"} == {f"{HOME}/rules/SD201/"}
    driver = json.loads(printed("sarif", report))["runs"][0]["tool"]["driver"]
    assert driver["informationUri"] == HOME
    assert {rule["id"]: rule["helpUri"] for rule in driver["rules"]}["SD201"] == f"{HOME}/rules/SD201/"
