"""The catalogue of rules."""

from __future__ import annotations

import pytest

from stigmer_doctor.render.catalogue import catalogue, problem
from tests.render.test_rule_page import CHOSEN


def test_the_catalogue_has_the_first_sentence_of_the_problem() -> None:
    row = catalogue(CHOSEN).splitlines()[-1]
    assert row == (
        "| SD201 | host-network-not-shared | error | The container uses `--network host`, but the engine's "
        "host \\| is another machine. |"
    )


@pytest.mark.parametrize("page", ["", "# Title", "## Problem\n"])
def test_a_page_without_a_problem_has_none(page: str) -> None:
    assert problem(page) == ""
