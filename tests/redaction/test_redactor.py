"""Secrets: shown by allow-list, hidden wherever they occur, equal ones alike."""

from __future__ import annotations

import base64
import json
import time
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stigmer_doctor import profile
from stigmer_doctor.model import facts as f
from stigmer_doctor.redaction import patterns
from stigmer_doctor.redaction.redactor import SecretRedactor
from stigmer_doctor.redaction.words import occurs_otherwise

SECRET = "cAnary/53cret+value=="


@pytest.fixture
def redactor() -> SecretRedactor:
    loaded = profile.load()
    return SecretRedactor(loaded.shown_variables, loaded.vocabulary)


def test_only_variables_on_the_allow_list_are_shown(redactor: SecretRedactor) -> None:
    shown = redactor.environment({"MODE": "local", "FOO": "what this is nobody knows"}, "environment")
    assert shown["MODE"] == ("local", False)
    assert shown["FOO"] == ("<hidden 1>", True)


@pytest.mark.parametrize(
    "image",
    [
        "api-key-proxy:x",
        "token-service:abcd1234",
        "r.io:5000/auth-token:build-99@sha256:" + "ab" * 32,
        "secret:v1-runner",
    ],
)
def test_the_tag_of_an_image_is_not_a_secret(image: str, redactor: SecretRedactor) -> None:
    assert redactor.reference(image, "image") == image
    assert redactor.text(f"pulled {image} now", "logs") == f"pulled {image} now"
    assert redactor.sweep((f"image={image}", "x")) == (f"image={image}", "x")
    assert "hunter22" not in redactor.text(f"{image} password:hunter22", "logs")


def test_a_secret_in_the_reference_of_an_image_is_hidden(redactor: SecretRedactor) -> None:
    redactor.environment({"A_TOKEN": SECRET}, "environment")
    assert redactor.reference(f"runner:{SECRET}", "image") == "runner:<hidden 1>"
    assert "hunter22" not in redactor.reference("https://me:hunter22@r.io/runner:1", "image")


def test_equal_secrets_get_equal_tokens(redactor: SecretRedactor) -> None:
    shown = redactor.environment({"A_TOKEN": SECRET, "B_TOKEN": SECRET, "C_TOKEN": "another-one"}, "environment")
    assert shown["A_TOKEN"] == shown["B_TOKEN"] != shown["C_TOKEN"]


@pytest.mark.parametrize(
    "form",
    [SECRET, quote(SECRET, safe=""), base64.b64encode(SECRET.encode()).decode(), f'{{"key": "{SECRET}"}}'],
    ids=["plain", "url-quoted", "base64", "in JSON"],
)
def test_a_learnt_secret_is_hidden_in_every_form(redactor: SecretRedactor, form: str) -> None:
    redactor.environment({"STIGMER_API_KEY": SECRET}, "environment")
    assert SECRET not in redactor.text(f"before {form} after", "logs")
    assert "<hidden 1>" in redactor.text(f"before {form} after", "logs")


@pytest.mark.parametrize(
    "text",
    [
        "proxy http://user:pass-canary@proxy:3128 used",
        "Authorization: Bearer pass-canary-abcdef",
        "password=pass-canary",
        "api_key: 'pass-canary'",
        "--client-secret pass-canary",
        "got sk-passcanarypass-canary0000",
        "Incorrect API key provided: pass-canary1.",
        "os.environ: {'DB_PASS': 'pass-canary1'}",
        '{"x-api-key":["pass-canary1"]}',
        "password: !!str pass-canary1",
        "login me:pass-canary1@10.0.0.1",
        "auth=('me', 'pass-canary1')",
        "bindpw: pass-canary1",
        "-----BEGIN RSA PRIVATE KEY-----\npass-canary\n-----END RSA PRIVATE KEY-----",
    ],
)
def test_what_looks_like_a_secret_is_hidden(redactor: SecretRedactor, text: str) -> None:
    assert "canary" not in redactor.text(text, "logs")


def test_credentials_of_a_shown_url_are_hidden_and_learnt(redactor: SecretRedactor) -> None:
    shown = redactor.environment({"STIGMER_LLM_BASE_URL": "http://me:pass-canary@host.docker.internal:11434"}, "env")
    assert shown["STIGMER_LLM_BASE_URL"][0].endswith("@host.docker.internal:11434")
    assert "canary" not in shown["STIGMER_LLM_BASE_URL"][0]
    assert "canary" not in redactor.text("login failed for pass-canary", "logs")


def test_an_argument_after_a_secret_flag_is_hidden(redactor: SecretRedactor) -> None:
    assert redactor.arguments(["run", "--api-key", "abcdefgh", "--port", "80"], "command") == (
        "run", "--api-key", "<hidden 1>", "--port", "80",
    )  # fmt: skip


def test_words_of_the_report_are_never_taken_for_secrets(redactor: SecretRedactor) -> None:
    redactor.environment({"SOME_HOST": "host.docker.internal", "MODE": "local"}, "environment")
    assert redactor.text("dial host.docker.internal", "logs") == "dial host.docker.internal"


def test_what_was_collected_before_a_secret_was_known_is_swept(redactor: SecretRedactor) -> None:
    logs = f.Logs(lines=("early pass-canary line",))
    redactor.text("password=pass-canary", "logs")
    assert redactor.sweep(logs).lines == ("early <hidden 1> line",)


def test_the_report_says_how_many_were_hidden_and_where(redactor: SecretRedactor) -> None:
    redactor.environment({"STIGMER_API_KEY": SECRET}, "environment")
    redactor.text(f"{SECRET} and {SECRET}", "logs")
    counts = {(redaction.rule, redaction.where): redaction.count for redaction in redactor.report()}
    assert counts == {("not-on-the-allow-list", "environment"): 1, ("learnt-value", "logs"): 2}


@given(st.text(max_size=300))
def test_a_text_that_was_redacted_stays_as_it_is(text: str) -> None:
    redactor = SecretRedactor(())
    once = redactor.text(text, "logs")
    assert redactor.text(once, "logs") == once


def unmistakable(value: str) -> bool:
    """Whether it can be told from a port, a word of the report and a token."""
    return value.strip() == value and "<hidden" not in value and not occurs_otherwise(value, named=True)


@given(st.text(min_size=4, max_size=60).filter(unmistakable))
def test_no_named_secret_survives_in_any_text(secret: str) -> None:
    redactor = SecretRedactor(())
    redactor.environment({"MY_PASSWORD": secret}, "environment")
    cleaned = redactor.text(f"x {secret} y", "logs").replace("<hidden 1>", "").replace("<hidden 2>", "")
    assert secret not in cleaned


DATED = "2026-01-22 03:26:58,001 - __main__ - ERROR - {}\n2026-01-22 03:26:59,001 - __main__ - INFO - bye"


@pytest.mark.parametrize(
    "said", ["set STIGMER_LLM_API_KEY or ANTHROPIC_API_KEY", "missing: ANTHROPIC_API_KEY=", "no api_key:"]
)
def test_the_line_after_the_name_of_a_key_is_no_secret(redactor: SecretRedactor, said: str) -> None:
    assert redactor.text(DATED.format(said), "logs") == DATED.format(said)


def test_the_word_after_the_name_of_a_key_is_hidden_there_alone(redactor: SecretRedactor) -> None:
    assert redactor.text("the password swordfishes", "logs") == "the password <hidden 1>"
    assert redactor.text("the swordfishes", "logs") == "the swordfishes"


def test_the_word_after_the_name_of_a_key_is_shown_where_it_is_one_of_ours(redactor: SecretRedactor) -> None:
    line = "no ANTHROPIC_API_KEY environment variable"
    assert redactor.text(line, "logs") == line


def test_a_value_after_the_name_of_a_key_is_learnt(redactor: SecretRedactor) -> None:
    redactor.text("--client-secret hunter2-canary", "argv")
    assert "canary" not in redactor.text("sent hunter2-canary", "logs")


# ---- what is learnt, and what is not ---------------------------------------------------------------------------------


def said(redactor: SecretRedactor, text: str) -> str:
    return redactor.text(text, "logs")


@pytest.mark.parametrize(
    ("name", "value", "learnt"),
    [
        ("MY_TOKEN", "ab12", True),
        ("MY_TOKEN", "ab1", False),
        ("MY_THING", "abcd1234", True),
        ("MY_THING", "abcd123", True),
        ("MY_THING", "abcdefg", False),
        ("MY_THING", "abcdefgh", True),
        ("MY_THING", "/opt/app/bin", False),
        ("MY_THING", "3.12.1-slim", False),
        ("MY_TOKEN", "7233", False),
    ],
)
def test_a_value_is_learnt_from_its_length_on(redactor: SecretRedactor, name: str, value: str, *, learnt: bool) -> None:
    assert redactor.environment({name: value}, "environment")[name] == ("<hidden 1>", True)
    assert said(redactor, f"x {value} y") == ("x <hidden 1> y" if learnt else f"x {value} y")


def test_an_empty_value_is_not_hidden(redactor: SecretRedactor) -> None:
    assert redactor.environment({"MY_TOKEN": ""}, "environment") == {"MY_TOKEN": ("", False)}
    assert redactor.report() == ()


def test_a_value_that_is_shown_elsewhere_is_not_learnt_but_for_a_url_with_credentials(redactor: SecretRedactor) -> None:
    shown = {"STIGMER_LLM_MODEL": "the-model", "OLLAMA_BASE_URL": "http://me@host-1"}
    redactor.environment({"A_THING": "the-model", "B_THING": "me@host-1", **shown}, "environment")
    assert said(redactor, "the-model") == "the-model"
    assert said(redactor, "me@host-1") == "<hidden 1>"


def test_a_secret_that_is_part_of_a_shown_value_hides_it(redactor: SecretRedactor) -> None:
    shown = redactor.environment({"A_TOKEN": "canary12", "STIGMER_LLM_MODEL": "model-canary12"}, "environment")
    assert shown["STIGMER_LLM_MODEL"] == ("model-<hidden 1>", False)


def test_a_prefix_shows_all_names_that_begin_so() -> None:
    redactor = SecretRedactor(("LC_*", "MODE"))
    names = ("LC_ALL", "LC_", "LC", "MODE", "MODX", "MODE_2")
    shown = redactor.environment(dict.fromkeys(names, "v"), "environment")
    assert [name for name in names if not shown[name][1]] == ["LC_ALL", "LC_", "MODE"]


def test_without_an_allow_list_nothing_is_shown() -> None:
    assert SecretRedactor(()).environment({"MODE": "v", "": "w"}, "environment") == {
        "MODE": ("<hidden 1>", True),
        "": ("<hidden 2>", True),
    }


def test_a_token_is_no_secret(redactor: SecretRedactor) -> None:
    redactor.environment({"MY_TOKEN": "<hidden 7>"}, "environment")
    assert said(redactor, "it was <hidden 7>") == "it was <hidden 7>"
    once = said(redactor, "-----BEGIN PRIVATE KEY-----abc-----END PRIVATE KEY-----")
    assert said(redactor, once) == once


def test_the_long_lines_of_a_secret_are_secrets(redactor: SecretRedactor) -> None:
    long, short = "a" * 15 + "1", "b" * 14 + "1"
    redactor.environment({"MY_KEY": f"{long}\n  {short}"}, "environment")
    assert said(redactor, f"{long} {short}") == f"<hidden 2> {short}"


def test_of_a_private_key_lines_of_six_letters_are_secrets(redactor: SecretRedactor) -> None:
    key = "-----BEGIN PRIVATE KEY-----\nabc123\nxyz12\n-----END PRIVATE KEY-----"
    redactor.environment({"MY_KEY": key}, "environment")
    assert said(redactor, "abc123 xyz12") == "<hidden 2> xyz12"


def test_a_word_of_a_sentence_that_is_a_secret_is_none(redactor: SecretRedactor) -> None:
    redactor.environment({"MY_TOKEN": "the password swordfish"}, "environment")
    assert said(redactor, "x swordfish y") == "x swordfish y"


def test_the_lines_of_one_line_are_none(redactor: SecretRedactor) -> None:
    redactor.environment({"MY_THING": "a-long-value-of-one-line"}, "environment")
    assert said(redactor, "a-long-value-of-one-line, a-long-value") == "<hidden 1>, a-long-value"


def test_of_two_secrets_the_longer_one_is_hidden_whole(redactor: SecretRedactor) -> None:
    redactor.environment({"A_TOKEN": "abcd1234", "B_TOKEN": "abcd1234-more"}, "environment")
    assert said(redactor, "abcd1234-more abcd1234") == "<hidden 2> <hidden 1>"


def test_what_stands_around_a_secret_stays(redactor: SecretRedactor) -> None:
    assert said(redactor, "see http://user:pass-canary@proxy:3128 now") == "see http://<hidden 1>@proxy:3128 now"
    assert said(redactor, "see password='other-canary' now") == "see password='<hidden 3>' now"


def test_only_of_a_url_the_word_behind_the_colon_is_a_secret_too(redactor: SecretRedactor) -> None:
    said(redactor, "password=one:canary-12")
    assert said(redactor, "canary-12") == "canary-12"


def test_a_secret_is_hidden_in_json(redactor: SecretRedactor) -> None:
    redactor.environment({"MY_TOKEN": 'quo"te-canary'}, "environment")
    assert said(redactor, '{"a": "quo\\"te-canary"}') == '{"a": "<hidden 1>"}'


def test_a_number_in_the_json_of_a_secret_is_one(redactor: SecretRedactor) -> None:
    redactor.environment({"MY_TOKEN": '{"n": 84736251, "few": 12}'}, "environment")
    assert said(redactor, "the number 84736251 of 12") == "the number <hidden 2> of 12"


@pytest.mark.parametrize("times", [1, 2])
def test_a_secret_with_other_letters_is_hidden_whole_in_json_and_in_json_in_json(
    redactor: SecretRedactor, times: int
) -> None:
    text = 'é-is "quoted"-é'
    redactor.environment({"MY_TOKEN": text}, "environment")
    for _ in range(times):
        text = json.dumps(text)[1:-1]
    assert said(redactor, f"x {text} y") == "x <hidden 1> y"


def test_a_secret_is_hidden_in_html_that_names_every_sign_by_its_number(redactor: SecretRedactor) -> None:
    redactor.environment({"MY_TOKEN": "ab/12+cd"}, "environment")
    assert said(redactor, "x ab&#x2f;12&#x2b;cd y") == "x <hidden 1> y"


def test_what_follows_the_program_that_takes_a_password_is_none(redactor: SecretRedactor) -> None:
    assert redactor.arguments(("sshpass", "-p", "abcd1234", "ssh", "host-a"), "inspect")[3:] == ("ssh", "host-a")


def test_the_first_argument_follows_none(redactor: SecretRedactor) -> None:
    assert redactor.arguments(["serve", "--api-key"], "command") == ("serve", "--api-key")


def test_an_argument_that_was_hidden_is_learnt_and_counted(redactor: SecretRedactor) -> None:
    redactor.arguments(["run", "--api-key", "abcd"], "command")
    assert said(redactor, "got abcd") == "got <hidden 1>"
    counts = {(redaction.rule, redaction.where): redaction.count for redaction in redactor.report()}
    assert counts == {("named-value", "command"): 1, ("learnt-value", "logs"): 1}


def test_each_pattern_counts_once(redactor: SecretRedactor) -> None:
    said(redactor, "password=pass-canary")
    assert [(redaction.rule, redaction.count) for redaction in redactor.report()] == [("named-value", 1)]


def test_a_sweep_touches_nothing_else(redactor: SecretRedactor) -> None:
    logs = f.Logs(lines=("early pass-canary line",), truncated=True, before_start=3)
    assert redactor.sweep(logs) is logs
    said(redactor, "password=pass-canary")
    assert redactor.sweep(logs) == f.Logs(lines=("early <hidden 1> line",), truncated=True, before_start=3)
    other = f.Logs(lines=("nothing",), before_start=3)
    assert redactor.sweep(other) is other


def test_a_shown_value_is_no_secret_whatever_is_in_it(redactor: SecretRedactor) -> None:
    redactor.environment({"STIGMER_LLM_MODEL": "model@sha-1234"}, "environment")
    assert said(redactor, "model@sha-1234") == "model@sha-1234"


def test_a_value_that_is_no_text_is_learnt(redactor: SecretRedactor) -> None:
    redactor.environment({"MY_TOKEN": "ab\udcffcd"}, "environment")
    assert said(redactor, "x ab\udcffcd y") == "x <hidden 1> y"


def test_a_value_that_is_almost_a_path_is_looked_at_in_linear_time(redactor: SecretRedactor) -> None:
    value = "/......" * 40 + "!"  # a search that goes back would outlast the machine
    redactor.environment({"SOME_VALUE": value}, "environment")
    assert said(redactor, f"x {value} y") == "x <hidden 1> y"


@pytest.mark.parametrize(("length", "apart"), [(64 * 1024, True), (64 * 1024 + 1, False)])
def test_a_secret_is_taken_apart_up_to_a_length(redactor: SecretRedactor, length: int, *, apart: bool) -> None:
    redactor.environment({"MY_TOKEN": "canary-12," + "x" * (length - 10)}, "environment")
    assert said(redactor, "canary-12") == ("<hidden 2>" if apart else "canary-12")


@pytest.mark.parametrize(("times", "learnt"), [(0, True), (3, True), (4, False)])
def test_a_secret_is_taken_apart_three_times(redactor: SecretRedactor, times: int, *, learnt: bool) -> None:
    value = "canary-inner-value-12"
    for _ in range(times):
        value = base64.b64encode(value.encode()).decode()
    redactor.environment({"MY_TOKEN": value}, "environment")
    # Of what is encoded once more, one form is known.
    assert ("canary" not in said(redactor, "canary-inner-value-12")) is learnt


@pytest.mark.parametrize("word", ["zqjxwv", "12-34-56"])
def test_a_secret_of_a_text_may_be_short_and_plain(redactor: SecretRedactor, word: str) -> None:
    """As something said that it is one; of a variable whose name says nothing, it would not be learnt."""
    assert said(redactor, f"password={word}):") == "password=<hidden 1>"
    assert said(redactor, f"x {word}): y") == "x <hidden 1> y"


def test_an_error_is_cut_to_what_a_report_has_room_for(redactor: SecretRedactor) -> None:
    assert redactor.error(ValueError("x" * 500)) == "x" * 500
    assert redactor.error(ValueError("x" * 501)) == "x" * 500


def test_of_more_secrets_than_are_learnt_from_texts_each_is_hidden_in_its_place(redactor: SecretRedactor) -> None:
    said(redactor, "\n".join(f"password=canary-{number}x" for number in range(502)))
    assert said(redactor, "canary-499x") == "<hidden 500>"
    assert said(redactor, "canary-500x") == "canary-500x"
    assert "canary" not in said(redactor, "password=canary-700x")


def test_what_in_a_name_of_the_report_is_no_secret() -> None:
    redactor = SecretRedactor(("MODE",), ("My-Runner-17",))
    redactor.environment({"A_TOKEN": "runner-17", "MODE": "production-9", "A_THING": "duction-9"}, "environment")
    assert said(redactor, "my-runner-17 production-9") == "my-runner-17 production-9"
    redactor.environment({"B_TOKEN": "duction-9"}, "environment")
    assert said(redactor, "production-9") == "pro<hidden 2>"


# ---- what stays ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["bridge", "host", "7233", "Docker", "runner"])
def test_a_secret_that_is_a_common_word_is_hidden_only_as_the_value_of_a_secret(
    redactor: SecretRedactor, word: str
) -> None:
    redactor.environment({"MY_TOKEN": word}, "environment")
    line = f"docker run --network={word} x-{word}; host:7233/{word} network: {word}"
    assert said(redactor, line) == line
    assert said(redactor, f"MY_TOKEN={word}") == "MY_TOKEN=<hidden 1>"


@pytest.mark.parametrize(
    "value",
    [
        *("host.docker.internal:7234", "http://host.docker.internal:11434", "internal:7234", "http://"),
        *("2026-11", "2026-11-28", "2026-11-28T10:00:00.123Z", "/workspace", "1.2.3", "10.9.8.7"),
        *("agent_execution_runner", "STIGMER_BACKEND_ENDPOINT", "unless-stopped", "address", "temporal_service"),
    ],
)
def test_what_verdicts_are_made_of_is_hidden_only_as_the_value_of_a_secret(
    redactor: SecretRedactor, value: str
) -> None:
    shown = redactor.environment({"AUTH_ENDPOINT": value, "OLLAMA_BASE_URL": value}, "environment")
    assert shown["OLLAMA_BASE_URL"] == (value, False)
    assert shown["AUTH_ENDPOINT"][1]
    line = f"x {value} TEMPORAL_SERVICE_ADDRESS 2026-11-28T10:00:00.123Z, --add-host token-service:10.9.8.7"
    assert said(redactor, line) == line
    assert redactor.sweep(f.Logs(lines=(line,))).lines == (line,)


def test_of_two_short_secrets_the_longer_one_is_hidden_whole(redactor: SecretRedactor) -> None:
    redactor.environment({"A_PIN": "Zq", "B_PIN": "Zq,"}, "environment")
    assert said(redactor, "a_pin=Zq b_pin=Zq,") == "a_pin=<hidden 1> b_pin=<hidden 2>"


def test_a_short_secret_of_small_letters_is_hidden_only_as_the_value_of_a_secret(redactor: SecretRedactor) -> None:
    redactor.environment({"MY_PIN": "zqj"}, "environment")
    assert said(redactor, "x=zqj my_pin=zqj") == "x=zqj my_pin=<hidden 1>"


def test_a_short_secret_is_hidden_only_as_a_value(redactor: SecretRedactor) -> None:
    redactor.environment({"MY_PIN": "Zq7"}, "environment")
    assert said(redactor, "x=Zq7 --y=Zq7 Zq7 aZq7") == "x=<hidden 1> --y=Zq7 Zq7 aZq7"


@pytest.mark.parametrize(
    "line",
    [
        "2026-01-22 03:26:58,001 - root - INFO - Worker ready, polling for tasks...",
        "dial tcp host.docker.internal:7233: connect: connection refused (SD502)",
        "pwd=/app pass: 12 auth=none PASS: test_1 task-queue-of-the-agent-runner-0",
        "no cookie: none was sent; authorization: denied, author: someone2",
        "token = tokens.move() and self.secret=read_secret(x)",
        "token_expiry=2026-11-28T10 token_queue=agents credentials_dir=/workspace max_tokens=4096",
        "secret-runner:1.2.3 api_key_file: /run/x",
        "the token is missing, set STIGMER_API_KEY",
        "http://localhost:11434/api/tags?x=1@2 and git@github.com:stigmer/stigmer.git",
    ],
)
def test_what_is_not_a_secret_stays(redactor: SecretRedactor, line: str) -> None:
    assert said(redactor, line) == line


PIECES = (
    "a", "curl -u ", "x://a@", "-----BEGIN PRIVATE KEY-----\nabc\n", "AAAA\n", "pwd=", "token = ", "authorization: ",
    "cookie: ", "-eyJaaaaaaaa", "mysql -", "sk-a", "value-of-5", "\\n",
)  # fmt: skip


def test_the_time_grows_with_the_text_and_not_with_its_square() -> None:
    """Sixteen times the text: 16 times the time or, with a search that goes back, 256 times. The least of three is what
    a busy machine does not touch."""

    def seconds(text: str) -> float:
        redactor = SecretRedactor(())
        redactor.environment({f"A_TOKEN_{n}": f"value-of-{n}-{n * 7919}" for n in range(20)}, "environment")
        begun = time.process_time()
        redactor.text(text, "logs")
        return time.process_time() - begun

    def least(piece: str, length: int) -> float:
        return min(seconds(piece * (length // len(piece))) for _ in range(3))

    assert [piece for piece in PIECES if least(piece, 131_072) > 80 * least(piece, 8_192)] == []


def test_what_was_learnt_ahead_is_hidden_by_the_sweep_and_looked_at_once(
    redactor: SecretRedactor, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []

    def spans(text: str, *, sentences: bool = True) -> list[patterns.Suspect]:
        looked.append(text)
        return patterns.spans(text, sentences=sentences)

    monkeypatch.setattr("stigmer_doctor.redaction.redactor.spans", spans)
    early, late = f.Logs(lines=("token=abcdefg1234567",)), f.Logs(lines=("it was abcdefg1234567", "and no more"))
    redactor.learn(early)
    looked.clear()
    assert redactor.sweep((early, late)) == (
        f.Logs(lines=("token=<hidden 1>",)),
        f.Logs(lines=("it was <hidden 1>", "and no more")),
    )
    assert "".join(looked).count("abcdefg1234567") == 1, "in the late line alone"
