"""What stands below the options in every `--help`: examples, exit codes, the environment."""

from __future__ import annotations

from collections.abc import Mapping

_EXAMPLES = {
    "": """\
  stigmer-doctor                            diagnose the runner on this machine
  stigmer-doctor fix                        put right what was found
  stigmer-doctor rule SD201                 what a finding means
  stigmer-doctor help fix                   the options of a command
which when: check on one machine, check --pod in a cluster, triage for many
tickets, fleet for many machines; docs/when-to-use-which.md says when cron or
Ansible with --format json is enough""",
    "check": """\
  stigmer-doctor check                                the runner on this machine
  stigmer-doctor check --format markdown              to paste into a bug ticket
  stigmer-doctor check --snapshot runner.json         what somebody else saved
  stigmer-doctor check --select SD3 --fail-on warning its variables alone
  stigmer-doctor check --source . --select SD8,SD9    a checkout; no engine
  stigmer-doctor check --pre                          before the first start
  stigmer-doctor check --wait 60                      after a start, in a script
  stigmer-doctor check --watch                        while things are changed
  stigmer-doctor check --deployment NAME -n NAMESPACE a runner on Kubernetes""",
    "fix": """\
  stigmer-doctor fix --dry-run                        what would be changed
  stigmer-doctor fix                                  ask, then change it
  stigmer-doctor fix --yes --format json              in a script""",
    "undo": """\
  stigmer-doctor undo --list                          what can be undone
  stigmer-doctor undo                                 the last fix of any kind
  stigmer-doctor undo --container NAME                that container's last one""",
    "topology": """\
  stigmer-doctor topology                             before a runner exists too
  stigmer-doctor topology --image python:3.12-slim    with an image of your own""",
    "snapshot": """\
  stigmer-doctor snapshot runner.json                 to attach to a ticket
  stigmer-doctor snapshot - | gzip > runner.json.gz""",
    "ticket": """\
  stigmer-doctor ticket                               asks before it sends
  stigmer-doctor ticket --anonymize /tmp              nobody sees whose it is
  stigmer-doctor ticket --snapshot runner.json --repo me/fork""",
    "diff": """\
  stigmer-doctor diff yesterday.json today.json
  stigmer-doctor diff --since-pass                    it worked yesterday""",
    "rule": """\
  stigmer-doctor rule SD201
  stigmer-doctor rule host-network-not-shared
  stigmer-doctor rule --all --format markdown""",
    "triage": """\
  stigmer-doctor triage add tickets/ more.tar.gz      folders, archives, files
  stigmer-doctor triage top                           the most frequent causes
  stigmer-doctor triage diff 0.1.0 0.2.0              two versions, or A..B days
  stigmer-doctor triage rejudge                       under the rules of today""",
    "fleet": """\
  stigmer-doctor fleet key team.key                   then give it to all
  stigmer-doctor fleet worker --temporal HOST:7233    on every machine
  stigmer-doctor fleet check --temporal HOST:7233 --hosts hosts.txt
  stigmer-doctor fleet status --temporal HOST:7233    the last sweep, or ID
  stigmer-doctor fleet schedule create --hosts hosts.txt --at 06:00
(--key-file FILE, or STIGMER_DOCTOR_KEY_FILE, with all but the first)""",
    "mcp": """\
  stigmer-doctor mcp                                  started by the agent
  pipx install '.[mcp]'                               in a clone: what it needs""",
    "completion": """\
  eval "$(stigmer-doctor completion bash)"            in ~/.bashrc
  stigmer-doctor completion zsh > DIR/_stigmer-doctor DIR is one of $fpath
  stigmer-doctor completion fish | source             in config.fish""",
}
_USAGE = "usage, configuration or internal error"
_CHECK = {
    0: "every service answered, and nothing is at or above --fail-on",
    1: "findings",
    2: _USAGE,
    3: "could not diagnose: no engine, no such container, bad snapshot,\n     or a service could not be asked",
}
_EXIT_CODES: Mapping[str, Mapping[int, str]] = {
    "": _CHECK | {4: "a fix was rolled back", 5: "a roll-back is incomplete"},
    "check": _CHECK,
    "fix": {
        0: "fixed and verified, or the runner works; with --dry-run: the plan",
        1: "not fixed, or not all that the runner needs to work",
        2: f"{_USAGE}; no consent",
        3: "could not diagnose: no engine, no such container",
        4: "a fix was rolled back",
        5: "a roll-back is incomplete",
    },
    "undo": {
        0: "put back; with --list: listed",
        1: "there is nothing to put back",
        2: f"{_USAGE}; no consent",
        3: "no engine",
        5: "a roll-back is incomplete",
    },
    "topology": {
        0: "a configuration is recommended",
        1: "none works as things are",
        2: _USAGE,
        3: "could not measure: no engine, no image to measure from",
    },
    "snapshot": {
        0: "the container was looked at",
        2: _USAGE,
        3: "there was none; what is known is in the file all the same",
    },
    "ticket": {
        0: "filed",
        1: "written, and left to you to file",
        2: _USAGE,
        3: "bad snapshot",
    },
    "diff": {
        0: "nothing changed",
        1: "something did",
        2: _USAGE,
        3: "nothing to compare: bad snapshot, or no check has passed yet",
    },
    "rule": {0: "explained", 2: _USAGE},
    "triage": {
        0: "answered; add: every file was read",
        1: "add: a file was not read; rejudge: a verdict changes",
        2: _USAGE,
        3: "the store cannot be read or written",
    },
    "fleet": {
        0: "check, status: every machine passes; else: done",
        1: "findings on a machine",
        2: _USAGE,
        3: "a machine has no verdict, or no Temporal server answers",
    },
    "mcp": {0: "the agent has ended it", 2: _USAGE},
    "completion": {0: "printed", 2: _USAGE},
}
_ENVIRONMENT = """\
Every option can also be set in the environment: --timeout 5 is
STIGMER_DOCTOR_TIMEOUT=5, and --passive is STIGMER_DOCTOR_PASSIVE=1."""


def epilog(command: str) -> str:
    """For one command, or for the whole command line ("")."""
    codes = "\n".join(f"  {code}  {meaning}" for code, meaning in _EXIT_CODES[command].items())
    return f"examples:\n{_EXAMPLES[command]}\n\nexit codes:\n{codes}\n\n{_ENVIRONMENT}"
