"""What a sweep would leave as it is is found without one."""

from __future__ import annotations

from stigmer_doctor import profile
from stigmer_doctor.model import facts as f
from stigmer_doctor.redaction.harmless import HarmlessTexts
from stigmer_doctor.redaction.redactor import SecretRedactor
from tests.healthy import healthy
from tests.redaction.honest import HONEST

SECRET = "ghp_" + "a1B2c3D4e5" * 3

WORDS = "the password swordfishes"
"""Hidden where it is read, and not by a sweep."""


def logs(*lines: str) -> f.Logs:
    return f.Logs(lines=lines)


def test_what_it_covers_is_what_a_sweep_leaves_alone() -> None:
    harmless, loaded = HarmlessTexts(), profile.load()
    for facts in (healthy(), logs(*HONEST[0].texts), logs(SECRET), logs("started", SECRET), logs(WORDS), healthy()):
        swept = SecretRedactor(loaded.shown_variables, loaded.vocabulary).sweep(facts)
        assert harmless.covers(facts) == (swept == facts)


def test_a_secret_is_never_taken_for_known() -> None:
    harmless = HarmlessTexts()
    assert [harmless.covers(logs("started", f"got {SECRET}")) for _ in range(3)] == [False] * 3
    assert harmless.covers(logs("started", "stopped"))


def test_the_lines_of_a_key_are_looked_at_together() -> None:
    """Alone none of them says what it is."""
    harmless, body = HarmlessTexts(), "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC"
    assert harmless.covers(logs(body, "a line"))
    key = (f"-----BEGIN {'PRIVATE'} KEY-----", body, f"-----END {'PRIVATE'} KEY-----")
    assert not harmless.covers(logs(*key))
    assert not harmless.covers(logs(*key))
