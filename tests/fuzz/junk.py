"""What is put where something else is expected."""

from __future__ import annotations

from collections.abc import Sequence

TEXTS: Sequence[str] = (
    *("", " ", "\n", "\t", "\0", "\r\n", "\x1b[2J", "\u202e", "\u2028", "\ufeff", "\ud800", "é", "🦊", "A" * 5000),
    *("localhost", "127.0.0.1", "::1", "[::1]:7233", "0.0.0.0", "host.docker.internal", "host.docker.internal:7233"),
    *("http://", "https://[", "http://[::1", "http://x:99999/"),
    *("//", "://", "http://u:p@h:1/?a=b#c", "[", "]:", "a:b:c"),
    *("-1", "0", "65536", "99999999999999999999", "1e309", "nan", "0x10", "1_000", "٣", "²", "½", "+5", " 7 ", "1:2"),
    *("true", "None", "null", "~", "../../etc/passwd", "/dev/zero"),
    *("~nobody", "C:\\x", "%s%n", "{port}", "${A", "$$", "\\"),
    *("-x", "--config=x", "'; touch x; '", "$(x)", "`x`", "<hidden 1>", "<hidden 999>", "host-gateway", "host", "none"),
    *("container:abc", "sha256:", "a/b@c:d", ":latest", "2026-01-22T03:27:23Z", "0001-01-01T00:00:00Z", "9999-99-99"),
    *("2026-01-22T03:27:23.123456789+14:00", "2026-01-22", "10.0.0.0/8"),
    *("10.0.0.300", "fe80::1%eth0", "xn--\u00fc", "a." * 200),
    *("(", "(?P<x>", "[a-", "*", "(a+)+$", "\\", "password=hunter2hunter2"),
    *("Bearer abcdefghijklmnop", "-----BEGIN RSA PRIVATE KEY-----"),
)  # fmt: skip

NUMBERS: Sequence[int] = (0, 1, -1, 2, 80, 7233, 65535, 65536, 2**31 - 1, 2**31, 2**53, 2**63 - 1, -(2**63), 2**64 - 1)
FLOATS: Sequence[float] = (0.0, -0.0, 0.5, -1.0, 1e-300, 1e300, 1.7976931348623157e308, 3.0, 1e9)
OTHERS: Sequence[object] = (None, True, False, 0, -1, 1.5, 2**70, "", "x", [], {}, [[]], {"": None}, {"type": "Nobody"})
"""Of any type, where the type is not kept."""

WORDS: dict[str, Sequence[str]] = {
    "yaml": (
        *("", " ", "  ", "\t", "\n", "\r\n", ":", ": ", "- ", "#", "'"),
        *('"', "{", "}", "[", "]", ",", "&a ", "*a", "<<: ", "|", ">-"),
        *("|2+\n", "---\n", "...\n", "!x ", "!!binary ", "!!int "),
        *("!!set ", "!reset null", "!override ", "? ", "%YAML 1.1\n", "~"),
        *("\0", "é", "\u2028", "\x85", "\ufeff", "0o17", "1e3", ".inf"),
        *("2001-12-14", "0x1F", "yes", "null", "=", "<<", "{}", "[]"),
        *("${A}", "${A:-b}", "${A:?no}", "$", "$$", "${", "${A:-${B}}"),
        *("host", "localhost:7233", "http://localhost:7234"),
        *("services:", "environment:", "extra_hosts:", "network_mode: host", "networks:", "extends:", "env_file: .env"),
        *("include:", "volumes:", "ports:", "profiles: [a]", "depends_on:"),
        *("service: agent-runner", "file: docker-compose.yml"),
        *("image: stigmer-agent-runner", "container_name:", "build: ."),
        *("command:", "entrypoint:", "configs:", "secrets:"),
        *("STIGMER_BACKEND_URL", "STIGMER_BACKEND_ENDPOINT", "MODE"),
        *("A=b=c", "x-a", "deploy:", "external: true", "name:"),
    ),
    "go": (
        *("", " ", "\t", "\n", "{", "}", "(", ")", "[", "]", '"', "`"),
        *("'", "//", "/*", "*/", ",", ";", ".", "...", ":=", "="),
        *("==", "!=", "&&", "||", "!", "+", "+=", "<-", "*", "&"),
        *("_", "args", '"--network"', '"host"', '"--network=host"'),
        *("if ", "else ", "for ", "range ", "switch ", "case "),
        *("default:", "func ", "return ", "defer ", "go ", "goto L", "L:"),
        *("type ", "struct {", "interface {", "map[string]string{"),
        *("[]string{", "const ", "var ", "import ", "package "),
        *("runtime.GOOS", '"linux"', '"darwin"', "append("),
        *("strings.Join(", "fmt.Sprintf(", '"%s%d%[2]*v"', "nil", "true"),
        *("exec.Command(", "container.HostConfig{", "NetworkMode:"),
        *("os.Getenv(", "iota", "chan ", "select {", "fallthrough"),
        *("\0", "é", "0x_1p-2", "1e400", "'\\u12'", '"\\xff"', '"\\777"'),
        *("AgentRunnerContainerName", "[T any]", "//go:build linux\n"),
    ),
    "python": (
        *("", " ", "    ", "\t", "\n", "(", ")", "[", "]", "{", "}"),
        *(":", ",", ".", "=", "==", '"', "'", '"""', "#", "\\", "@"),
        *("os.getenv(", "os.environ[", "os.environ.get(", "import "),
        *("from x import *", "class ", "def ", "lambda: ", "return "),
        *("if ", "else: ", "for ", "while True:", "try:", "except:"),
        *("with ", "async ", "await ", "yield ", "match x:", "case _:"),
        *("f'{x!r:>{w}}'", "*", "**", ":=", "None", "True", "1_0j"),
        *("0777", "9" * 5000, "settings", "BaseSettings", "Field("),
        *("default=", "alias=", "env_prefix", "localhost:7233", "\0"),
        *("é", "\f", "int(", "str(", "-", "~", "not ", "@property\n"),
    ),
    "toml": (
        *("", " ", "\n", "=", "[", "]", "[[", "]]", "{", "}", ","),
        *(".", '"', "'", '"""', "'''", "#", "true", "1", "1.5", "-1"),
        *("1979-05-27T07:32:00Z", "inf", "nan", "0x1", '"\\u00e9"', "\\"),
        *("\0", "é", '"("', '"*"', '""', "[]", "{}", "99999999999999999999"),
    ),
}  # fmt: skip
"""Words of each language, and what looks like one."""
