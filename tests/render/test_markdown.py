"""The Markdown report, read again by a Markdown parser: structure stays ours, whatever the data holds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token
from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.changes import SetVariable
from stigmer_doctor.model.findings import Evidence
from stigmer_doctor.render.markdown import LONGEST
from stigmer_doctor.render.renderer import Report
from tests.healthy import healthy
from tests.render.golden import diagnosed as diagnosed_scenario
from tests.render.samples import SAMPLES, diagnosed, finding, incident, printed, rule

_OURS = re.compile(r"<details open>|</?(?:details|summary|code|sub)>|<w?br>")
_SUMMARY = re.compile(r"<summary>(?:[A-Z][a-z ]+|\d+ checks?: [\d a-z,]+)</summary>")
_LABEL = r"[A-Za-z0-9 .,:/_()\[\]-]+"
_SAFE = re.compile(
    rf'%%\{{init: [\w"{{}}:, ]+\}}%%|flowchart LR||  c\["{_LABEL}"\]|'
    rf'  c (?:-->|--x|-\.->)\|"{_LABEL}<br/>{_LABEL}"\| s\d+\["{_LABEL}(?:<br/>{_LABEL})?"\]|'
    r"  (?:linkStyle [\d,]+|style s\d+) stroke:#[0-9a-f]{6},stroke-width:3px"
)
_INVISIBLE = re.compile("[\u200b\u200c\u200d\u2060\ufeff]")
_NASTY = (
    "@admin see #1, GH-2, owner/repo#3, https://evil.invalid, www.evil.invalid",
    "</details><script>alert(1)</script><!-- ",
    "``` ```` ~~~~ `",
    "a | b \\| c || d",
    "[x](https://evil.invalid) ![y](z) **bold** _it_ ~~s~~ $x$",
    "# heading\n\n- list\n> quote\n|---|\n| x |",
    "\\", "`", "``", "|", "<", "&#64;admin", "\\`\\|`", " ` ", "\u202e", "\x1b[31m", "\0",
)  # fmt: skip
nasty = st.one_of(
    st.text(max_size=200), st.lists(st.sampled_from(_NASTY), max_size=4).map("".join), st.sampled_from(_NASTY)
)


def filled(data: str, *, lines: int = 1) -> Report:
    """A diagnosis and facts with that data wherever there can be some."""
    facts = healthy()
    assert isinstance(facts.container, f.Container)
    assert isinstance(facts.configuration, f.Configuration)
    assert isinstance(facts.engine, f.Engine)
    endpoint = replace(facts.configuration.endpoints[0], raw=data, host=data, problem=data)
    facts = replace(
        facts,
        search=replace(facts.search, endpoint=data),
        engine=replace(facts.engine, operating_system=data, version=data),
        container=replace(
            facts.container,
            name=data,
            image=data,
            environment=(*facts.container.environment, f.Variable(name="DATA", value=data)),
            mounts=(f.Mount(type="bind", source=data, destination=data, writable=False),),
            unsupported_options=(data,),
        ),
        configuration=replace(facts.configuration, endpoints=(endpoint, *facts.configuration.endpoints[1:])),
        logs=f.Logs(lines=(data,) * lines),
        backend=f.BackendAnswer(answered=f.Answered.YES, status=data),
    )
    made = finding(
        data, data, measured=data, expected=data, text=data, changes=(SetVariable(name="X", value=data),),
        commands=(data,), evidence=(Evidence(source=data, locator=data, value=data),),
    )  # fmt: skip
    return diagnosed(facts, rule("SD402", "backend-refused", *(made,) * min(lines, 200)))


def tokens(report: str) -> Iterator[Token]:
    for token in MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(report):
        yield token
        yield from token.children or ()


def assert_ours(report: str) -> None:
    """Nothing but what this program writes is markup, and all of it is closed."""
    assert len(report) <= LONGEST
    found = list(tokens(report))
    assert not {"link_open", "image", "s_open", "em_open", "blockquote_open"} & {token.type for token in found}
    html = "".join(token.content for token in found if token.type in ("html_inline", "html_block"))
    assert html.count("<details") == html.count("</details>") == report.count("<summary>")
    assert _OURS.sub("", _SUMMARY.sub("", html)).strip() == ""
    assert not _INVISIBLE.search(report), "who copies it copies the fault"
    assert not re.search(r"@\w|#\d|GH-\d|://\w|www\.\w", _outside_code(found)), "GitHub would link it"
    assert all(
        _SAFE.fullmatch(line) for token in found if token.info == "mermaid" for line in token.content.split("\n")
    )
    cells = [token.type for token in found if token.type in ("tr_open", "td_open", "th_open")]
    rows = "".join(cell[1] for cell in cells).split("r")[1:]
    assert {len(row) for row in rows} in (set(), {2}, {3})
    assert set(_control(report)) <= {"\n"}


def _outside_code(found: Iterable[Token]) -> str:
    """The text that GitHub looks for links in."""
    within, kept = False, []
    for token in found:
        if token.type == "html_inline" and token.content in ("<code>", "</code>"):
            within = token.content == "<code>"
        elif token.type == "text" and not within:
            kept.append(token.content)
    return "\n".join(kept)


def _control(report: str) -> Iterator[str]:
    return (line for line in report if ord(line) < 32 or line in "\x7f\u202e")


@pytest.mark.parametrize("name", SAMPLES)
def test_the_samples_are_well_formed(name: str) -> None:
    assert_ours(printed("markdown", SAMPLES[name]()))


@pytest.mark.parametrize("data", _NASTY)
def test_data_becomes_no_markup(data: str) -> None:
    assert_ours(printed("markdown", filled(data)))


@given(nasty)
@settings(max_examples=150, deadline=None)
def test_any_data_becomes_no_markup(data: str) -> None:
    assert_ours(printed("markdown", filled(data)))


@given(st.sampled_from([*_NASTY, "x", "語", "🐳"]), st.integers(1, 3000), st.integers(1, 500))
@settings(max_examples=25, deadline=None)
def test_any_amount_of_data_fits_into_an_issue(data: str, length: int, lines: int) -> None:
    assert_ours(printed("markdown", filled(data * length, lines=lines)))


def test_the_oldest_log_lines_are_cut_first_and_it_is_said() -> None:
    diagnosis, facts = incident()
    lines = tuple(f"line {number} {'x' * 100}" for number in range(2000))
    report = printed("markdown", Report(diagnosis, replace(facts, logs=f.Logs(lines=lines))))
    assert "line 1999 " in report
    assert "line 0 " not in report
    assert re.search(r"^Log: \d+ lines \(\d+ older ones are not shown\)$", report, re.MULTILINE)


def test_logs_do_not_crowd_out_the_findings() -> None:
    diagnosis, facts = incident()
    report = printed("markdown", Report(diagnosis, replace(facts, logs=f.Logs(lines=("x" * 8000,) * 2000))))
    assert all(other.code in report for other in diagnosis.findings)
    assert "docker run -d" in report


def test_the_verdict_is_the_heading() -> None:
    assert printed("markdown", incident()).startswith(
        "### FAIL: The runner cannot reach Stigmer backend, Temporal or LLM"
    )


def test_what_is_not_folded_is_short_and_in_order() -> None:
    seen = printed("markdown", incident()).partition("<details")[0]
    assert len(seen.encode()) <= 2500
    order = [
        "### FAIL",
        "stigmer-agent-runner:local",
        "```mermaid",
        "`localhost:50051` refused",
        "| **SD201**",
        "| **SD301**",
    ]
    places = [seen.index(part) for part in (*order, "stigmer-doctor fix --container stigmer-agent-runner\n")]
    assert places == sorted(places)


@pytest.mark.parametrize("name", SAMPLES)
def test_steps_are_folded_only_where_the_doctor_can_take_them(name: str) -> None:
    report = printed("markdown", SAMPLES[name]())
    fixes = "\nstigmer-doctor fix" in report.partition("<details")[0]
    assert fixes == ("<summary>By hand</summary>" in report)
    assert not (fixes and "<details open>" in report)


def test_a_cause_of_several_services_is_one_row_with_their_ports() -> None:
    rows = [line for line in printed("markdown", diagnosed_scenario("black-hole")).split("\n") if "**SD206**" in line]
    assert "; likewise Temporal (7233) and Stigmer backend (7234) | Let TCP ports 11434, 7233 and 7234 in" in rows[0]


def test_a_url_is_copied_as_it_is() -> None:
    facts = healthy()
    made = finding("x", "dial http://host.docker.internal:11434, or (https://example.invalid).")
    report = printed("markdown", diagnosed(facts, rule("SD402", "backend-refused", made)))
    assert "dial `http://host.docker.internal:11434`, or (`https://example.invalid`)." in report


def test_a_command_is_never_cut() -> None:
    facts = healthy()
    assert isinstance(facts.container, f.Container)
    long = f.Variable(name="LONG", value="y" * 20_000)
    facts = replace(facts, container=replace(facts.container, environment=(long,)))
    made = finding("x", "a fault", changes=(SetVariable(name="A", value="b"),))
    report = printed("markdown", diagnosed(facts, rule("SD201", "host-network-not-shared", made)))
    assert "docker run" not in report
    assert "further steps: see the text report" in report


def test_commands_stand_in_the_report_as_they_run() -> None:
    fences = [token.content for token in tokens(printed("markdown", incident())) if token.info == "sh"]
    assert any("docker run -d \\\n    --name stigmer-agent-runner \\\n" in fence for fence in fences)
