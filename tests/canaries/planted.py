"""A runner with secrets in every place and form. Each canary is a secret of its own, so that one run of a command
shows what becomes of all of them."""

from __future__ import annotations

import base64
import html
import json
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import quote

from tests import fakes


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _percent(text: str) -> str:
    return quote(text, safe="")


def _triples(text: str) -> list[str]:
    return [quote(character, safe="") for character in text]


FORMS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "base64": _encoded,
    "base64 without padding": lambda text: _encoded(text).rstrip("="),
    "base64 for URLs": lambda text: base64.urlsafe_b64encode(text.encode()).decode(),
    "base64 of user:value": lambda text: _encoded(f"runner:{text}"),
    "base64 of u:value": lambda text: _encoded(f"u:{text}"),
    "base64 of me:value": lambda text: _encoded(f"me:{text}"),
    "URL": _percent,
    "URL in lower case": lambda text: "".join(part.lower() if len(part) != 1 else part for part in _triples(text)),
    "URL with slashes": lambda text: quote(text, safe="/"),
    "URL twice": lambda text: _percent(_percent(text)),
    "HTML": html.escape,
    "HTML in numbers": lambda text: "".join(f"&#{ord(c)};" if not c.isalnum() else c for c in text),
    "JSON": lambda text: json.dumps(text)[1:-1],
    "JSON with Unicode": lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    "\\u": lambda text: "".join(f"\\u{ord(c):04x}" for c in text),
    "repr": lambda text: repr(text)[1:-1],
    "repr of bytes": lambda text: repr(text.encode())[2:-1],
    "hex": lambda text: text.encode().hex(),
    "HEX": lambda text: text.encode().hex().upper(),
    "base32": lambda text: base64.b32encode(text.encode()).decode(),
    "NFD": lambda text: unicodedata.normalize("NFD", text),
    "NFC": lambda text: unicodedata.normalize("NFC", text),
    "lower case": str.lower,
    "upper case": str.upper,
}
"""How a value is written elsewhere."""


def _lines(s: str) -> dict[str, Any]:
    """Lines of a log whose secret was never seen elsewhere."""
    return {
        "Authorization": f"Authorization: Bearer {s}",
        "Authorization of another kind": f"Authorization: Token {s}",
        "Authorization alone": f"authorization: {s}",
        "x-api-key": f"x-api-key: {s}",
        "cookie": f"Cookie: session={s}; theme=dark",
        "set-cookie": f"Set-Cookie: sid={s}; Path=/",
        "second cookie": f"Cookie: theme=dark; sid={s}",
        "pwd=": f"login user=x pwd={s}",
        "pass:": f"login pass: {s}",
        "passwd=": f"passwd={s}",
        "password in JSON": f'{{"password": "{s}"}}',
        "password in escaped JSON": f'{{\\"password\\": \\"{s}\\"}}',
        "password in a dictionary": f"{{'password': '{s}'}}",
        "connection string": f"Server=db;User Id=me;Pwd={s};",
        "libpq": f"host=db user=me password={s} dbname=x",
        "URL": f"redis://:{s}@redis:6379/0",
        "URL with an at sign": f"redis://me:p@{s}@redis:6379/0",
        "URL's user": f"https://{s}@github.com/x/y",
        "query": f"GET /x?access_token={s}&y=1",
        "signature": f"GET /x?sig={s}&y=1",
        "curl": f"curl -u me:{s} https://x",
        "signing_key": f"signing_key={s}",
        "element": f"<password>{s}</password>",
        "password with a blank": f"password: 'two words {s}'",
        "path in a URL's password": f"https://me:p/{s}@db.example/x",
        "--client-secret": f"serve --client-secret {s}",
        "--access-key": f"serve --access-key {s}",
        "--header": f"curl --header 'Authorization: Bearer {s}' https://x",
        "truncated PEM": f"-----BEGIN PRIVATE KEY-----\nMIIE{s}\nabc{s}",
        "OpenSSH": f"-----BEGIN OPENSSH PRIVATE KEY-----\n{s}\n-----END OPENSSH PRIVATE KEY-----",
        "PGP": f"-----BEGIN PGP PRIVATE KEY BLOCK-----\n{s}\n-----END PGP PRIVATE KEY BLOCK-----",
        "GitHub": f"got ghp_{s * 3}",
        "GitLab": f"got glpat-{s}abcdefg",
        "Slack": f"got xoxb-{s}-123",
        "Slack's hook": f"https://hooks.slack.com/services/T00000000/B00000000/{s}abcdefghij",
        "OpenAI": f"got sk-proj-{s}abcdef",
        "AWS": "got AKIACANARYCANARY0123"[:24],
        "npm": f"got npm_{(s * 3)[:36]}",
        "PyPI": f"got pypi-AgEIcHlwaS5vcmc{s * 4}",
        "SendGrid": f"got SG.{(s * 2)[:22]}.{(s * 4)[:43]}",
        "Stripe": f"got rk_live_{s}abcdefghij",
        "Telegram": f"got 1234567890:AA{(s * 3)[:33]}",
        "Google OAuth": f"got ya29.{s}abcdefghijkl",
        "Twilio": f"got SK{'0123456789abcdef' * 2}",
        "DigitalOcean": f"got dop_v1_{'0123456789abcdef' * 4}",
        "Vault": f"got hvs.{s * 2}",
        "JWT": f"got eyJhbGciOi{s}.eyJzdWIi{s}.{s}",
    }


def _arguments(s: str) -> dict[str, Any]:
    """Command lines whose secret was never seen elsewhere."""
    return {
        "--auth V": ("--auth", s),
        "--auth=V": (f"--auth={s}",),
        "--password V": ("--password", s),
        "--pass V": ("--pass", s),
        "-pV": ("mysql", f"-p{s}"),
        "FOO=V": ("env", f"FOO={s}", "serve"),
        "curl -u": ("curl", "-u", f"me:{s}", "https://x"),
        "curl -ume": ("curl", f"-ume:{s}", "https://x"),
        "curl --user": ("curl", "--user", f"me:{s}", "https://x"),
        "-H": ("curl", "-H", f"X-Auth: {s}"),
        "sh -c": ("sh", "-c", f"FOO_TOKEN={s} serve"),
        "--header=": (f"--header=Authorization: Bearer {s}",),
        "--db-pwd V": ("--db-pwd", s),
        "--key V": ("--key", s),
        "--key=V": (f"--key={s}",),
        "--jwt V": ("--jwt", s),
        "--client-secret V": ("--client-secret", s),
        "--access-key V": ("--access-key", s),
        "-u user:V": ("http", "-u", f"me:{s}"),
        "--header V": ("--header", f"Authorization: Bearer {s}"),
    }


class Canary(NamedTuple):
    """A secret, and what must not be shown of it."""

    name: str
    texts: tuple[str, ...]

    def shown(self) -> Iterator[str]:
        """As the formats would write it."""
        for text in self.texts:
            yield from (text, json.dumps(text)[1:-1], html.escape(text))


class Planted:
    """A runner with canaries all over it; the `log` has one a line."""

    def __init__(self, *, empty: bool = False) -> None:
        self.canaries: list[Canary] = []
        self.log: list[str] = []
        self.refusals: list[str] = []
        self.raw = fakes.inspected(STIGMER_BACKEND_URL="http://host.docker.internal:7234")
        config = self.raw["Config"]
        config["Env"] = [pair for pair in config["Env"] if not pair.startswith("STIGMER_BACKEND_ENDPOINT=")]
        self.options = () if empty else ("--verbose",)  # which prints how long things took
        if not empty:
            self._plant()

    def _plant(self) -> None:
        self._forms()
        self._lines()
        self._arguments()
        self._places()
        self._parts()

    def _new(self, name: str, pattern: str = "Wq{}xCanaryZt41") -> str:
        """The secret of a new canary."""
        secret = pattern.format(f"{len(self.canaries):03d}")
        self.canaries.append(Canary(name, (secret,)))
        return secret

    def _set(self, name: str, value: str) -> None:
        self.raw["Config"]["Env"].append(f"{name}={value}")

    def _forms(self) -> None:
        for name, form in FORMS.items():
            for pattern in ("Wq{}xCanaryZt41", "Qz/{}canary+53cr\u00e9t\"&'x y"):
                secret = self._new(f"log, {name}, {pattern}", pattern)
                self._set(f"DB_PASSWD_{len(self.canaries)}", secret)
                self.log.append(f"said {form(secret)} there")
                self.canaries[-1] = Canary(self.canaries[-1].name, (secret, form(secret)))

    def _lines(self) -> None:
        for name in _lines(""):
            secret = self._new(f"log, {name}")
            line = _lines(secret)[name]
            self.log += line.split("\n")
            self.refusals.append(line)
            if secret not in line:
                self.canaries[-1] = Canary(f"log, {name}", (line.removeprefix("got "),))

    def _arguments(self) -> None:
        command = self.raw["Config"]["Cmd"]
        for name in _arguments(""):
            command += ["--", *_arguments(self._new(f"command, {name}"))[name]]

    def _places(self) -> None:
        for name, plant in PLACES.items():
            secret = self._new(name)
            self._set(f"SOME_TOKEN_{len(self.canaries)}", secret)
            plant(self.raw, secret)
            plant(self.raw, f"http://me:{self._new(f'URL in {name}')}@host")

    def _parts(self) -> None:
        for name, value in PARTS.items():
            secret = self._new(name)
            self._set(f"APP_{len(self.canaries)}", value.replace("$", secret))
            self.log.append(f"said {secret}{'A' if '%41' in value else ''} there")
        for name, value in LISTED.items():
            secret = self._new(f"listed, {name}")
            self._set(f"LISTED_SECRET_{len(self.canaries)}", value.replace("$", secret))
            self.log.append(f"said {secret} there")
        self._long()
        for name in ("PIN", "X_SECRET", "MYSQL_PWD", "API_KEY"):
            secret = f"Z{len(self.canaries) % 10}q"
            self._set(name, secret)
            self.log.append(f"login x={secret}")
            self.canaries.append(Canary(f"short {name}", (f"x={secret}",)))
        self.log.append(f"{'x' * 8170} password={self._new('cut')}")
        self.canaries[-1] = Canary("cut", (self.canaries[-1].texts[0][:8],))

    def _long(self) -> None:
        """What is written in lines, has other letters, and is longer than others."""
        secret = self._new("password with a slash", "Wq{}x/CanaryZt41")
        self._set("BROKER", f"amqp://me:{secret}@db.example/x")
        self.log.append(f"said {secret} there")
        secret = self._new("wrapped base64", "Wq{}x" + "Canary/Zt41-" * 12)
        encoded = _encoded(secret)
        self._set("WRAPPED_SECRET", secret)
        for width in (64, 76):
            self.log += [encoded[at : at + width] for at in range(0, len(encoded), width)]
        self.canaries[-1] = Canary("wrapped base64", (secret, encoded[:60], encoded[76:136]))
        secret = self._new("long base64", "Wq{}x" + "".join(f"{number:05}-Zt" for number in range(1_200)))
        self._set("LONG_SECRET", secret)
        self.log.append(f"said {_encoded(secret)} there")
        self.canaries[-1] = Canary("long base64", (secret[:60], _encoded(secret)[:60]))
        secret = self._new("control characters", "Wq{}x\x01Canary\x07Zt41")
        self._set("BELL_SECRET", secret)
        self.log.append(f"said {secret} there")
        self.canaries[-1] = Canary(
            "control characters", (secret, secret.replace("\x01", "\ufffd").replace("\x07", "\ufffd"))
        )


LISTED = {
    "comma": "first-1,$",
    "JSON": '{"a": {"b": ["x", "$"]}}',
    "login": "bob:$",
    "blank": "$ and more",
    "quoted password with a blank": 'Server=db;Password="two $";x=1',
}
"""Values of a variable whose name says that it is a secret."""
PARTS = {
    "JSON under a secret's key": '{"db": {"password": "$", "host": "db"}}',
    "JSON under a secret's key, in a list": '{"api_keys": ["$"]}',
    "password of a URL": "postgres://runner:$@db:5432/x",
    "password of a URL, encoded": "postgres://runner:$%41@db:5432/x",
    "password of a connection string": "Server=db;Uid=me;Pwd=$;Timeout=30",
    "password of a Go connection string": "me:$@tcp(db:3306)/x",
    "line of a PEM": "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n$\n-----END RSA PRIVATE KEY-----",
    "line of a PEM in JSON": '{"private_key": "-----BEGIN PRIVATE KEY-----\\n$\\nabc\\n-----END PRIVATE KEY-----"}',
    "value of JSON": '{"password": "$"}',
    "value of a query": "https://x.example/?access_token=$&y=1",
    "in capitals": "$",
}


def _network(raw: dict[str, Any], text: str) -> None:
    raw["NetworkSettings"]["Networks"][f"net-{text}"] = {"IPAddress": "198.18.5.2", "Aliases": [f"alias-{text}"]}


def _variable(raw: dict[str, Any], text: str) -> None:
    raw["Config"]["Env"] = [*raw["Config"]["Env"], f"STIGMER_LLM_MODEL=model-{text}"]


PLACES: Mapping[str, Callable[[dict[str, Any], str], Any]] = {
    "image": lambda raw, text: raw["Config"].update(Image=f"stigmer-agent-runner:{raw['Config']['Image'][-40:]}{text}"),
    "mount": lambda raw, text: raw["Mounts"].append(
        {"Type": "bind", "Source": f"/x/{text}", "Destination": f"/y/{text}", "RW": True}
    ),
    "extra host": lambda raw, text: raw["HostConfig"].setdefault("ExtraHosts", []).append(f"{text}:10.0.0.1"),
    "name server": lambda raw, text: raw["HostConfig"].setdefault("Dns", []).append(text),
    "network": _network,
    "shown variable": _variable,
    "argument": lambda raw, text: raw["Config"]["Cmd"].append(text),
    "part of an argument": lambda raw, text: raw["Config"]["Cmd"].append(f"--x={text}"),
    "label": lambda raw, text: raw["Config"]["Labels"].update({text: "x"}),
    "compose": lambda raw, text: raw["Config"]["Labels"].update({f"x.{text}": text}),
    "option": lambda raw, text: raw["HostConfig"].setdefault("CapAdd", []).append(text),
    "state": lambda raw, text: raw["State"].update(Error=raw["State"].get("Error", "") + f" {text}"),
    "user": lambda raw, text: raw["Config"].update(User=f"{raw['Config']['User']}{text}"),
    "folder": lambda raw, text: raw["Config"].update(WorkingDir=f"{raw['Config']['WorkingDir']}/{text}"),
}
"""Puts a text into a place of a container."""
