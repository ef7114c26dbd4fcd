"""Go code: host networking with and without a guard, syntax errors, methods, variables, addresses."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from msgspec.structs import replace

from stigmer_doctor import app, profile
from stigmer_doctor.adapters.files.gofmt import gofmt
from stigmer_doctor.adapters.files.source_files import SourceTree
from stigmer_doctor.collect.run import collect
from stigmer_doctor.model.findings import Finding
from stigmer_doctor.model.ports import GoVerdict
from stigmer_doctor.source.edits import applied
from tests.fakes import collect_options, ports
from tests.source.go_idioms import GUARDED, OTHERS, UNGUARDED
from tests.source.judged import edits, found, repaired

FILE = "cli/daemon/daemon.go"
needs_go = pytest.mark.skipif(not shutil.which("go"), reason="go is not installed")


def judged(text: str, *codes: str, **more: str) -> list[str]:
    files = {FILE: text.encode(), "cli/go.mod": b"module example.invalid/cli\n\ngo 1.22\n"}
    files |= {name.replace("__", "/") + ".go": item.encode() for name, item in more.items()}
    return [finding.code for finding in found(files, *codes) if finding.severity != "info"]


@pytest.mark.parametrize("idiom", GUARDED)
def test_a_guard_is_seen(idiom: str) -> None:
    assert judged(GUARDED[idiom], "SD901") == []


@pytest.mark.parametrize("idiom", UNGUARDED)
def test_without_a_guard_it_is_found_at_its_place(idiom: str) -> None:
    text = UNGUARDED[idiom]
    (finding,) = found({FILE: text.encode()}, "SD901")
    _, line, column = finding.subject.split(":")
    assert text.splitlines()[int(line) - 1][int(column) - 1 :].startswith('"--net')


@pytest.mark.parametrize("idiom", OTHERS)
def test_what_is_not_the_runner_s_is_left_alone(idiom: str) -> None:
    assert judged(OTHERS[idiom], "SD901") == []


_STARTED = {
    "a shell's line with a constant": ('"sh", "-c", "docker run -d --network host " + image', "error"),
    "a shell's line with quotes": ('"sh", "-c", `docker run -d --network="host" agent-runner`', "error"),
    "a shell's line over two": ('"sh", "-c", "docker run \\\\\\n --net=host agent-runner"', "error"),
    "a shell that asks for the system": (
        '"sh", "-c", "if [ $(uname) = Linux ]; then docker run --net=host agent-runner; fi"',
        "info",
    ),
    "another user": ('"sudo", "docker", "run", "--network", "host", image', "error"),
    "an engine's own option": ('"docker", "--context", "desktop-linux", "run", "--network", "host", image', "error"),
    "another option that is the host's": ('"docker", "--host", "unix:///run", "run", "--pid", "host", image', ""),
    "a part of a list": (
        '"docker", append([]string{"run", "--network", "host"}, words[1:]...)...',
        "error",
    ),
    "a network by its long form": ('"docker", "run", "--network=name=host", image', "error"),
    "another network by its long form": ('"docker", "run", "--network=name=hosts", image', ""),
    "words put in between": ('"docker", slices.Insert(words, 1, "--network", "host")...', "error"),
    "words put somewhere": ('"docker", slices.Insert(words, place(), "--network", "host")...', "info"),
    "words put somewhere, not the host": ('"docker", slices.Insert(words, place(), "--network", "none")...', ""),
    "a part without it": ('"docker", hosted[:2]...', ""),
}


@pytest.mark.parametrize("case", _STARTED)
def test_the_command_is_read_however_it_is_started(case: str) -> None:
    arguments, expected = _STARTED[case]
    text = (
        'package daemon\n\nimport (\n\t"os/exec"\n\t"slices"\n)\n\n'
        'const image = "stigmer-agent-runner:local"\n\nfunc start() error {\n'
        '\twords := []string{"run", "-d", image}\n\thosted := []string{"run", image, "--network", "host"}\n'
        f"\t_, _ = words, hosted\n\treturn exec.Command({arguments}).Run()\n}}\n"
    )
    assert "".join(str(finding.severity) for finding in found({FILE: text.encode()}, "SD901")) == expected


_ELEMENTS = {
    'words[2] = "host"': ["error"],
    'words[2] = "none"': [],
    'words[3] = "host"': [],
    'if runtime.GOOS == "linux" {\n\t\twords[2] = "host"\n\t}': [],
    'if shared() {\n\t\twords[2] = "host"\n\t}': ["info"],
    'words[index()] = "host"': ["info"],
    'words[index()] = "none"': [],
}


@pytest.mark.parametrize("change", _ELEMENTS)
def test_an_element_that_is_set_takes_the_place_of_another(change: str) -> None:
    text = (
        'package daemon\n\nimport (\n\t"os/exec"\n\t"runtime"\n)\n\nfunc start() error {\n'
        '\twords := []string{"run", "--network", "bridge", "agent-runner"}\n'
        f'\t{change}\n\treturn exec.Command("docker", words...).Run()\n}}\n'
    )
    assert [finding.severity for finding in found({FILE: text.encode()}, "SD901")] == _ELEMENTS[change]


_OPTIONED = {
    "for _, o := range []func(*settings){shared} {\n\t\to(s)\n\t}": ["info"],
    "for _, o := range options {\n\t\to(s)\n\t}": ["info"],
    "for _, o := range options {\n\t\to(nil)\n\t}": [],
}


@pytest.mark.parametrize("loop", _OPTIONED)
def test_what_options_may_set_cannot_be_told(loop: str) -> None:
    text = (
        'package daemon\n\nimport "os/exec"\n\ntype settings struct{ mode string }\n\n'
        'func shared(s *settings) { s.mode = "host" }\n\nfunc start(options ...func(*settings)) error {\n'
        f'\ts := &settings{{mode: "bridge"}}\n\t{loop}\n'
        '\treturn exec.Command("docker", "run", "--network", s.mode, "agent-runner").Run()\n}\n'
    )
    assert [finding.severity for finding in found({FILE: text.encode()}, "SD901")] == _OPTIONED[loop]


def _sdk(mode: str, before: str = "", env: str = "nil") -> str:
    return (
        'package daemon\n\nimport (\n\t"example.invalid/lib/modes"\n'
        '\t"github.com/docker/docker/api/types/container"\n\t"github.com/docker/docker/api/types/network"\n)\n\n'
        f"func start(c client) {{\n{before}\tc.ContainerCreate(ctx,\n"
        f'\t\t&container.Config{{Image: "stigmer-agent-runner", Env: {env}}},\n'
        f"\t\t&container.HostConfig{{NetworkMode: {mode}}})\n}}\n"
    )


_SDK_MODES = {
    "container.NetworkMode(network.NetworkHost)": ["error"],
    "network.NetworkHost": ["error"],
    "network.NetworkBridge": [],
    "modes.Shared": ["info"],
    '"bridge"': [],
}


@pytest.mark.parametrize("mode", _SDK_MODES)
def test_the_network_of_docker_s_library_is_read(mode: str) -> None:
    assert [finding.severity for finding in found({FILE: _sdk(mode).encode()}, "SD901")] == _SDK_MODES[mode]


@pytest.mark.parametrize(
    ("name", "value", "code", "expected"),
    [
        ("STIGMER_BACKEND_URL", "http://x", "SD904", ["error"]),
        ("STIGMER_BACKEND_ENDPOINT", "x:1", "SD904", []),
        ("TEMPORAL_SERVICE_ADDRESS", "localhost:7233", "SD905", ["error"]),
        ("TEMPORAL_SERVICE_ADDRESS", "temporal:7233", "SD905", []),
    ],
)
def test_variables_from_a_map_reach_docker_s_library(name: str, value: str, code: str, expected: list[str]) -> None:
    filled = (
        f'\tvar env []string\n\tfor key, each := range map[string]string{{"MODE": "local", "{name}": "{value}"}} {{\n'
        '\t\tenv = append(env, key+"="+each)\n\t}\n'
    )
    text = _sdk('"bridge"', filled, "env")
    assert [finding.severity for finding in found({FILE: text.encode()}, code)] == expected


@needs_go
@pytest.mark.parametrize("idiom", UNGUARDED)
def test_the_guarded_form_is_what_gofmt_writes_and_go_builds(idiom: str, tmp_path: Path) -> None:
    raw = UNGUARDED[idiom].encode()
    findings = found({FILE: raw}, "SD901")
    after = repaired(raw, edits(findings))
    assert formatted(after) == after or not edits(findings)
    if edits(findings):
        assert found({FILE: after}, "SD901") == []
        assert not built(raw, tmp_path / "before")
        assert not built(after, tmp_path / "after")


def formatted(raw: bytes) -> bytes:
    return subprocess.run(["gofmt"], input=raw, capture_output=True, check=True).stdout


def built(raw: bytes, folder: Path) -> str:
    """What the compiler says of a package of one file."""
    folder.mkdir()
    (folder / "go.mod").write_text("module example.invalid/x\n\ngo 1.22\n")
    (folder / "daemon.go").write_bytes(raw)
    return subprocess.run(["go", "vet", "."], cwd=folder, capture_output=True, text=True).stderr


@needs_go
def test_every_idiom_is_go(tmp_path: Path) -> None:
    for name, text in {**GUARDED, **UNGUARDED}.items():
        assert gofmt(text.encode()) == GoVerdict(), name
    assert tmp_path


@pytest.mark.parametrize("idiom", ["given to the command", "in a closure", "in a variable of the package"])
def test_where_a_guard_cannot_be_written_with_certainty_nothing_is_proposed(idiom: str) -> None:
    (finding,) = found({FILE: UNGUARDED[idiom].encode()}, "SD901")
    if idiom != "in a closure":
        assert finding.remediation.edits == ()


def test_behind_the_image_nothing_is_moved() -> None:
    text = UNGUARDED["on one line"].replace('"host"}', '"host", "stigmer-agent-runner:local", "python"}')
    (finding,) = found({FILE: text.encode()}, "SD901")
    assert finding.remediation.edits == ()


# ---- syntax ----------------------------------------------------------------------------------------------------------

LIST = UNGUARDED["in the list"]
BROKEN = {
    "a call closed with a brace": (LIST.replace('"unless-stopped",\n\t}', '"unless-stopped",\n\t)'), True),
    "a bracket too many": (LIST + "}\n", False),
    "a bracket missing": (LIST.replace('"unless-stopped",\n\t}', '"unless-stopped",'), False),
    "no operand": (LIST.replace("return args", "return args +"), False),
    "a string that does not end": (LIST.replace('"-d"', '"-d'), False),
}


@needs_go
@pytest.mark.parametrize("case", BROKEN)
def test_a_syntax_error_is_where_gofmt_says(case: str, tmp_path: Path) -> None:
    text, mendable = BROKEN[case]
    path = tmp_path / FILE
    path.parent.mkdir(parents=True)
    path.write_text(text)
    (finding,) = live(tmp_path, "SD902")
    said = gofmt(text.encode())
    assert said
    assert finding.subject == f"{FILE}:{said.line}:{said.column}"
    assert said.message in finding.message
    assert bool(finding.remediation.edits) is mendable
    if mendable:
        assert gofmt(applied(text, finding.remediation.edits).encode()) == GoVerdict()


def live(root: Path, *codes: str) -> list[Finding]:
    given = replace(ports(), source=SourceTree(str(root)), gofmt=gofmt)
    facts = collect(collect_options(source=str(root), engine=False), given)
    return [finding for finding in app.diagnose(facts, profile.load()).findings if finding.code.startswith(codes)]


def test_without_gofmt_the_place_of_a_wrong_bracket_is_known_all_the_same() -> None:
    text, _ = BROKEN["a call closed with a brace"]
    (finding,) = found({FILE: text.encode()}, "SD902")
    line = next(number for number, other in enumerate(text.splitlines(), 1) if other == "\t)")
    assert finding.subject == f"{FILE}:{line}:2"


def test_other_faults_are_found_in_a_broken_file() -> None:
    assert judged(BROKEN["a call closed with a brace"][0]) == ["SD901", "SD902", "SD907"]


# ---- methods ---------------------------------------------------------------------------------------------------------

PRINT = """\
package cliprint

type base struct{}

func (b *base) Close() {}

type Display struct {
	base
	OnDone func()
}

func NewDisplay() *Display { return &Display{} }

func (d *Display) SetPhase(phase, detail string) {}

type Shower interface {
	Show()
	Hider
}

type Hider interface{ Hide() }

type Other struct{ unknown.Thing }

func NewOther() (*Other, error) { return nil, nil }
"""


def calling(body: str) -> str:
    return f'package root\n\nimport "example.invalid/cli/cliprint"\n\nfunc run(s cliprint.Shower) {{\n{body}\n}}\n'


@pytest.mark.parametrize(
    "body",
    [
        "\td := cliprint.NewDisplay()\n\td.Update()",
        "\td := &cliprint.Display{}\n\td.Update()",
        "\tvar d cliprint.Display\n\td.Update()",
        "\tvar d = cliprint.NewDisplay()\n\tif true {\n\t\td.Update()\n\t}",
        "\ts.Update()",
        "\td := cliprint.NewDisplay()\n\tfunc() { d.setPhase() }()",
    ],
)
def test_a_method_that_does_not_exist_is_found(body: str) -> None:
    assert judged(calling(body), "SD903", cli__cliprint__print=PRINT) == ["SD903"]


@pytest.mark.parametrize(
    "body",
    [
        '\td := cliprint.NewDisplay()\n\td.SetPhase("a", "b")',
        "\td := cliprint.NewDisplay()\n\td.Close()",
        "\td := cliprint.NewDisplay()\n\td.OnDone()",
        "\ts.Show()\n\ts.Hide()",
        "\to, _ := cliprint.NewOther()\n\to.Update()",
        "\td := unknown()\n\td.Update()",
        "\td := cliprint.NewMissing()\n\td.Update()",
        "\tfor _, d := range all {\n\t\td.Update()\n\t}",
        "\td := cliprint.NewDisplay()\n\t{\n\t\td := other()\n\t\td.Update()\n\t}\n\td.Close()",
        "\tcliprint.Update()",
    ],
)
def test_a_method_that_exists_or_cannot_be_told_is_left_alone(body: str) -> None:
    assert judged(calling(body), "SD903", cli__cliprint__print=PRINT) == []


# ---- variables and addresses -----------------------------------------------------------------------------------------


def writing(*arguments: str, before: str = "", more: str = "", parameters: str = "") -> str:
    body = "\n".join(f'\t\t"-e", {argument},' for argument in arguments)
    return (
        f'package daemon\n\nimport (\n\t"fmt"\n\t"strings"\n)\n\nfunc start({parameters}) []string {{\n{before}\treturn []string{{\n'  # noqa: E501
        f'\t\t"run", "--name", "stigmer-agent-runner",\n{body}\n\t}}\n}}\n\nvar _ = fmt.Sprintf\n\n{more}'
    )


RESOLVER = (
    "func resolve(a string) string {\n"
    '\tfor _, own := range []string{"localhost", "127.0.0.1"} {\n'
    '\t\ta = strings.ReplaceAll(a, own, "host.docker.internal")\n\t}\n\treturn a\n}\n'
)


@pytest.mark.parametrize(
    ("argument", "severity"),
    [
        ('fmt.Sprintf("STIGMER_BACKEND_URL=http://%s", a)', "error"),
        ('"STIGMER_BACKEND_ADDRESS=" + a', "error"),
        ('"STIGMER_NEW_THING=1"', "warning"),
        ('"SANDBOX_FLAVOUR=x"', "warning"),
    ],
)
def test_a_variable_that_nobody_reads_is_found(argument: str, severity: str) -> None:
    (finding,) = found({FILE: writing(argument, '"MODE=local"').encode()}, "SD904")
    assert finding.severity == severity


@pytest.mark.parametrize(
    ("words", "code", "expected"),
    [
        ('"-eSTIGMER_BACKEND_URL=http://x"', "SD904", ["error"]),
        ('"-eSTIGMER_BACKEND_ENDPOINT=x:1"', "SD904", []),
        ('"-eSTIGMER_BACKEND_URL", "stigmer-agent-runner"', "SD904", []),
        ('"-eTEMPORAL_SERVICE_ADDRESS=localhost:7233"', "SD905", ["error"]),
        ('fmt.Sprintf("-eTEMPORAL_SERVICE_ADDRESS=%s", "127.0.0.1:7233")', "SD905", ["error"]),
        ('"-eTEMPORAL_SERVICE_ADDRESS=temporal:7233"', "SD905", []),
    ],
)
def test_a_variable_right_behind_its_option_is_read(words: str, code: str, expected: list[str]) -> None:
    text = writing('"MODE=local"', '"STIGMER_LLM_BASE_URL=x"').replace('"-e", "MODE=local"', words)
    assert [finding.severity for finding in found({FILE: text.encode()}, code)] == expected


@pytest.mark.parametrize(
    "arguments",
    [
        ('fmt.Sprintf("STIGMER_BACKEND_ENDPOINT=%s", a)',),
        ('"TASK_QUEUE=agent_execution_runner"',),
        ('"OLLAMA_HOST=x"', '"HOME=/root"'),
        ('"STIGMER_BACKEND_URL=http://x"', '"STIGMER_BACKEND_ENDPOINT=x:1"'),
    ],
)
def test_a_variable_that_is_read_or_harmless_is_left_alone(arguments: tuple[str, ...]) -> None:
    assert "error" not in {finding.severity for finding in found({FILE: writing(*arguments).encode()}, "SD904")}


@pytest.mark.parametrize(
    ("argument", "before", "more"),
    [
        ('"TEMPORAL_SERVICE_ADDRESS=localhost:7233"', "", ""),
        ('fmt.Sprintf("TEMPORAL_SERVICE_ADDRESS=%s", a)', '\ta := "127.0.0.1:7233"\n', RESOLVER),
        ('"STIGMER_LLM_BASE_URL=" + a', '\ta := ""\n\tif a == "" {\n\t\ta = "http://localhost:11434"\n\t}\n', RESOLVER),
        ('"STIGMER_LLM_BASE_URL=" + a', "", 'const a = "http://localhost:11434"\n'),
        ('"STIGMER_LLM_BASE_URL=" + a()', "", 'func a() string { return "http://localhost:11434" }\n'),
    ],
)
def test_a_loopback_address_that_goes_in_as_it_is_is_found(argument: str, before: str, more: str) -> None:
    assert judged(writing(argument, before=before, more=more), "SD905") == ["SD905"]


@pytest.mark.parametrize(
    ("argument", "before", "more"),
    [
        ('"TEMPORAL_SERVICE_ADDRESS=" + resolve("localhost:7233")', "", RESOLVER),
        ('"TEMPORAL_SERVICE_ADDRESS=" + a', '\ta := "localhost:7233"\n\ta = resolve(a)\n', RESOLVER),
        ('"TEMPORAL_SERVICE_ADDRESS=" + a', '\tb := "localhost:7233"\n\ta := resolve(b)\n', RESOLVER),
        ('"TEMPORAL_SERVICE_ADDRESS=" + c.Address', "", RESOLVER),
        ('"TEMPORAL_SERVICE_ADDRESS=" + unknown()', "", RESOLVER),
        ('"GREETING=localhost:1"', "", ""),
        ('"TEMPORAL_SERVICE_ADDRESS=localhost.example.invalid:7233"', "", ""),
    ],
)
def test_an_address_that_is_translated_or_unknown_is_left_alone(argument: str, before: str, more: str) -> None:
    assert judged(writing(argument, before=before, more=more), "SD905") == []
