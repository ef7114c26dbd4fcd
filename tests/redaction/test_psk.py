"""A pre-shared key is a secret by its name alone."""

from __future__ import annotations

import pytest

from stigmer_doctor.redaction.arguments import secret_spans
from stigmer_doctor.redaction.names import SECRET_NAME


@pytest.mark.parametrize("option", ["--psk", "--wifi-psk"])
def test_what_follows_the_option_is_hidden(option: str) -> None:
    assert secret_spans([option, "Zq7wVt9K"], lambda _: False) == [[], [(0, 8)]]


def test_a_name_that_says_psk_holds_a_secret() -> None:
    assert SECRET_NAME.search("vpn_psk")
    assert not SECRET_NAME.search("psksize")
