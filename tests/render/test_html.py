"""The HTML report, read again by a parser: a page that is well formed, whole by itself, and holds data as text only."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.render.renderer import Report
from tests.render.samples import SAMPLES, incident, printed, well
from tests.render.test_markdown import filled, nasty

_VOID = {"meta", "path", "rect"}
_ELEMENTS = {
    *("html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "h3", "p", "span", "section", "figure"),
    *("svg", "g", "path", "rect", "text", "dl", "dt", "dd", "details", "summary", "ul", "ol", "li", "pre", "code"),
    "strong",
}
_ATTRIBUTES = {
    *("lang", "charset", "name", "content", "http-equiv", "class", "open", "tabindex", "role", "aria-label", "viewbox"),
    *("d", "x", "y", "width", "height", "rx", "text-anchor"),
}


class Page(HTMLParser):
    """What a browser sees of it: `text` by the element that holds it."""

    def __init__(self, report: str) -> None:
        super().__init__()
        self.path: list[str] = []
        self.elements: list[str] = []
        self.attributes: list[str] = []
        self.text: list[tuple[str, str]] = []
        self.feed(report)
        self.close()
        assert self.path == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes += [name for name, _ in attrs]
        if tag not in _VOID:
            self.path.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes += [name for name, _ in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.path.pop() == tag

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.text.append((self.path[-1] if self.path else "", data))

    def texts(self, element: str) -> list[str]:
        return [text for holder, text in self.text if holder == element]


def page(report: Report) -> Page:
    return Page(printed("html", report))


def assert_ours(report: Report) -> None:
    found = page(report)
    assert set(found.elements) <= _ELEMENTS
    assert set(found.attributes) <= _ATTRIBUTES
    assert [found.elements.count(once) for once in ("html", "title", "style", "h1", "main")] == [1] * 5


@pytest.mark.parametrize("name", SAMPLES)
def test_the_samples_are_well_formed_and_need_nothing_else(name: str) -> None:
    report = SAMPLES[name]()
    assert_ours(report)
    written = printed("html", report)
    assert written.startswith("<!doctype html>\n")
    assert "url(" not in written
    assert "default-src 'none'" in written


@given(nasty)
@settings(max_examples=50, deadline=None)
def test_any_data_becomes_no_markup(data: str) -> None:
    assert_ours(filled(data))


def test_data_stands_in_it_as_it_was() -> None:
    diagnosis, facts = incident()
    line = """</code></pre><script>alert("1")</script> & 'x' &amp;"""
    assert line in page(Report(diagnosis, replace(facts, logs=f.Logs(lines=(line,))))).texts("code")


def test_the_order_is_that_of_the_other_reports() -> None:
    written = printed("html", incident())
    order = [
        "FAIL</span> The runner cannot",
        "stigmer-agent-runner:local",
        "<svg",
        "Root causes",
        "SD201 host-network",
        "Warnings",
        "Fix it",
    ]
    places = [
        written.index(part) for part in (*order, "By hand", "Consequences and evidence", "13 checks", "Environment and")
    ]
    assert places == sorted(places)
    assert page(incident()).elements.count("details") == 4


def test_what_matters_is_not_folded() -> None:
    assert "stigmer-doctor fix --container stigmer-agent-runner" in printed("html", incident()).partition("<details")[0]
    assert "<details open>" not in printed("html", incident())
    assert "<details open>" in printed("html", SAMPLES["no-engine"]())


def test_the_picture_says_in_words_what_it_shows() -> None:
    label = (
        'aria-label="stigmer-agent-runner: Stigmer backend localhost:50051 refused; '
        'Temporal host.docker.internal:7233 does not resolve; LLM (Ollama) localhost:11434 refused"'
    )
    assert printed("html", incident()).count(label) == 2
    assert page(incident()).texts("text").count("refused") == 4
    assert '<g class="answers">' in printed("html", well())
    assert '<g class="fails">' not in printed("html", well())
