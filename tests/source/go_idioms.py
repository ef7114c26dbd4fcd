"""Ways to write `--network host` in Go: guarded by the operating system, and not."""

from __future__ import annotations

HEAD = """\
package daemon

import (
	"os/exec"
	"runtime"
)

const AgentRunnerContainerName = "stigmer-agent-runner"

var _ = runtime.GOOS
var _ = exec.Command

"""
START = 'args := []string{"run", "-d", "--name", AgentRunnerContainerName}\n'
HOST = 'args = append(args, "--network", "host")'


def function(body: str, more: str = "", parameters: str = "") -> str:
    """A function with this body, and further declarations."""
    lines = "\n".join(f"\t{line}" if line else "" for line in body.strip().splitlines())
    tail = f"\n{more}" if more else ""
    return f"{HEAD}func start({parameters}) []string {{\n{lines}\n\treturn args\n}}\n{tail}"


GUARDED = {
    "if": function(START + f'if runtime.GOOS == "linux" {{\n\t{HOST}\n}}'),
    "if not": function(START + f'if runtime.GOOS != "darwin" && runtime.GOOS != "windows" {{\n\t{HOST}\n}}'),
    "else": function(START + f'if runtime.GOOS != "linux" {{\n\targs = append(args, "-t")\n}} else {{\n\t{HOST}\n}}'),
    "switch": function(START + f'switch runtime.GOOS {{\ncase "linux":\n\t{HOST}\n}}'),
    "switch without a value": function(START + f'switch {{\ncase runtime.GOOS == "linux":\n\t{HOST}\n}}'),
    "early return": function(START + f'if runtime.GOOS != "linux" {{\n\treturn args\n}}\n{HOST}'),
    "a variable": function(START + f'native := runtime.GOOS == "linux"\nif native {{\n\t{HOST}\n}}'),
    "a variable of the if": function(START + f'if system := runtime.GOOS; system == "linux" {{\n\t{HOST}\n}}'),
    "a constant": function(START + f'if system == "linux" {{\n\t{HOST}\n}}', "const system = runtime.GOOS\n"),
    "a function": function(
        START + f"if sharesNothing() {{\n\treturn args\n}}\n{HOST}",
        'func sharesNothing() bool {\n\treturn runtime.GOOS != "linux"\n}\n',
    ),
    "a helper that gives the arguments": function(
        START + "args = append(args, placement()...)",
        'func placement() []string {\n\tif runtime.GOOS == "linux" {\n\t\treturn []string{"--network", "host"}\n\t}\n'
        "\treturn nil\n}\n",
    ),
    "a helper that is called on one system": function(
        START + 'if runtime.GOOS == "linux" {\n\targs = append(args, placement()...)\n}',
        'func placement() []string {\n\treturn []string{"--network", "host"}\n}\n',
    ),
    "a map by system": function(
        START + 'args = append(args, map[string][]string{"linux": {"--network", "host"}}[runtime.GOOS]...)'
    ),
    "a variable that is the host's on one system": function(
        START
        + 'mode := "bridge"\nif runtime.GOOS == "linux" {\n\tmode = "host"\n}\nargs = append(args, "--network", mode)'
    ),
    "a variable that is set on one system only": function(
        START
        + 'var mode string\nif runtime.GOOS == "linux" {\n\tmode = "host"\n}\nargs = append(args, "--network", mode)'
    ),
    "a parameter": function(START + f'if goos == "linux" {{\n\t{HOST}\n}}', parameters="goos string"),
    "a flag that says so": function(START + f"if hostNetwork {{\n\t{HOST}\n}}", parameters="hostNetwork bool"),
    "a build constraint": "//go:build linux\n\n" + function(START + HOST),
    "a loop that goes on": function(
        START + f'for range 1 {{\n\tif runtime.GOOS != "linux" {{\n\t\tcontinue\n\t}}\n\t{HOST}\n}}'
    ),
}

UNGUARDED = {
    "in the list": function(
        'args := []string{\n\t"run",\n\t"-d",\n\t"--name", AgentRunnerContainerName,\n\t"--network", "host",\n'
        '\t"--restart", "unless-stopped",\n}'
    ),
    "on one line": function('args := []string{"run", "-d", "--name", AgentRunnerContainerName, "--network", "host"}'),
    "appended": function(START + HOST),
    "appended with others": function(START + 'args = append(args, "--rm", "--network", "host", "--init")'),
    "with an equals sign": function(START + 'args = append(args, "--network=host")'),
    "the short option": function(START + 'args = append(args, "--net", "host")'),
    "the short option with an equals sign": function(START + 'args = append(args, "--net=host", "-t")'),
    "a constant": function(START + 'args = append(args, "--network", mode)', 'const mode = "host"\n'),
    "a variable": function('mode := "host"\n' + START + 'args = append(args, "--network", mode)'),
    "under another condition": function(START + f"if verbose {{\n\t{HOST}\n}}", parameters="verbose bool"),
    "after another exit": function(START + f"if len(args) == 0 {{\n\treturn args\n}}\n{HOST}"),
    "in a loop": function(START + f"for range 1 {{\n\t{HOST}\n}}"),
    "in a closure": function(START + f"add := func() {{\n\t{HOST}\n}}\nadd()"),
    "given to the command": function(
        "args := []string(nil)\n"
        '_ = exec.Command("docker", "run", "--network", "host", "--name", AgentRunnerContainerName)'
    ),
    "beside a guard for something else": function(
        START + f'if runtime.GOOS == "darwin" {{\n\targs = append(args, "-t")\n}}\n{HOST}'
    ),
    "in a helper": function(
        START + "args = append(args, placement()...)",
        'func placement() []string {\n\treturn []string{"--network", "host"}\n}\n',
    ),
    "in a variable of the package": HEAD
    + 'var args = []string{"run", "--name", AgentRunnerContainerName, "--network", "host"}\n',
}

OTHERS = {
    "another container": function(START + HOST)
    .replace("AgentRunnerContainerName", "Redis")
    .replace("agent-runner", "redis"),
    "another network": function(START + 'args = append(args, "--network", "bridge")'),
    "another command": function(START + HOST).replace('"run"', '"build"'),
    "a comment": function(START + f"// {HOST}"),
}
