"""`ticket`: two files, a clipboard, and an issue where the user agrees, with a `gh` of the test's own."""

from __future__ import annotations

import base64
import io
import sys
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

import pytest
from msgspec.structs import replace

from stigmer_doctor import app, profile, snapshot
from stigmer_doctor.adapters.tickets import clipboard, github
from stigmer_doctor.cli import ticket as command
from stigmer_doctor.cli.main import main
from stigmer_doctor.model import facts as f
from stigmer_doctor.render.renderer import Report
from stigmer_doctor.render.ticket import LONGEST_ADDRESS, LONGEST_TITLE, new_issue, ticket
from tests.healthy import healthy
from tests.render.golden import SNAPSHOTS, diagnosed

INCIDENT = str(SNAPSHOTS / "incident.json")
FINGERPRINT = "w6akpispuy73"
SECRET = "ghp_" + "0123456789abcdefghijABCDEFGHIJ456789"
GH = r"""#!/bin/sh
n=$(ls "$RECORD" | wc -l)
printf '%s\n' "$@" > "$RECORD/$n-$2.args"
cat > "$RECORD/$n-$2.stdin"
case "$GH_DOES.$2" in
  offline.*) printf 'error connecting to api.github.com \033[2J\ncheck your internet connection\n' >&2; exit 1 ;;
  logged-out.*) echo 'To get started with GitHub CLI, please run:  gh auth login' >&2; exit 4 ;;
  leaking.*) echo "token $LEAK is not valid" >&2; exit 1 ;;
  slow.*) sleep 1 & wait ;;
  odd.list) echo 'Welcome to gh!' ;;
  duplicate.list)
    echo '[{"number": 3, "title": "similar", "body": "another"},'
    echo ' {"number": 7, "title": "Runner \u001b[2J cannot", "body": "fingerprint `w6akpispuy73`"}]' ;;
  similar.list) echo '[{"number": 3, "title": "w6akpispuy", "body": ""}]' ;;
  refuses-comment.list) echo '[{"number": 7, "title": "w6akpispuy73", "body": ""}]' ;;
  refuses-comment.comment) echo 'HTTP 403: Issue is locked' >&2; exit 1 ;;
  *.list) echo '[]' ;;
  *.create) echo 'https://github.com/stigmer/stigmer/issues/8' ;;
esac
"""


class Workplace(NamedTuple):
    """Where the tests run the command, with what `gh` was called with."""

    folder: Path
    record: Path
    environ: dict[str, str]

    def run(self, does: str, *words: str) -> int:
        return main(["ticket", *words, str(self.folder)], {**self.environ, "GH_DOES": does})

    def calls(self) -> list[str]:
        """The verbs, in order."""
        return [path.stem.partition("-")[2] for path in sorted(self.record.glob("*.args"))]

    def arguments(self) -> list[str]:
        return "".join(path.read_text() for path in sorted(self.record.glob("*.args"))).splitlines()

    def given(self, verb: str) -> str:
        return next(self.record.glob(f"*-{verb}.stdin")).read_text()


def program(folder: Path, name: str, text: str) -> None:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(text)
    path.chmod(0o755)


@pytest.fixture
def place(tmp_path: Path) -> Workplace:
    for name in ("out", "record"):
        (tmp_path / name).mkdir()
    program(tmp_path / "bin", "gh", GH)
    environ = {
        "PATH": f"{tmp_path / 'bin'}:/usr/bin:/bin", "HOME": str(tmp_path), "RECORD": str(tmp_path / "record"),
        "LEAK": SECRET, "STIGMER_DOCTOR_SNAPSHOT": INCIDENT,
    }  # fmt: skip
    return Workplace(tmp_path / "out", tmp_path / "record", environ)


def answering(monkeypatch: pytest.MonkeyPatch, *answers: bool) -> list[str]:
    """The user, with an answer to each question in turn; what was asked."""
    asked: list[str] = []
    left = list(answers)

    def consent(prompt: str, _: object) -> bool:
        asked.append(prompt)
        return left.pop(0)

    monkeypatch.setattr(command, "consent", consent)
    return asked


# ---- gh --------------------------------------------------------------------------------------------------------------


def test_a_new_fault_becomes_an_issue(place: Workplace, capsys: pytest.CaptureFixture[str]) -> None:
    assert place.run("new", "--yes") == 0
    assert place.calls() == ["list", "create"]
    shown = capsys.readouterr()
    assert "created https://github.com/stigmer/stigmer/issues/8" in shown.err
    assert place.given("create") == next(place.folder.glob("*.md")).read_text()
    assert "--repo=github.com/stigmer/stigmer" in place.arguments()
    assert f"--search={FINGERPRINT}" in place.arguments()
    assert place.given("create") in shown.out


def test_an_open_issue_with_the_fingerprint_gets_a_comment(
    place: Workplace, capsys: pytest.CaptureFixture[str]
) -> None:
    assert place.run("duplicate", "--yes") == 0
    assert place.calls() == ["list", "comment"]
    assert "7" in place.arguments()
    assert FINGERPRINT in place.given("comment")
    said = capsys.readouterr().err
    assert "added to https://github.com/stigmer/stigmer/issues/7" in said
    assert "\x1b" not in said


def test_an_issue_that_is_only_similar_gets_no_comment(place: Workplace) -> None:
    assert place.run("similar", "--yes") == 0
    assert place.calls() == ["list", "create"]


def test_nothing_is_sent_without_consent(place: Workplace, capsys: pytest.CaptureFixture[str]) -> None:
    assert place.run("new") == 1
    assert place.calls() == []
    said = capsys.readouterr().err
    assert "Nothing was sent" in said
    assert "https://github.com/stigmer/stigmer/issues/new?" in said


def test_the_search_and_the_issue_are_agreed_to_one_by_one(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = answering(monkeypatch, True, False)
    assert place.run("new") == 1
    assert place.calls() == ["list"]
    assert ["Look for" in asked[0], "Create" in asked[1]] == [True, True]


def test_a_comment_is_agreed_to_after_the_issue_was_shown(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = answering(monkeypatch, True, False)
    assert place.run("duplicate") == 1
    assert place.calls() == ["list"]
    assert "comment" in asked[1]


@pytest.mark.parametrize(
    ("does", "said"),
    [
        ("offline", "Not filed: gh failed: error connecting to api.github.com"),
        ("logged-out", "Not filed: gh is not logged in: gh auth login"),
        ("slow", "Not filed: gh did not answer within 0.2 s"),
        ("odd", "Not filed: gh answered with something else"),
        ("refuses-comment", "Not filed: gh failed: HTTP 403: Issue is locked"),
    ],
)
def test_where_gh_cannot_the_address_is_printed(
    does: str, said: str, place: Workplace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(github, "WITHIN_S", 0.2 if does == "slow" else 20.0)
    assert place.run(does, "--yes") == 1
    shown = capsys.readouterr().err
    assert said in shown
    assert "/issues/new?title=" in shown
    assert "\x1b" not in shown
    assert len([*place.folder.iterdir()]) == 2


def test_without_gh_the_address_is_printed(place: Workplace, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ticket", "--yes", str(place.folder)], {**place.environ, "PATH": "/nonexistent"}) == 1
    assert "/issues/new?title=" in capsys.readouterr().err


def test_another_repository(place: Workplace) -> None:
    assert place.run("new", "--yes", "--repo", "me/my.fork") == 0
    assert "--repo=github.com/me/my.fork" in place.arguments()


@pytest.mark.parametrize(
    ("name", "host", "asked"),
    [
        ("ghe.example.com/me/fork", "", "ghe.example.com/me/fork"),
        ("me/fork", "ghe.example.com", "ghe.example.com/me/fork"),
        ("github.com/me/fork", "ghe.example.com", "github.com/me/fork"),
        ("", "ghe.example.com", "github.com/stigmer/stigmer"),
    ],
)
def test_a_repository_on_another_host(
    name: str, host: str, asked: str, place: Workplace, capsys: pytest.CaptureFixture[str]
) -> None:
    place.environ["GH_HOST"] = host
    assert place.run("offline", "--yes", *(("--repo", name) if name else ())) == 1
    assert {word for word in place.arguments() if word.startswith("--repo")} == {f"--repo={asked}"}
    assert f"https://{asked}/issues/new?title=" in capsys.readouterr().err


def test_a_host_that_is_none_is_refused(place: Workplace, capsys: pytest.CaptureFixture[str]) -> None:
    place.environ["GH_HOST"] = "ghe.example.com/--x y"
    assert place.run("new", "--yes", "--repo", "me/fork") == 2
    assert "which is not the name of a host" in capsys.readouterr().err
    assert place.calls() == []


@pytest.mark.parametrize(
    "name", ["me", "me/", "/x", "a/b/c", "../x", "me/..", "-x/y", "me/x y", "me/x\n", "h.com/a/b/c"]
)
def test_what_is_not_a_repository_is_refused(name: str, place: Workplace, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        place.run("new", "--yes", f"--repo={name}")
    assert stopped.value.code == 2
    assert "not a repository" in capsys.readouterr().err
    assert place.calls() == []


# ---- secrets and files -----------------------------------------------------------------------------------------------


def saved(tmp_path: Path) -> str:
    """By somebody who hid nothing."""
    variables = (
        f.Variable(name="STIGMER_BACKEND_URL", value=f"http://u:{SECRET}@h:1"),
        f.Variable(name="GITHUB_TOKEN", value=SECRET),
    )
    facts = replace(healthy(), container=replace(healthy().container, environment=variables, name=f"x {SECRET}"))
    path = tmp_path / "saved.json"
    path.write_bytes(snapshot.dump(facts))
    return str(path)


def test_no_secret_is_in_an_argument_in_a_file_or_in_what_is_sent(
    place: Workplace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert place.run("new", "--yes", "--snapshot", saved(tmp_path)) == 0
    assert place.run("leaking", "--yes", "--snapshot", saved(tmp_path)) == 1
    shown = capsys.readouterr()
    assert SECRET not in shown.out + shown.err
    for path in [*place.record.iterdir(), *place.folder.iterdir()]:
        assert SECRET not in path.read_text(), path


def test_the_report_is_in_no_argument(place: Workplace) -> None:
    place.run("new", "--yes")
    assert max(map(len, place.arguments())) <= len("--title=") + LONGEST_TITLE


def test_two_files_are_named_after_fault_and_moment(place: Workplace, capsys: pytest.CaptureFixture[str]) -> None:
    place.run("new")
    names = sorted(path.name for path in place.folder.iterdir())
    assert names == [f"stigmer-doctor-{FINGERPRINT}-20261123T224547Z.{kind}" for kind in ("json", "md")]
    said = capsys.readouterr().err
    assert all(f"wrote {place.folder / name}" in said for name in names)
    assert main(["check", "--snapshot", str(place.folder / names[0])], {}) == 1


def test_a_time_cannot_lead_a_file_elsewhere(place: Workplace, tmp_path: Path) -> None:
    path = tmp_path / "odd.json"
    path.write_bytes(snapshot.dump(replace(healthy(), collected_at="../../../x\x1b/y")))
    assert place.run("new", "--snapshot", str(path)) == 1
    assert len([*place.folder.glob("stigmer-doctor-*-xy.*")]) == 2


@pytest.mark.parametrize("folder", ["/nonexistent", __file__])
def test_a_folder_that_is_none_is_a_usage_error(folder: str, place: Workplace) -> None:
    assert main(["ticket", folder], place.environ) == 2


def test_anonymize_reaches_the_ticket(place: Workplace) -> None:
    assert place.run("new", "--yes", "--anonymize") == 0
    assert "/home/dev" not in place.given("create") + "".join(path.read_text() for path in place.folder.iterdir())


# ---- title and address -----------------------------------------------------------------------------------------------


def test_the_title_is_the_verdict() -> None:
    assert ticket(diagnosed("llm-down")).title == "The runner cannot reach LLM (Ollama): llm down (SD604)"


@pytest.mark.parametrize("name", ["incident", "healthy", "no-interpreter", "paused"])
def test_the_address_fits_and_carries_title_and_short_text_only(name: str) -> None:
    made = ticket(diagnosed(name))
    address = new_issue(made, "github.com/stigmer/stigmer")
    assert len(address) <= LONGEST_ADDRESS
    assert parse_qs(urlsplit(address).query) == {"title": [made.title], "body": [made.short]}
    assert made.fingerprint in made.short
    assert made.fingerprint in made.body


def test_an_address_that_is_too_long_has_no_text_and_then_there_is_none() -> None:
    made = ticket(diagnosed("incident"))
    assert "body=" not in new_issue(made._replace(short="é" * 4000), "github.com/stigmer/stigmer")
    assert new_issue(made._replace(title="é" * 4000), "github.com/stigmer/stigmer") == ""


def test_what_a_container_says_is_one_line_of_title_and_no_mention() -> None:
    facts = replace(
        healthy(),
        lookup=f.Lookup(asked="x\n\x1b[2J@everyone #1", match=f.Match.MISSING),
        container=f.NotMeasured(reason="there is none\n@everyone ![x](http://h)"),
    )
    made = ticket(Report(app.diagnose(facts, profile.load()), facts))
    assert made.title.isprintable()
    assert "@everyone" not in made.short
    assert "](http" not in made.short


# ---- clipboard and browser -------------------------------------------------------------------------------------------

COPIES = '#!/bin/sh\ncat > "$RECORD/text"\nprintf "%s " "$@" > "$RECORD/args"\n'
TEXT = "ünïcode\n**report**\n"


@pytest.mark.parametrize(
    ("name", "environ", "platform", "arguments"),
    [
        ("pbcopy", {}, "darwin", ""),
        ("wl-copy", {"WAYLAND_DISPLAY": "w"}, "linux", ""),
        ("xclip", {"DISPLAY": ":0"}, "linux", "-selection clipboard"),
        ("xsel", {"DISPLAY": ":0"}, "linux", "--clipboard --input"),
        ("clip.exe", {"WSL_DISTRO_NAME": "Debian"}, "linux", ""),
    ],
)
def test_each_program_gets_the_text_on_its_standard_input(
    name: str, environ: dict[str, str], platform: str, arguments: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    program(tmp_path / "bin", name, COPIES)
    where = {**environ, "PATH": f"{tmp_path / 'bin'}:/bin:/usr/bin", "RECORD": str(tmp_path)}
    assert clipboard.copy(TEXT, where, io.StringIO()) == name
    encoding = "utf-16" if name == "clip.exe" else "utf-8"
    assert (tmp_path / "text").read_bytes().decode(encoding) == TEXT
    assert (tmp_path / "args").read_text().strip() == arguments


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_is_asked_where_there_is_no_program(tmp_path: Path) -> None:
    program(tmp_path / "bin", "xclip", "#!/bin/sh\nexit 1\n")
    terminal = Terminal()
    environ = {"PATH": str(tmp_path / "bin"), "DISPLAY": ":0", "TERM": "xterm"}
    assert clipboard.copy(TEXT, environ, terminal) == "the terminal"
    assert terminal.getvalue() == f"\x1b]52;c;{base64.b64encode(TEXT.encode()).decode()}\x07"


@pytest.mark.parametrize(
    ("terminal", "term", "text"),
    [
        (io.StringIO(), "xterm", TEXT),
        (Terminal(), "dumb", TEXT),
        (Terminal(), "xterm", "x" * clipboard.MOST_FOR_TERMINAL),
    ],
)
def test_what_is_not_a_terminal_or_too_long_for_one_gets_nothing(terminal: io.StringIO, term: str, text: str) -> None:
    assert clipboard.copy(text, {"TERM": term}, terminal) == ""
    assert terminal.getvalue() == ""


def test_the_clipboard_can_be_left_alone(place: Workplace, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    program(tmp_path / "bin", "xclip", COPIES)
    environ = {**place.environ, "DISPLAY": ":0", "GH_DOES": "new"}
    main(["ticket", str(place.folder), "--no-clipboard"], environ)
    assert not (place.record / "text").exists()
    main(["ticket", str(place.folder)], environ)
    assert (place.record / "text").read_text() == next(place.folder.glob("*.md")).read_text()
    assert "gave the report to the clipboard, by xclip" in capsys.readouterr().err


@pytest.mark.parametrize(("display", "agreed", "opened"), [(":0", True, 1), (":0", False, 0), ("", True, 0)])
def test_a_browser_opens_with_consent_where_there_is_a_screen(
    display: str, agreed: bool, opened: int, place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def open_page(address: str) -> bool:
        seen.append(address)
        return True

    monkeypatch.setattr("webbrowser.open_new_tab", open_page)
    answering(monkeypatch, agreed)
    monkeypatch.setattr(sys, "platform", "linux")
    main(["ticket", str(place.folder)], {**place.environ, "PATH": "/nonexistent", "DISPLAY": display})
    assert len(seen) == opened
