"""Tables hold data as text only, whatever it looks like; in a terminal words stay whole where there is room."""

from __future__ import annotations

import pytest

from stigmer_doctor.model.tabular import Tabular
from stigmer_doctor.render import tabular
from stigmer_doctor.render.renderer import Display
from tests.render.test_html import Page

NASTY = "<script>alert('x')</script> & \x1b[31m|`\n"
TABLE = Tabular(
    title=f"Root causes {NASTY}",
    columns=("code", "tickets", NASTY),
    rows=(("SD206", 4, NASTY), ("SD201", 1, None), ("SD202", 0, 0.5)),
    bar="tickets",
    note=NASTY,
)

NAME = "runner-container-not-running"
CAUSES = Tabular("Causes", ("code", "name", "tickets"), (("SD112", NAME, 4), ("SD201", "other", 2)), bar="tickets")


def html(table: Tabular) -> Page:
    return Page(tabular.html(table, Display()))


def test_a_page_is_well_formed_and_needs_nothing_else() -> None:
    page = html(TABLE)
    assert set(page.elements) == {
        *("html", "head", "meta", "title", "style", "body", "main", "h1", "p", "table", "tr", "th", "td", "span"),
    }
    assert set(page.attributes) <= {"lang", "charset", "name", "content", "http-equiv", "class", "style"}
    assert page.elements.count("tr") == 4


def test_cells_are_text() -> None:
    page = html(TABLE)
    assert page.texts("td") == ["SD206", "4", page.texts("td")[2], "SD201", "1", "SD202", "0", "0.5"]
    for shown in (page.texts("td")[2], page.texts("th")[2], *page.texts("p"), *page.texts("h1")):
        assert "<script>alert('x')</script> &" in shown
        assert "\x1b" not in shown


def test_bars_are_as_long_as_the_numbers_are_large() -> None:
    written = tabular.html(TABLE, Display())
    assert [f"width: {share}%" in written for share in (100, 25, 0)] == [True] * 3


def test_an_empty_table_says_so() -> None:
    assert html(TABLE._replace(rows=())).texts("p")[0] == "nothing"


@pytest.mark.parametrize(("width", "bar"), [(80, 12), (58, 12), (54, 8), (50, 4), (49, 0)])
def test_a_bar_takes_the_room_that_is_left(width: int, bar: int) -> None:
    shown = tabular.text(CAUSES, Display(width=width))
    assert NAME in shown
    assert max(line.count("█") for line in shown.splitlines()) == bar


@pytest.mark.parametrize("width", [24, 30, 40])
def test_a_word_that_does_not_fit_is_folded_and_not_cut(width: int) -> None:
    lines = tabular.text(CAUSES, Display(width=width)).splitlines()
    assert all(len(line) <= width for line in lines)
    assert NAME in "".join(line[7:].split("  ")[0] for line in lines[3:-1])
