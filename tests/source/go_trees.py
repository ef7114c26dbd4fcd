"""A tree in the shapes of a real one: two programs, a package of seventy functions, three packages deep; and small
changes of it, each with what is true of it then."""

# ruff: noqa: E501 - lines of Go

from __future__ import annotations

from typing import NamedTuple

CLI, SERVER = "cli", "server"
DAEMON, CONFIG, PLATFORM, SUPERVISOR = (
    "cli/internal/daemon/daemon.go",
    "cli/internal/config/config.go",
    "cli/internal/platform/platform.go",
    "server/pkg/supervisor/supervisor.go",
)
HOST = 'args = append(args, "--network", "host")'
GUARDED = f'if runtime.GOOS == "linux" {{\n\t\t{HOST}\n\t}}'

_DAEMON = """\
package daemon

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"example.invalid/cli/internal/config"
	"example.invalid/cli/internal/platform"
)

const (
	Port          = 7234
	ContainerName = "stigmer-agent-runner"
	ContainerFile = "agent-runner-container.id"
	image         = "stigmer-agent-runner:local"
)

var _ = context.Background
var _ = errors.New
var _ = os.Getenv
var _ = runtime.GOOS
var _ = strings.Fields
var _ = platform.Native
{declarations}
// Start starts everything.
func Start(dataDir string) error {
	cfg, err := config.Load()
	if err != nil {
		return err
	}
	if err := check(dataDir); err != nil {
		return err
	}
	return startAgentRunner(dataDir, cfg.ResolveURL(){more_arguments})
}

func startAgentRunner(dataDir string, llmURL string{parameters}) error {
	if err := check(dataDir); err != nil {
		return err
	}
	backendAddr := resolve(fmt.Sprintf("localhost:%d", Port))
	llmAddr := {llm}

	args := []string{
		"run",
		"-d",
		"--name", ContainerName,
	}
	{network}
	args = append(args,
		"-e", "MODE=local",
		"-e", fmt.Sprintf("STIGMER_BACKEND_ENDPOINT=%s", backendAddr),
		"-e", fmt.Sprintf("STIGMER_LLM_BASE_URL=%s", llmAddr),
		{variable}
	)
	args = append(args, image)
	{free}
	output, err := exec.Command("docker", args...).CombinedOutput()
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dataDir, {id_file}), output, 0o644)
}

func stopAgentRunner(dataDir string) {
	id, err := os.ReadFile(filepath.Join(dataDir, ContainerFile))
	if err != nil {
		return
	}
	_ = exec.Command("docker", "stop", string(id)).Run()
}

func check(dir string) error {
	_, err := os.Stat(dir)
	return err
}

{resolver}
{functions}
"""
_RESOLVER = """\
func resolve(addr string) string {
	if !strings.Contains(addr, "localhost") && !strings.Contains(addr, "127.0.0.1") {
		return addr
	}
	if runtime.GOOS == "linux" {
		return addr
	}
	addr = strings.ReplaceAll(addr, "localhost", "host.docker.internal")
	return strings.ReplaceAll(addr, "127.0.0.1", "host.docker.internal")
}
"""
_CONFIG = """\
package config

import "os"

type Config struct {
	URL     string
	Network string
	Share   bool
}

func Load() (*Config, error) {
	return &Config{}, nil
}

func (c *Config) ResolveURL() string {
	if url := os.Getenv("LLM_URL"); url != "" {
		return url
	}
	if c.URL != "" {
		return c.URL
	}
	return "%s"
}
"""
_PLATFORM = """\
package platform

import "runtime"

const System = runtime.GOOS

func Native() bool {
	return runtime.GOOS == "linux"
}

func Mode() string {
	switch runtime.GOOS {
	case "linux":
		return "host"
	default:
		return "bridge"
	}
}
"""
_SUPERVISOR = """\
package supervisor

import (
	"fmt"
	"os/exec"
	"runtime"
	"strings"
)

type Config struct {
	URL string
}

type Supervisor struct {
	config *Config
}

func New(config *Config) *Supervisor {
	return &Supervisor{config: config}
}

func (s *Supervisor) startAgentRunner() error {
	url := {url}
	_ = exec.Command("docker", "rm", "-f", "stigmer-agent-runner").Run()
	args := []string{"run", "--name", "stigmer-agent-runner"}
	if runtime.GOOS == "linux" {
		args = append(args, "--network", "host")
	}
	args = append(args, "-e", "MODE=local", "-e", "{name}="+url, "-e", fmt.Sprintf("STIGMER_BACKEND_ENDPOINT=%s", s.resolve("localhost:7234")))
	args = append(args, "stigmer/agent-runner:latest")
	return exec.Command("docker", args...).Run()
}

func (s *Supervisor) resolve(addr string) string {
	if runtime.GOOS == "linux" {
		return addr
	}
	return strings.ReplaceAll(addr, "localhost", "host.docker.internal")
}
"""
_MAIN = """\
package server

import (
	"os"

	"example.invalid/server/pkg/supervisor"
)

func load() *supervisor.Config {
	getEnv := func(key, fallback string) string {
		if value := os.Getenv(key); value != "" {
			return value
		}
		return fallback
	}
	return &supervisor.Config{URL: getEnv("LLM_URL", "%s")}
}

func Run() *supervisor.Supervisor {
	return supervisor.New(load())
}
"""


def functions(number: int = 70) -> str:
    """Functions with `err` everywhere; one of them looks at the system."""
    made = [
        f"func step{other}(dir string) error {{\n\terr := check(dir)\n\tif err != nil {{\n\t\treturn err\n\t}}\n"
        f"\tif args, err := os.ReadDir(dir); err != nil || len(args) == 0 {{\n\t\treturn err\n\t}}\n\treturn nil\n}}\n"
        for other in range(number)
    ]
    made.append(
        'func open(url string) error {\n\tvar err error\n\tif runtime.GOOS == "darwin" {\n'
        '\t\terr = exec.Command("open", url).Run()\n\t}\n\tif err != nil {\n\t\treturn err\n\t}\n\treturn nil\n}\n'
    )
    return "\n".join(made)


class Change(NamedTuple):
    """A change of the tree. `codes` are what is true of it then, but for infos; `more` are further files."""

    codes: tuple[str, ...] = ()
    network: str = GUARDED
    llm: str = "resolve(llmURL)"
    variable: str = '"-e", "SANDBOX_TYPE=filesystem",'
    declarations: str = ""
    parameters: str = ""
    more_arguments: str = ""
    resolver: str = _RESOLVER
    free: str = '_ = exec.Command("docker", "rm", "-f", ContainerName).Run()'
    id_file: str = "ContainerFile"
    default: str = "http://localhost:11434"
    url: str = "s.resolve(s.config.URL)"
    name: str = "STIGMER_LLM_BASE_URL"
    server_default: str = "http://localhost:11434"
    platform: str = ""
    more: tuple[tuple[str, str], ...] = ()


def tree(change: Change, unrelated: int = 70) -> dict[str, bytes]:
    """The files of the changed tree."""
    daemon = _DAEMON
    for key in ("declarations", "more_arguments", "parameters", "llm", "network", "variable", "free", "id_file"):
        daemon = daemon.replace(f"{{{key}}}", getattr(change, key))
    daemon = daemon.replace("{resolver}", change.resolver).replace("{functions}", functions(unrelated))
    files = {
        "cli/go.mod": "module example.invalid/cli\n\ngo 1.22\n",
        "server/go.mod": "module example.invalid/server\n\ngo 1.22\n",
        DAEMON: daemon,
        CONFIG: _CONFIG.replace("%s", change.default),
        PLATFORM: _PLATFORM + change.platform,
        SUPERVISOR: _SUPERVISOR.replace("{url}", change.url).replace("{name}", change.name),
        "server/pkg/server/server.go": _MAIN.replace("%s", change.server_default),
        **dict(change.more),
    }
    return {name: text.encode() for name, text in files.items()}
