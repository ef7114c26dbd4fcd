"""`completion SHELL`: what shells read, tried in those that are there."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from stigmer_doctor.cli.main import main
from stigmer_doctor.cli.options import SHELLS

_SHARE = Path(__file__).parents[2] / "stigmer_doctor" / "share"
_ASK_BASH = """source {file}; COMP_WORDS=(stigmer-doctor check --fail-on ''); COMP_CWORD=3; _shtab_stigmer_doctor
echo "${{COMPREPLY[@]}}" """


@pytest.mark.parametrize("shell", SHELLS)
def test_it_is_the_generated_file(shell: str, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["completion", shell], {}) == 0
    assert capfdbinary.readouterr().out == (_SHARE / f"completion.{shell}").read_bytes()


@pytest.mark.skipif(not shutil.which("bash"), reason="bash is not installed")
def test_bash_completes_the_words_of_an_option() -> None:
    script = _ASK_BASH.format(file=_SHARE / "completion.bash")
    assert subprocess.check_output(["bash", "-c", script], text=True).split() == ["error", "warning", "never"]
