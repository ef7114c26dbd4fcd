"""Which variables code reads: every way of writing it that a runner's code is likely to use."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stigmer_doctor.probe.contract import read_contract


def reads(source: str) -> dict[str, str | None]:
    """The default of each variable."""
    found = read_contract({"main.py": ("import os\nfrom os import environ, getenv\n" + source).encode()})
    assert found["errors"] == []
    return {read["name"]: read["default"] for read in found["reads"]}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("os.getenv('A')", {"A": None}),
        ("os.getenv('A', 'b')", {"A": "b"}),
        ("getenv('A', default='b')", {"A": "b"}),
        ("os.environ['A']", {"A": None}),
        ("environ.get('A', 'b')", {"A": "b"}),
        ("os.environ.get('A') or 'b'", {"A": "b"}),
        ("int(os.getenv('A', '10'))", {"A": "10"}),
        ("os.getenv('A', 'x').lower()", {"A": "x"}),
        ("NAME = 'A'\nos.getenv(NAME, 'b')", {"A": "b"}),
        ("DEFAULT = 'b'\nos.getenv('A', DEFAULT)", {"A": "b"}),
        ("'A' in os.environ", {"A": None}),
        ("os.getenv('A', os.getenv('B', 'c'))", {"A": None, "B": "c"}),
        ("def env(name, default=None):\n    return os.environ.get(name, default)\nenv('A', 'b')", {"A": "b"}),
        ("class C:\n    x: str = os.getenv('A', 'b')", {"A": "b"}),
        ("f'{os.getenv(\"A\")}'", {"A": None}),
        ("print('A')", {}),
        ("{}.get('A', 'b')", {}),
    ],
)
def test_each_way_to_read_is_seen(source: str, expected: dict[str, str | None]) -> None:
    assert reads(source) == expected


def test_other_names_for_the_module_are_followed() -> None:
    source = b"import os as system\nfrom os import environ as e\nsystem.getenv('A')\ne['B']"
    assert {read["name"] for read in read_contract({"x.py": source})["reads"]} == {"A", "B"}


def test_a_default_that_hangs_on_the_mode_is_kept_by_mode() -> None:
    source = b"""
import os
mode = os.getenv('MODE')
if mode == 'local':
    a = os.getenv('A', 'l')
else:
    a = os.getenv('A', 'c')
"""
    found = {(read["name"], read["when"]): read["default"] for read in read_contract({"x.py": source})["reads"]}
    assert found[("A", "local")] == "l"
    assert found[("A", "cloud")] == "c"


def test_a_name_that_is_computed_is_said_to_be() -> None:
    assert read_contract({"x.py": b"import os\nos.getenv('A_' + suffix)"})["computed"] == ["x.py:2"]


@given(st.dictionaries(st.text(max_size=8), st.binary(max_size=300), max_size=4))
def test_it_never_raises(files: dict[str, bytes]) -> None:
    found = read_contract(files)
    assert found["files"] == len(files)


def test_code_that_cannot_be_parsed_is_an_error_of_that_file_only() -> None:
    found = read_contract(
        {"bad.py": b"getenv def", "good.py": b"import os\nos.getenv('A')", "deep.py": b"getenv" + b"(" * 5000}
    )
    assert [read["name"] for read in found["reads"]] == ["A"]
    assert [error.partition(":")[0] for error in found["errors"]] == ["bad.py", "deep.py"]


def test_the_version_of_a_client_whose_versions_differ_is_told_where_it_is_installed(tmp_path: Path) -> None:
    source = b"from langchain_ollama import ChatOllama\nimport os\nChatOllama(base_url=os.getenv('A'))\n"
    (use,) = read_contract({"main.py": source}, [str(tmp_path)])["uses"]
    assert use["version"] == ""
    (tmp_path / "langchain_ollama-0.3.10.dist-info").mkdir()
    (use,) = read_contract({"main.py": source}, [str(tmp_path)])["uses"]
    assert use["version"] == "0.3.10"
