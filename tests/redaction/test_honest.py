"""Honest configurations are not shredded."""

from __future__ import annotations

import pytest

from stigmer_doctor import profile
from stigmer_doctor.model import facts as f
from stigmer_doctor.redaction.redactor import SecretRedactor
from tests.redaction.honest import HONEST, Honest


@pytest.mark.parametrize("honest", HONEST, ids=str)
def test_nothing_of_an_honest_configuration_is_hidden(honest: Honest) -> None:
    loaded = profile.load()
    redactor = SecretRedactor(loaded.shown_variables, loaded.vocabulary)
    redactor.environment(honest.variables, "environment")
    assert redactor.arguments(honest.argv, "command") == honest.argv
    assert tuple(redactor.text(text, "logs") for text in honest.texts) == honest.texts
    logs = f.Logs(lines=honest.texts)
    assert redactor.sweep(logs).lines == honest.texts
