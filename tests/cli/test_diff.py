"""`diff`: two snapshots, or now and the last pass; bounded, redacted, and harmless to look at."""

from __future__ import annotations

import json
import stat
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from stigmer_doctor import app, profile, snapshot
from stigmer_doctor.adapters.files import passes
from stigmer_doctor.adapters.files.passes import KeptPasses
from stigmer_doctor.cli import check
from stigmer_doctor.cli.main import main
from stigmer_doctor.model import facts as f
from stigmer_doctor.model.errors import DoctorError
from stigmer_doctor.render.formats import FORMATS, renderer
from stigmer_doctor.render.renderer import Display
from tests.healthy import healthy
from tests.render.golden import FIXTURES

NAME = "stigmer-agent-runner"
PAIR = FIXTURES / "pairs" / "llm-stopped"
BEFORE, AFTER = str(PAIR / "before.json"), str(PAIR / "after.json")
TOKEN = "ghp_" + "0123456789abcdefghijABCDEFGHIJ456789"


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    return {"HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path / "state")}


def kept(home: dict[str, str]) -> Path:
    return Path(home["XDG_STATE_HOME"]) / "stigmer-doctor" / "passes" / f"{NAME}.json"


def written(tmp_path: Path, facts: f.Facts, name: str = "x.json") -> str:
    path = tmp_path / name
    path.write_bytes(snapshot.dump(facts))
    return str(path)


def shell(*environment: f.Variable) -> f.Facts:
    """A healthy runner with other variables."""
    return replace(healthy(), container=replace(healthy().container, environment=environment))


@pytest.mark.parametrize("name", FORMATS["diff"])
def test_what_was_changed_stands_first(name: str, home: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", BEFORE, AFTER, "--format", name], home) == 1
    shown = capsys.readouterr().out
    first, consequence = shown.index("nobody listens"), shown.index("refused")
    assert first < consequence < shown.index("SD604")


def test_json_names_facts_and_findings(home: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    main(["diff", BEFORE, AFTER, "--json"], home)
    document = json.loads(capsys.readouterr().out)
    assert document["facts"][0]["after"] == "nobody listens"
    assert [(found["turn"], found["code"]) for found in document["findings"]] == [("new", "SD604"), ("new", "SD602")]
    assert (document["before"]["status"], document["after"]["status"]) == ("pass", "fail")


def test_nothing_changed_is_exit_code_0(home: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", BEFORE, BEFORE], home) == 0
    assert capsys.readouterr().out.startswith("SAME")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ([], 2, "two snapshots"),
        ([BEFORE], 2, "two snapshots"),
        (["--since-pass", BEFORE, AFTER], 2, "takes one snapshot"),
        ([BEFORE, "/nonexistent.json"], 3, "cannot read"),
        (["--since-pass", AFTER], 3, "no check of stigmer-agent-runner has passed here yet"),
    ],
)
def test_what_cannot_be_compared_is_one_line(
    words: list[str], code: int, said: str, home: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["diff", *words], home) == code
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert said in lines[0]


# ---- since the last pass ---------------------------------------------------------------------------------------------


def live_check(facts: f.Facts, home: dict[str, str], monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    """A check that collects these facts."""

    def gathered(*_: object, **__: object) -> f.Facts:
        return facts

    monkeypatch.setattr(check, "gather", gathered)
    return main(["check", *words], home)


def test_a_pass_is_kept_for_its_user_only_and_compared_with(
    home: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert live_check(healthy(), home, monkeypatch) == 0
    assert stat.S_IMODE(kept(home).stat().st_mode) == 0o600
    folders = kept(home).parents[:2]
    assert [stat.S_IMODE(folder.stat().st_mode) for folder in folders] == [0o700, 0o700]
    capsys.readouterr()
    after = shell(f.Variable(name="MODE", value="cloud"))
    assert main(["diff", "--since-pass", written(tmp_path, after)], home) == 1
    assert "variable MODE" in capsys.readouterr().out.splitlines()[0]


def test_a_check_that_does_not_pass_keeps_what_passed_before(
    home: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    live_check(healthy(), home, monkeypatch)
    was = kept(home).read_bytes()
    failing = replace(healthy(), temporal=replace(healthy().temporal, namespace_exists=False))
    assert live_check(failing, home, monkeypatch) == 1
    assert kept(home).read_bytes() == was


@pytest.mark.parametrize("words", [("--no-keep-pass",), ("--select", "SD3"), ("--anonymize",), ("--ignore", "SD1")])
def test_what_is_not_to_be_kept_or_is_not_the_whole_is_not_kept(
    words: tuple[str, ...], home: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert live_check(healthy(), home, monkeypatch, *words) == 0
    assert not kept(home).exists()


def test_a_snapshot_that_passes_is_not_kept(home: dict[str, str]) -> None:
    assert main(["check", "--snapshot", BEFORE], home) == 0
    assert not kept(home).exists()


def test_keeping_never_makes_a_check_fail(
    home: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    assert live_check(healthy(), {**home, "XDG_STATE_HOME": str(tmp_path / "file")}, monkeypatch) == 0
    assert capsys.readouterr().err == ""


def test_without_a_home_nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(*_: object) -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", nobody)
    assert live_check(healthy(), {}, monkeypatch) == 0
    assert KeptPasses({}).load(NAME) is None


def test_what_is_kept_is_capped(home: dict[str, str]) -> None:
    KeptPasses(home).save(NAME, b"x" * (passes.MOST_BYTES + 1))
    assert not kept(home).exists()


@pytest.mark.parametrize("name", ["../../escape", "a/b", "x" * 400, ""])
def test_a_name_cannot_lead_out_of_the_folder(name: str, home: dict[str, str]) -> None:
    KeptPasses(home).save(name, b"{}")
    assert [path.parent for path in Path(home["HOME"]).rglob("*.json")] == [kept(home).parent]
    assert KeptPasses(home).load(name) == b"{}"


def test_a_link_in_its_place_is_not_followed(home: dict[str, str], tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_bytes(b"theirs")
    kept(home).parent.mkdir(parents=True)
    kept(home).symlink_to(other)
    assert KeptPasses(home).load(NAME) is None
    KeptPasses(home).save(NAME, b"ours")
    assert other.read_bytes() == b"theirs"


@pytest.mark.skipif(sys.platform == "win32", reason="modes are POSIX's")
def test_a_folder_that_others_may_write_to_is_refused(home: dict[str, str]) -> None:
    KeptPasses(home).save(NAME, b"{}")
    kept(home).parent.chmod(0o777)
    with pytest.raises(DoctorError, match="cannot be used: others may write to it"):
        KeptPasses(home).load(NAME)


def test_the_journals_of_fixes_do_not_see_it(home: dict[str, str]) -> None:
    from stigmer_doctor.adapters.files.state import StateFolder

    KeptPasses(home).save(NAME, snapshot.dump(healthy()))
    assert StateFolder(home).journals() == []


# ---- what comes from outside -----------------------------------------------------------------------------------------

HOSTILE = (
    "\x1b[2J\x1b]52;c;eA==\x07 \u202e @everyone #1 <img src=x onerror=1> ![x](http://h) `a` | b\n::error::x\n"
    "```\n</details>"
)


@pytest.mark.parametrize("name", ["text", "markdown"])
def test_what_a_container_says_stays_text(
    name: str, home: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    after = shell(f.Variable(name=f"X{HOSTILE}", value=HOSTILE))
    main(
        ["diff", written(tmp_path, healthy(), f"{HOSTILE[:5]}a"), written(tmp_path, after, "b"), "--format", name], home
    )
    shown = capsys.readouterr().out
    assert not [char for char in shown if not char.isprintable() and char not in "\n\u200b"]
    if name == "markdown":
        assert not {"<img", "](http", "@everyone", "</details>"} & set(shown.split())
        assert "\n::error" not in shown


def test_a_secret_in_a_snapshot_of_others_is_not_shown(
    home: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    after = shell(f.Variable(name="STIGMER_BACKEND_URL", value=f"http://u:{TOKEN}@h:1"))
    for form in FORMATS["diff"]:
        main(["diff", written(tmp_path, healthy(), "a"), written(tmp_path, after, "b"), "--format", form], home)
        assert TOKEN not in capsys.readouterr().out


def test_however_much_changed_the_document_is_bounded() -> None:
    many = tuple(f.Variable(name=f"V{number}", value="v" * 1000) for number in range(300))
    document = app.diff(healthy(), shell(*many), profile.load(), ("a" * 5000, "b"))
    assert document.left_out > 90
    for form in FORMATS["diff"]:
        assert len(renderer("diff", form)(document, Display())) < 200_000


def test_a_page_of_80_columns_is_not_wider() -> None:
    document = app.diff(healthy(), shell(f.Variable(name="X", value="y" * 300)), profile.load(), ("a", "b"))
    text = renderer("diff", "text")(document, Display(width=80, unicode=False))
    assert max(map(len, text.splitlines())) <= 80
    assert text.isascii()


def test_options_of_other_commands_can_stay_in_the_environment(home: dict[str, str]) -> None:
    """A machine's environment is for every command."""
    assert main(["diff", BEFORE, BEFORE], {**home, "STIGMER_DOCTOR_NO_KEEP_PASS": "1"}) == 0
