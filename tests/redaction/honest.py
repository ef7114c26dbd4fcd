"""Honest configurations: what must be shown of them, and is not to be shredded."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class Honest(NamedTuple):
    """Variables, a command line and texts. All but the variables stays as it is."""

    variables: Mapping[str, str] = MappingProxyType({})
    argv: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()


def _said(*texts: str, **variables: str) -> Honest:
    return Honest(variables, (), texts)


def _run(*argv: str, **variables: str) -> Honest:
    return Honest(variables, argv, (" ".join(argv),))


HONEST = (
    # secrets that are words of ours
    _said("the server answers: unimplemented", "what the container reads is not known", MY_TOKEN="unimplemented"),
    _said("what the container reads is not known", X_SECRET="reads"),
    _said("connection refused", DB_PASSWORD="refused"),
    _said("not measured: no engine was asked", DB_PASSWORD="measured"),
    _said("the container has no Python interpreter", API_KEY="interpreter"),
    _said("no answer within 5 s", API_KEY="answer"),
    _said("name resolution failed", DB_PASSWORD="resolution"),
    _said("unimplemented", X_SECRET="implement"),
    _said("dial tcp: connection refused", DB_PASSWORD="connection refused"),
    _said("the variable is misspelt", API_KEYS="variable,misspelt"),
    _said("listening on 0.0.0.0", X_SECRET='{"a": "listening"}'),
    _said("no such container", X_SECRET="such container"),
    # images and names
    _said("api-key-proxy:stable1", "registry.example/api-key-proxy:2026-build7"),
    _said("token-service:release-12", "ghcr.io/acme/secret-manager:v2beta1"),
    _run("docker", "run", "--name", "password-reset", "auth-key-rotator:abc1234"),
    _said("stigmer-agent-runner:local", AGENT_IMAGE="stigmer-agent-runner:local"),
    _said("registry.example/team/runner:2.4.1", RUNNER_IMAGE="registry.example/team/runner:2.4.1"),
    _run("docker", "network", "connect", "token-net", "secrets-sync-1"),
    _said("/run/secrets/db_password:/run/secrets/db_password:ro"),
    _said("secret-store.default.svc.cluster.local:8443"),
    # users
    _run("docker", "run", "-u", "1000:1000", "stigmer-agent-runner:local"),
    _run("docker", "run", "--user", "app:app", "stigmer-agent-runner:local"),
    _run("docker", "exec", "-u", "stigmer", "stigmer-agent-runner", "env"),
    _run("su", "-", "app", "-c", "serve"),
    _run("docker", "run", "-p", "8080:8080", "-p", "127.0.0.1:7234:7234", "x"),
    _run("mkdir", "-p", "/workspace/keys2"),
    _run("python3", "-p", "4"),
    _run("ssh", "-p", "2222", "host-1"),
    # options that are about keys, and hold none
    _run("serve", "--tls-key", "/etc/tls/server.key", "--tls-cert", "/etc/tls/server.crt"),
    _run("serve", "--key", "/etc/tls/key.pem"),
    _run("serve", "--key=server.key"),
    _run("sort", "--key", "2,2"),
    _run("serve", "--sort-key", "created_at", "--partition-key", "tenant_id"),
    _run("serve", "--max-tokens", "4096", "--token-limit=100"),
    _run("serve", "--auth-url", "https://login.example/realm", "--token-endpoint", "https://login.example/token"),
    _run("serve", "--secret-name", "runner-secrets", "--secrets-dir", "/run/secrets"),
    _run("serve", "--password-file", "/run/secrets/db2"),
    _run("serve", "--cookie-name", "session2"),
    _run("serve", "--header", "Accept: application/json"),
    _run("python", "-c", "print(key)"),
    _run("serve", "--bind", "0.0.0.0:8080", "--log-level", "debug2"),
    _run("serve", "--user", "runner2"),
    _run("serve", "--session", "main", "--license", "MIT"),
    _run("serve", "--session", "worker-pool", "--community", "public"),
    _run("htpasswd", "-c", "users", "runner2"),
    # logs
    _said("2026-01-22 03:26:58,001 - root - INFO - password authentication succeeded"),
    _said("the password is wrong", "password is required", "wrong password for user runner2"),
    _said("token is expired", "token expired at 2026-11-28T10:00:00Z", "Token count: 12345, tokens used: 2048"),
    _said("the token refreshed", "token validation failed", "Credentials obtained", "password mismatch"),
    _said("keys: 12 loaded", "primary_key=order_id", "cache key: user-1234", "routing_key=orders2.created"),
    _said("key=value pairs", "sort_key=created_at1", "foreign key constraint orders_fk2"),
    _said("session_id is missing", "session: started session 12", "code=404 exit code=137 status_code=500"),
    _said("exit_code=137", "error code: E1234", "GET /items?code=A1&page=2"),
    _said("AUTH failed: no such user", "AUTH PLAIN is not supported", "auth: enabled"),
    _said("signature = sign(x1)", "invalid signature", "method signature: f(x1)"),
    _said("pin: 12", "pw: none", "bypass=true2", "compass: north2"),
    _said("secret: <nil>", "password: null", "token: true", "api_key: None", "password: ''", 'password: ""'),
    _said("<password/>", "<secretName>runner-secrets</secretName>", "<tokenCount>4096</tokenCount>"),
    _said("sha256:" + "0123456789abcdef" * 4, "commit 0123456789abcdef0123456789abcdef01234567"),
    _said("id 123e4567-e89b-12d3-a456-426614174000", "trace_id=4bf92f3577b34da6a3ce929d0e0e4736"),
    _said("dial tcp 10.9.8.7:7233: i/o timeout", "http://host:8080/a/b@v1", "see https://x.example/a:b/c@2"),
    _said("docker run --network=bridge --add-host host.docker.internal:host-gateway x", NET_SECRET="bridge"),
    _said("main.py:5432:start:INFO", "127.0.0.1:5432:5432", "db:5432: refused", "column\tTRUE\t/\tFALSE"),
    _said("community: public", "the recovery code is short", "a backup code for each user"),
    # values of other variables
    _said("INFO ready", "eu-central-1", LOG_FORMAT="ready,json", AWS_REGION="eu-central-1"),
    _said("/workspace/app-1", "feature-x1", "team-a", APP_LIST="feature-x1,team-a", WORK_PATH="/workspace/app-1"),
    _said("openid profile email", AUTH_SCOPES="openid,profile,email"),
    _said("service_account in project", GOOGLE_CREDENTIALS='{"type": "service_account"}'),
    _said("Mon to Fri", "alice logged in", ADMIN_LOGIN="alice", WEEK="Mon,Fri"),
    _said("max_tokens: 4096", 'set STIGMER_LLM_MAX_TOKENS="4096"', "STIGMER_API_KEY is not set"),
    _said("STIGMER_API_KEY=$STIGMER_API_KEY", "password=${DB_PASSWORD}", "password: ${DB_PASSWORD:?is not set}"),
    _said("-e STIGMER_BACKEND_ENDPOINT=host.docker.internal:7234", TOKEN_HOST="host.docker.internal:7234"),
)
