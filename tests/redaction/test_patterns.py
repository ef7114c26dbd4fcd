"""What looks like a secret: where it begins and ends, and what only looks so."""

from __future__ import annotations

import pytest

from stigmer_doctor.redaction.expressions import LONGEST_KEY
from stigmer_doctor.redaction.patterns import spans


def found(text: str, *, sentences: bool = True) -> list[str]:
    return [text[span.start : span.end] for span in spans(text, sentences=sentences)]


def learnt(text: str) -> list[bool]:
    return [span.learn for span in spans(text)]


KEY = ["MIIEvQIBADANBgkq", "hkiG9w0BAQEFAASC", "BKcw"]
END = f"-----END RSA {'PRIVATE'} KEY-----"


@pytest.mark.parametrize(
    ("before", "key"),
    [
        ([], KEY),
        (["a log line, and more"], KEY),
        (["MIIEvQIBADANBgkq", "no line of a key"], KEY[1:]),
        (["no line of a key"], []),
    ],
)
def test_the_lines_before_the_end_of_a_key_are_hidden_and_no_others(before: list[str], key: list[str]) -> None:
    text = "\n".join([*before, *key, END])
    assert found(text) == (["\n".join([*key, ""])] if key else [])


def test_two_keys_without_a_beginning_are_two() -> None:
    text = "\n".join([*KEY, END, "and then", *KEY[1:], END])
    assert found(text) == ["\n".join([*KEY, ""]), "\n".join([*KEY[1:], ""])]


def test_a_key_without_a_beginning_is_hidden_as_far_as_a_key_is_long() -> None:
    line = "A" * 64 + "\n"
    (secret,) = found(line * 1000 + END)
    assert LONGEST_KEY - len(line) < len(secret) <= LONGEST_KEY


@pytest.mark.parametrize(
    ("text", "secrets"),
    [
        ("--password changed-it", ["changed-it"]),
        ("run --password swordfishes", ["swordfishes"]),
        ("run '--password swordfishes'", ["swordfishes"]),
        (f"{'x' * 100} --password swordfishes", ["swordfishes"]),
        (f"{'x' * 100} a--password swordfished", []),
        ("the password swordfishes", ["swordfishes"]),
        ("the password swordfished", []),
        ("--password swordfished", ["swordfished"]),
        ("-password swordfished", ["swordfished"]),
        ("the password-checking swordfishes", []),
        ("--password production", []),
        ("--password environment", []),
        ("--password stigmer-agent-runner", []),
        ("the password=swordfished", ["swordfished"]),
        ("the password\n swordfishes", []),
    ],
)
def test_the_word_behind_a_name_is_a_secret_but_for_english_where_no_option_is_named(
    text: str, secrets: list[str]
) -> None:
    assert found(text) == secrets


@pytest.mark.parametrize(
    ("text", "secrets"),
    [
        ("tokens: 4096", []),
        ("tokens: 4096a", ["4096a"]),
        ("token: 4096", ["4096"]),
        ("token=null", []),
        ("token=(nil)", []),
        ("token=$MY_TOKEN", []),
        ("token=${MY_TOKEN}", []),
        ("token=${MY_TOKEN:-abcd}", ["${MY_TOKEN:-abcd}"]),
        ("token_path=abcdefg", []),
        ("token=10.2.3.4", []),
        ("api-key-proxy:1.2", []),
        ("api-key-proxy:latest", []),
        ("api-key-value:abcdefg", ["abcdefg"]),
        ("api-key: abcdefg", ["abcdefg"]),
        ("token.example:7233", []),
        ("token.example:abcdefg", ["abcdefg"]),
    ],
)
def test_what_is_called_a_secret_and_is_none(text: str, secrets: list[str]) -> None:
    assert found(text) == secrets


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("see http://me:with-9@host/a", "me:with-9"),
        ("see http://me:with/slash-9@host:80/a", "me:with/slash-9"),
        ("sent me:letters-and-9@host", "letters-and-9"),
        ("requests.get(u, auth=('me', 'with blank'))", "with blank"),
        ("dsn me:hunter22@tcp(h:1)/x", "hunter22"),
        (f"-----BEGIN {'PRIVATE'} KEY-----\nAAAA\n-----END {'PRIVATE'} KEY-----", "\nAAAA\n"),
        (f"-----BEGIN {'PRIVATE'} KEY-----\nAAAA\nBBBB", "\nAAAA\nBBBB"),
        ("Authorization: Digest abcdef12", "abcdef12"),
        ("sent BEARER abcdefgh on", "abcdefgh"),
        ("Cookie: a=b; c=d", "a=b; c=d"),
        ("ran curl -s -u me:hunter22 http://h", "hunter22"),
        ("ran mysql -u me -phunter22 db", "hunter22"),
        ("docker login -u me -p hunter22 h", "hunter22"),
        ("openssl rsa -passin pass:hunter22 -x", "hunter22"),
        ("CREATE USER a IDENTIFIED BY 'hunter22'", "hunter22"),
        ("redis> AUTH me hunter22abc", "hunter22abc"),
        ("GET /x?a=b&sig=hunter22&c=d", "hunter22"),
        ("host:5432:db:me:hunter22", "hunter22"),
        ("htpasswd -bc /etc/f me hunter22", "hunter22"),
        ("snmpwalk -v2c -c hunter22 h", "hunter22"),
        ("h\tTRUE\t/\tFALSE\t0\tid\thunter22", "hunter22"),
        ("Driver=x;Pwd={with} blank", "with"),
        ("pwd: hunter22", "hunter22"),
        ('<add key="password" value="with blank"/>', "with blank"),
        ("<password>with blank</password>", "with blank"),
    ],
)
def test_every_expression_finds_what_it_is_for(text: str, secret: str) -> None:
    assert secret in found(text)


def test_in_what_is_no_text_words_behind_a_name_are_none() -> None:
    assert found("the password swordfishes", sentences=False) == []
    assert found("password: swordfishes", sentences=False) == ["swordfishes"]


def test_a_secret_is_learnt_but_for_the_name_of_one_and_a_word_of_a_sentence() -> None:
    assert learnt("password=swordfishes") == [True]
    assert learnt("password=my_password") == [False]
    assert learnt("the password swordfishes") == [False]
    assert learnt("the password swordfish99") == [True]
    assert learnt("the password 9876543219") == [False]


def test_names_one_behind_the_other_have_their_own_values() -> None:
    assert found("token=first-9 password=second-9 secret=third-9") == ["first-9", "second-9", "third-9"]
    assert found("token=secret-9abc password=third-9") == ["secret-9abc", "third-9"]


@pytest.mark.parametrize(("prefix", "length"), [("whsec_", 10), ("r8_", 20), ("hvr.", 20), ("dp.st.", 32)])
def test_a_token_is_known_by_its_prefix_and_its_length(prefix: str, length: int) -> None:
    token = prefix + "a1" * (length // 2)
    assert found(f"got {token} now") == [token]
    assert found(f"got x{token} now") == []
    assert found(f"got {token[:-1]} now") == []
