"""Command lines: which argument is a secret that only its place tells of, and from where on."""

from __future__ import annotations

import pytest

from stigmer_doctor.redaction.arguments import secret_spans


def hidden(line: str) -> list[str]:
    """What of the words is hidden."""
    argv = line.split()
    found = zip(argv, secret_spans(argv, lambda name: name == "SHOWN"), strict=True)
    return [argument[start:end] for argument, spans in found for start, end in spans]


@pytest.mark.parametrize(
    ("line", "secrets"),
    [
        ("htpasswd -b file me hunter22", ["hunter22"]),
        ("htpasswd -bc file me hunter22", ["hunter22"]),
        ("htpasswd -c -b file me hunter22", ["hunter22"]),
        ("htpasswd -nb me hunter22", ["hunter22"]),
        ("htpasswd -n -b me hunter22", ["hunter22"]),
        ("htpasswd -n me", []),
        ("htpasswd file me", []),
    ],
)
def test_of_what_htpasswd_is_given_the_password_is_hidden(line: str, secrets: list[str]) -> None:
    assert hidden(line) == secrets


@pytest.mark.parametrize(
    ("given", "secret"),
    [
        ("ab12cd34", True),
        ("AbCdEfGh", True),
        ("ab-cd-ef", True),
        ("12345", True),
        ("name", False),
        ("created_at", False),
        ("created_at2", True),
        ("/etc/tls/it.pem", False),
        ("tls.key", False),
        ("2,3", False),
        ("localhost:80", False),
        ("-k", False),
    ],
)
def test_an_option_called_key_takes_a_secret_or_a_file_or_a_column(given: str, *, secret: bool) -> None:
    assert hidden(f"run --key {given}") == ([given] if secret else [])
    assert hidden(f"run --key={given}") == ([given] if secret or given == "-k" else [])


@pytest.mark.parametrize(
    ("line", "secrets"),
    [
        ("mysql -phunter22 db", ["hunter22"]),
        ("mysql -p db", []),
        ("sshpass -p hunter22 ssh host", ["hunter22"]),
        ("sshpass -p -v", []),
        ("sshpass -phunter22 ssh host", ["hunter22"]),
        ("docker login -p hunter22 host", ["hunter22"]),
        ("vault login hunter22", ["hunter22"]),
        ("vault loginhunter22", []),
        ("/usr/bin/redis-cli -a hunter22 ping", ["hunter22"]),
        ("curl -u me:hunter22 http://h/", ["hunter22"]),
        ("curl --user me:hunter22 http://h/", ["hunter22"]),
        ("curl --user=me:hunter22 http://h/", ["hunter22"]),
        ("curl -ume:hunter22 http://h/", ["hunter22"]),
        ("curl -u me http://h/", []),
        ("run --login me:hunter22", ["hunter22"]),
        ("run --user 1000:1000", []),
        ("run --user me:staff", []),
        ("run -phunter22", ["hunter22"]),
        ("run -phunter", []),
        ("run -p2222222", []),
        ("run -ph22", []),
    ],
)
def test_passwords_of_programs_and_logins(line: str, secrets: list[str]) -> None:
    assert hidden(line) == secrets


@pytest.mark.parametrize(
    ("line", "secrets"),
    [
        ("run --api-key abcdefgh", ["abcdefgh"]),
        ("run --api-key=abcdefgh", ["abcdefgh"]),
        ("run --api-key --other-token x", ["x"]),
        ("run --api-key -x", ["-x"]),
        ("run --max-tokens 4096", []),
        ("run --max-tokens=4096", []),
        ("run --token-file a-file", []),
        ("run --session abcd1234", ["abcd1234"]),
        ("run --session abcd123", []),
        ("run --session abcdefgh", []),
        ("run --session 12345678", []),
        ("run -pwd x", ["x"]),
        ("run --port 80", []),
        ("env A_NAME=x SHOWN=y run", ["x"]),
        ("run --A_NAME=x", []),
    ],
)
def test_what_an_option_or_a_variable_is_given(line: str, secrets: list[str]) -> None:
    assert hidden(line) == secrets


def test_in_a_script_every_variable_that_is_not_shown_is_hidden() -> None:
    script = "export ONE=first SHOWN=second; TWO='third' run --x=fourth"
    (spans,) = secret_spans([script], lambda name: name == "SHOWN")
    assert [script[start:end] for start, end in spans] == ["first", "third"]
    assert secret_spans(["ONE"], lambda _: False) == [[]]
