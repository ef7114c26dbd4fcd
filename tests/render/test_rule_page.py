"""The pages of rules, as `stigmer-doctor rule` prints them."""

from __future__ import annotations

import json
import re

from stigmer_doctor.model.rules import Rule
from stigmer_doctor.render import rule_page
from stigmer_doctor.render.renderer import Display
from tests.render.samples import rule

PAGE = """\
# SD201: host-network-not-shared

## Problem

The container uses `--network host`, but the engine's
host | is another machine. So localhost is not this one.

## Fix

1. Run this:

```sh
docker run --add-host=host.docker.internal:host-gateway [bold]image[/]
```
"""
CHOSEN: list[tuple[Rule, str]] = [(rule("SD201", "host-network-not-shared", causes=("SD4",)), PAGE)]


def test_text_fits_the_page_and_keeps_the_command_on_one_line() -> None:
    text = rule_page.text(CHOSEN, Display())
    assert max(map(len, text.splitlines())) <= 80
    assert "docker run --add-host=host.docker.internal:host-gateway [bold]image[/]" in text
    assert "\x1b" not in text


def test_text_uses_bold_and_underline_only() -> None:
    codes = re.findall(r"\x1b\[([0-9;]*)m", rule_page.text(CHOSEN, Display(color=True)))
    assert {*";".join(codes).split(";")} <= {"", "0", "1", "2", "3", "4"}


def test_markdown_is_the_page_itself() -> None:
    assert rule_page.markdown(CHOSEN, Display()) == PAGE


def test_json_of_one_rule_is_an_object_and_of_several_a_list() -> None:
    one = json.loads(rule_page.json(CHOSEN, Display()))
    assert one == {
        "code": "SD201",
        "name": "host-network-not-shared",
        "severity": "error",
        "causes": ["SD4"],
        "page": PAGE,
    }
    assert json.loads(rule_page.json(CHOSEN * 2, Display())) == [one, one]
