"""Changes of the tree, and what is true of it afterwards."""

# ruff: noqa: E501 - lines of Go

from __future__ import annotations

from tests.source.go_trees import HOST, Change

_H = ("SD901",)
_A = ("SD905",)


def _helper(body: str, result: str = "[]string", name: str = "network", parameters: str = "") -> str:
    lines = "\n".join(f"\t{line}" for line in body.splitlines())
    return f"\nfunc {name}({parameters}) {result} {{\n{lines}\n}}\n"


def _file(name: str, text: str, build: str = "") -> tuple[tuple[str, str], ...]:
    head = f"//go:build {build}\n\n" if build else ""
    return ((f"cli/internal/daemon/{name}", f"{head}package daemon\n\n{text}\n"),)


_ON_ONE = _file("network_linux.go", "const hostNetwork = true") + _file(
    "network_other.go", "const hostNetwork = false", "!linux"
)
_BUILDER = (
    "\ntype builder struct{ args []string }\n\n"
    "func (b *builder) add(words ...string) *builder {\n\tb.args = append(b.args, words...)\n\treturn b\n}\n"
)
_PARTIAL = (
    'func resolve(addr string) string {\n\tif runtime.GOOS == "linux" {\n\t\treturn addr\n\t}\n'
    '\treturn strings.ReplaceAll(addr, "localhost", "host.docker.internal")\n}\n'
)

CHANGES: dict[str, Change] = {
    "as it is": Change(),
    # ---- host networking
    "on every system": Change(_H, network=HOST),
    "after an error's exit": Change(_H, network=f"if err := check(dataDir); err != nil {{\n\t\treturn err\n\t}}\n\t{HOST}"),
    "with an equals sign": Change(_H, network='args = append(args, "--network=host")'),
    "the short option": Change(_H, network='args = append(args, "--net", "host")'),
    "another polarity": Change(_H, network=f'if runtime.GOOS != "linux" {{\n\t\t{HOST}\n\t}}'),
    "not, and not": Change(network=f'if !(runtime.GOOS != "linux") {{\n\t\t{HOST}\n\t}}'),
    "in the else of darwin": Change(_H, network=f'if runtime.GOOS == "darwin" {{\n\t\t_ = err0\n\t}} else {{\n\t\t{HOST}\n\t}}', declarations="\nvar err0 error\n"),
    "in the else of not linux": Change(network=f'if runtime.GOOS != "linux" {{\n\t\t_ = err0\n\t}} else {{\n\t\t{HOST}\n\t}}', declarations="\nvar err0 error\n"),
    "either system": Change(_H, network=f'if runtime.GOOS == "linux" || runtime.GOOS == "windows" {{\n\t\t{HOST}\n\t}}'),
    "neither system": Change(network=f'if runtime.GOOS != "darwin" && runtime.GOOS != "windows" {{\n\t\t{HOST}\n\t}}'),
    "a switch": Change(network=f'switch runtime.GOOS {{\n\tcase "linux":\n\t\t{HOST}\n\t}}'),
    "a switch's default": Change(_H, network=f'switch runtime.GOOS {{\n\tcase "darwin":\n\tdefault:\n\t\t{HOST}\n\t}}'),
    "a switch for all": Change(_H, network=f'switch runtime.GOOS {{\n\tcase "linux", "windows":\n\t\t{HOST}\n\t}}'),
    "a switch without a value": Change(network=f'switch {{\n\tcase runtime.GOOS == "linux":\n\t\t{HOST}\n\t}}'),
    "a constant of another package": Change(network=f'if platform.System == "linux" {{\n\t\t{HOST}\n\t}}'),
    "a constant of another package, wrong": Change(_H, network=f'if platform.System != "linux" {{\n\t\t{HOST}\n\t}}'),
    "a function of another package": Change(network=f"if platform.Native() {{\n\t\t{HOST}\n\t}}"),
    "a function of another package, wrong": Change(_H, network=f"if !platform.Native() {{\n\t\t{HOST}\n\t}}"),
    "a value of another package": Change(network='args = append(args, "--network", platform.Mode())'),
    "a variable": Change(network=f'native := runtime.GOOS == "linux"\n\tif native {{\n\t\t{HOST}\n\t}}'),
    "a variable that is shadowed": Change(_H, network=f'native := false\n\t{{\n\t\tnative := true\n\t\t_ = native\n\t}}\n\tif !native {{\n\t\t{HOST}\n\t}}'),
    "a mode": Change(network='mode := "bridge"\n\tif runtime.GOOS == "linux" {\n\t\tmode = "host"\n\t}\n\targs = append(args, "--network", mode)'),
    "a mode, wrong": Change(_H, network='mode := "host"\n\tif runtime.GOOS == "linux" {\n\t\tmode = "bridge"\n\t}\n\targs = append(args, "--network="+mode)'),
    "an option by Sprintf": Change(_H, network='args = append(args, fmt.Sprintf("--network=%s", "host"))'),
    "a map by system": Change(network='args = append(args, "--network", map[string]string{"linux": "host", "darwin": "bridge", "windows": "bridge"}[runtime.GOOS])'),
    "a map by system, wrong": Change(_H, network='args = append(args, "--network", map[string]string{"linux": "bridge", "darwin": "host"}[runtime.GOOS])'),
    "a list from a map": Change(network='args = append(args, modes[runtime.GOOS]...)', declarations='\nvar modes = map[string][]string{"linux": {"--network", "host"}}\n'),
    "a helper": Change(network="args = append(args, network()...)", declarations=_helper('if runtime.GOOS != "linux" {\n\treturn nil\n}\nreturn []string{"--network", "host"}')),
    "a helper, wrong": Change(_H, network="args = append(args, network()...)", declarations=_helper('if len(os.Args) > 1 {\n\treturn nil\n}\nreturn []string{"--network", "host"}')),
    "a helper that takes the list": Change(_H, network="args = network(args)", declarations=_helper('return append(args, "--network", "host")', parameters="args []string")),
    "a bool from the caller": Change(network=f"if share {{\n\t\t{HOST}\n\t}}", parameters=", share bool", more_arguments=', runtime.GOOS == "linux"'),
    "a bool from the caller, wrong": Change(_H, network=f"if share {{\n\t\t{HOST}\n\t}}", parameters=", share bool", more_arguments=', runtime.GOOS != "plan9"'),
    "true from the caller": Change(_H, network=f"if share {{\n\t\t{HOST}\n\t}}", parameters=", share bool", more_arguments=", true"),
    "false from the caller": Change(network=f"if share {{\n\t\t{HOST}\n\t}}", parameters=", share bool", more_arguments=", false"),
    "the system from the caller": Change(network=f'if system == "linux" {{\n\t\t{HOST}\n\t}}', parameters=", system string", more_arguments=", runtime.GOOS"),
    "another word from the caller": Change(_H, network=f'if system == "all" {{\n\t\t{HOST}\n\t}}', parameters=", system string", more_arguments=', "all"'),
    "a file's name": Change(network=f"if hostNetwork {{\n\t\t{HOST}\n\t}}", more=_ON_ONE),
    "a build constraint for two": Change(_H, network="args = append(args, network()...)", more=_file("a.go", _helper('return []string{"--network", "host"}').strip(), "linux || darwin") + _file("b_windows.go", _helper("return nil").strip())),
    "a build constraint": Change(network="args = append(args, network()...)", more=_file("a.go", _helper('return []string{"--network", "host"}').strip(), "linux") + _file("b.go", _helper("return nil").strip(), "!linux")),
    "a field that is set elsewhere": Change(network=f"if cfg := options(); cfg.Share {{\n\t\t{HOST}\n\t}}", declarations=_helper('return &config.Config{Share: runtime.GOOS == "linux"}', "*config.Config", "options")),
    "a field that is set elsewhere, wrong": Change(_H, network=f"if cfg := options(); cfg.Share {{\n\t\t{HOST}\n\t}}", declarations=_helper("return &config.Config{Share: true}", "*config.Config", "options")),
    "a closure": Change(_H, network=f"add := func() {{\n\t\t{HOST}\n\t}}\n\tadd()"),
    "a closure on Linux": Change(network=f'add := func() {{\n\t\t{HOST}\n\t}}\n\tif runtime.GOOS == "linux" {{\n\t\tadd()\n\t}}'),
    "a closure that exits": Change(network=f'add := func() {{\n\t\tif runtime.GOOS != "linux" {{\n\t\t\treturn\n\t\t}}\n\t\t{HOST}\n\t}}\n\tadd()'),
    "append in a loop": Change(_H, network='for _, word := range []string{"--network", "host"} {\n\t\targs = append(args, word)\n\t}'),
    "a loop that goes on": Change(network=f'for range []int{{1}} {{\n\t\tif runtime.GOOS != "linux" {{\n\t\t\tcontinue\n\t\t}}\n\t\t{HOST}\n\t}}'),
    "a builder": Change(_H, network='b := &builder{}\n\tb.add("--network", "host")\n\targs = append(args, b.args...)', declarations=_BUILDER),
    "a builder on Linux": Change(network='b := &builder{}\n\tif runtime.GOOS == "linux" {\n\t\tb.add("--network", "host")\n\t}\n\targs = append(args, b.args...)', declarations=_BUILDER),
    "a chain": Change(_H, network='args = append(args, (&builder{}).add("--init").add("--network", "host").args...)', declarations=_BUILDER),
    "by address": Change(_H, network="share(&args)", declarations=_helper('*args = append(*args, "--network", "host")', "", "share", "args *[]string")),
    "a split line": Change(_H, network='args = append(args, strings.Fields("--init --network host")...)'),
    "a shell line": Change(("SD901",), network='_ = exec.Command("sh", "-c", "docker run --rm --network host --name stigmer-agent-runner x").Run()'),
    "another command": Change(network='_ = exec.Command("docker", "build", "--network", "host", ".").Run()'),
    "another container": Change(network='_ = exec.Command("docker", "run", "--network", "host", "--name", "redis", "redis:7").Run()'),
    "init": Change(network='args = append(args, "--network", mode)', declarations='\nvar mode = "host"\n\nfunc init() {\n\tif runtime.GOOS != "linux" {\n\t\tmode = "bridge"\n\t}\n}\n'),
    "slices": Change(network=f'if slices.Contains([]string{{"linux"}}, runtime.GOOS) {{\n\t\t{HOST}\n\t}}', more=()),
    # ---- addresses
    "unresolved": Change(_A, llm="llmURL"),
    "unresolved by a sum": Change(_A, llm='"" + llmURL'),
    "not resolved, and not loopback": Change(llm="llmURL", default="https://llm.example.invalid"),
    "resolved at the caller's": Change(_A, llm="llmURL", variable='"-e", "TEMPORAL_SERVICE_ADDRESS=" + resolve("127.0.0.1:7233"),'),
    "a literal": Change(_A, variable='"-e", "TEMPORAL_SERVICE_ADDRESS=localhost:7233",'),
    "an environment's default": Change(_A, variable='"-e", "TEMPORAL_SERVICE_ADDRESS=" + getEnv("T", "localhost:7233"),', declarations=_helper("if value := os.Getenv(key); value != \"\" {\n\treturn value\n}\nreturn fallback", "string", "getEnv", "key, fallback string")),
    "a resolver for one name": Change(_A, resolver=_PARTIAL, default="http://127.0.0.1:11434"),
    "a resolver for one name, of that name": Change(resolver=_PARTIAL),
    "a field of another package": Change(_A, url="s.config.URL"),
    "a method that leaves one": Change(_A, server_default="http://127.0.0.1:11434"),
    "a replacer": Change(llm='strings.NewReplacer("localhost", "host.docker.internal", "127.0.0.1", "host.docker.internal").Replace(llmURL)'),
    # ---- names
    "a name nobody reads": Change(("SD904",), name="STIGMER_LLM_URL"),
    "a name in a constant": Change(("SD904",), variable='"-e", backendName + "=x:1",', declarations='\nconst backendName = "TEMPORAL_SERVICE_ADDR"\n'),
    "a name in a map": Change(("SD904",), network='for key, value := range map[string]string{"TEMPORAL_SERVICE_ADDR": "x:1"} {\n\t\targs = append(args, "-e", key+"="+value)\n\t}'),
    "a name that is read": Change(network='for key, value := range map[string]string{"TEMPORAL_SERVICE_ADDRESS": "x:1"} {\n\t\targs = append(args, "-e", key+"="+value)\n\t}'),
    # ---- the id's file and the name
    "another file": Change(("SD906",), id_file='"agent-runner.containerid"'),
    "the same file": Change(id_file='"agent-runner-container.id"'),
    "a name that is taken": Change(("SD907",), free=""),
    "a name that a helper frees": Change(free="remove(ContainerName)", declarations=_helper('_ = exec.Command("docker", "rm", "-f", name).Run()', "", "remove", "name string")),
}  # fmt: skip
