"""`--anonymize`: stable words for whose machine it is, and nothing else."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from stigmer_doctor import profile
from stigmer_doctor.judge import judge
from stigmer_doctor.model import facts as f
from stigmer_doctor.redaction.anonymous import Person, anonymous
from stigmer_doctor.rules.registry import RULES
from tests.healthy import healthy

ANNA = Person(home="/home/anna", user="anna", machine="annas-laptop")
KEEP = frozenset(profile.load().host_aliases)


def said(*lines: str) -> tuple[str, ...]:
    return anonymous(f.Logs(lines=lines), ANNA, KEEP).lines


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("/home/anna/src/x.py", "/home/user1/src/x.py"),
        ("C:\\Users\\bob\\x and bob", "C:\\Users\\user2\\x and user2"),
        ("anna joanna", "user1 joanna"),
        ("Anna ANNA /Users/Anna/x", "user1 user1 /Users/user1/x"),
        ("http://Annas-Laptop:1", "http://host1.example:1"),
        ("4711@annas-laptop", "4711@host1.example"),
        ("dial temporal.acme.example:7233", "dial host2.example:7233"),
        ("GET https://api.acme.example/v1", "GET https://host2.example/v1"),
        ("from 8.8.8.8 to 8.8.8.8, 10.0.0.1", "from 203.0.113.1 to 203.0.113.1, 10.0.0.1"),
        ("[2a00:1450:4001:82b::200e]:443", "[2001:db8::1]:443"),
    ],
)
def test_whose_it_is_gets_a_stable_word(line: str, shown: str) -> None:
    assert said(line) == (shown,)


@pytest.mark.parametrize(
    "line",
    [
        "2026-01-22 03:26:58,001 - worker.config - INFO - host.docker.internal:7233 (SD502)",
        "main.py:40: http://localhost:11434 http://gateway.docker.internal:1 127.0.0.1:80 198.18.0.1 temporal:7233",
        "image@sha256:abcdef, @app.route, 1@aaaaaaaaaaaa polls agent_execution_runner, root user",
    ],
)
def test_everything_else_stays(line: str) -> None:
    assert said(line) == (line,)


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("abc", "host1.example"),
        ("db", "db"),
        ("kept.example", "kept.example"),
        ("Kept.Example", "Kept.Example"),
        ("unkept.example", "host1.example"),
        ("main.py", "main.py"),
        ("mainpy", "host1.example"),
        ("my.localhost", "my.localhost"),
        ("0123456789ab", "0123456789ab"),
        ("0123456789abc", "host1.example"),
        ("10.1", "10.1"),
        ("sha256", "sha256"),
        ("bob", "user1"),
    ],
)
def test_a_host_has_a_word_where_it_tells_of_somebody(host: str, shown: str) -> None:
    """A short one would be replaced in the middle of everything, and a user's name is one wherever it stands."""
    person = Person(user="bob")
    assert anonymous((f"http://{host}:1/x",), person, frozenset({"kept.example"})) == (f"http://{shown}:1/x",)


@pytest.mark.parametrize(("name", "shown"), [("ann", "user1"), ("an", "an"), ("root", "root"), ("Root", "Root")])
def test_a_user_has_a_word_where_the_name_tells_of_somebody(name: str, shown: str) -> None:
    for person in (Person(user=name), Person(home=f"/home/{name}"), Person(home=f"C:\\Users\\{name}")):
        assert anonymous((f"by {name}",), person) == (f"by {shown}",)


def test_the_same_machine_has_the_same_word_everywhere() -> None:
    first, second = said("see http://api.acme.example", "api.acme.example is down")
    assert second == f"{first.removeprefix('see http://')} is down"


def test_addresses_that_differ_have_words_that_differ() -> None:
    shown = said(" ".join(f"8.8.{network}.{host}" for network in range(3) for host in range(200)))[0].split()
    assert len(set(shown)) == len(shown) == 600


def test_of_more_addresses_than_there_are_for_documentation_the_last_share_a_word() -> None:
    lines = said(" ".join(f"8.{number // 256}.{number % 256}.8" for number in range(764)))
    words = lines[0].split()
    assert len(set(words)) == 762
    assert words[761] == words[763] == "192.0.2.254"


def test_an_anonymous_report_says_the_same() -> None:
    facts = replace(healthy(), source="/home/anna/stigmer")
    hidden = anonymous(facts, ANNA, KEEP)
    assert hidden.source == "/home/user1/stigmer"
    assert judge(hidden, RULES, profile.load()).findings == judge(facts, RULES, profile.load()).findings
