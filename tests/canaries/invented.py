"""Ways in which a secret turns up, invented before the redactor was made to know any of them: at that time 67 of 110
came out. Two still do and are not here: a value written backwards, and the last argument of `htpasswd -b`."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping

from tests.canaries.planted import Canary, Planted

Form = Callable[[str], str]


def encoded(text: str) -> str:
    """In base64."""
    return base64.b64encode(text.encode()).decode()


VARIABLES: Mapping[str, tuple[str, Form]] = {
    "JSON list": ("SERVICE_TOKENS", lambda s: f'["other-one", "{s}"]'),
    "nested JSON": ("APP_SETTINGS", lambda s: f'{{"db": {{"user": "me", "password": "{s}"}}}}'),
    "JSON in JSON": ("APP_SETTINGS", lambda s: f'{{"inner": "{{\\"api_key\\": \\"{s}\\"}}"}}'),
    "YAML": ("APP_CONFIG", lambda s: f"db:\n  user: me\n  password: {s}\n"),
    "netrc": ("NETRC", lambda s: f"machine git.example login me password {s}"),
    "docker's login": (
        "DOCKER_AUTH_CONFIG",
        lambda s: f'{{"auths": {{"r.example": {{"auth": "{encoded("me:" + s)}"}}}}}}',
    ),
    "pgpass": ("PGPASS_LINE", lambda s: f"db:5432:app:me:{s}"),
    "list with semicolons": ("API_KEYS", lambda s: f"first-one-1;{s};third-one-3"),
    "list with blanks": ("API_KEYS", lambda s: f"first-one-1 {s} third-one-3"),
    "list with bars": ("API_KEYS", lambda s: f"first-one-1|{s}|third-one-3"),
    "list of pairs": ("API_KEYS", lambda s: f"alice={s},bob=other-one-2"),
    "list of logins": ("BASIC_AUTH_USERS", lambda s: f"alice:other-one-2,bob:{s}"),
    "shared access key": ("BUS", lambda s: f"Endpoint=sb://x.example/;SharedAccessKeyName=n;SharedAccessKey={s}"),
    "base64 of JSON": ("CREDENTIALS_B64", lambda s: encoded(f'{{"password": "{s}"}}')),
    "base64 of the value": ("TOKEN_B64", encoded),
    "in quotes": ("QUOTED_TOKEN", lambda s: f'"{s}"'),
    "behind Bearer": ("AUTH_HEADER", lambda s: f"Bearer {s}"),
    "behind Basic": ("AUTH_HEADER", lambda s: f"Basic {encoded('me:' + s)}"),
    "Sentry's address": ("SENTRY_DSN", lambda s: f"https://{s}@o1.ingest.example/1"),
    "dotenv": ("DOT_ENV", lambda s: f"A=1\nDB_PASS={s}\nB=2"),
    "headers of a tracer": ("OTEL_EXPORTER_OTLP_HEADERS", lambda s: f"x-team=a1,api-key={s}"),
    "options of Java": ("JAVA_OPTS", lambda s: f"-Xmx1g -Djavax.net.ssl.keyStorePassword={s}"),
    "npm's login": ("NPMRC", lambda s: f"//registry.example/:_authToken={s}"),
    "several addresses": ("BROKERS", lambda s: f"amqp://me:other-one-2@a:5672,amqp://me:{s}@b:5672"),
    "query with other names": ("HOOK", lambda s: f"https://x.example/hook?v=1&signature={s}"),
    "path of an address": ("HOOK_SECRET_URL", lambda s: f"https://x.example/hook/{s}"),
    "TOML": ("APP_TOML", lambda s: f'[db]\nuser = "me"\npassword = "{s}"'),
    "element of XML": ("APP_SECRET_XML", lambda s: f"<db><user>me</user><word>{s}</word></db>"),
    "ODBC": ("ODBC_DSN", lambda s: f"Driver=x;UID=me;PWD={{{s}}};"),
    "properties": ("APP_PROPERTIES", lambda s: f"spring.datasource.password={s}\\nspring.x=1"),
}
"""A variable's name and its value; then a log line says the secret alone."""

FORMS: Mapping[str, Form] = {
    "hex with colons": lambda s: ":".join(f"{ord(c):02x}" for c in s),
    "hex with blanks": lambda s: " ".join(f"{ord(c):02x}" for c in s),
    "\\x": lambda s: "".join(f"\\x{ord(c):02x}" for c in s),
    "octal": lambda s: "".join(f"\\{ord(c):03o}" for c in s),
    "numbers of Go": lambda s: "[" + " ".join(str(ord(c)) for c in s) + "]",
    "numbers of JSON": lambda s: "[" + ", ".join(str(ord(c)) for c in s) + "]",
    "every letter for URLs": lambda s: "".join(f"%{ord(c):02X}" for c in s),
    "every letter for HTML": lambda s: "".join(f"&#{ord(c)};" for c in s),
    "base64 twice": lambda s: encoded(encoded(s)),
    "base64 of UTF-16": lambda s: base64.b64encode(s.encode("utf-16-le")).decode(),
    "base64 of a line": lambda s: encoded(s + "\n"),
    "base64 for URLs of a login": lambda s: base64.urlsafe_b64encode(f"user-1:{s}".encode()).decode().rstrip("="),
    "base85": lambda s: base64.b85encode(s.encode()).decode(),
    "ASCII 85": lambda s: base64.a85encode(s.encode()).decode(),
    "quoted-printable": lambda s: "".join(f"={ord(c):02X}" for c in s),
    "braces": lambda s: "".join(f"\\u{{{ord(c):x}}}" for c in s),
    "in a word": lambda s: f"prefix{s}suffix",
}
"""How a log line writes what a variable holds."""

LINES: Mapping[str, Form] = {
    "X-Auth-Token": lambda s: f"X-Auth-Token: {s}",
    "Proxy-Authorization": lambda s: f"Proxy-Authorization: Basic {encoded('me:' + s)}",
    "X-Vault-Token": lambda s: f"header X-Vault-Token={s}",
    "session": lambda s: f"session_id={s}",
    "passcode": lambda s: f"passcode: {s}",
    "pw": lambda s: f"user=me pw={s}",
    "form": lambda s: f"grant_type=refresh&refresh_token={s}&x=1",
    "code of a login": lambda s: f"GET /callback?code={s}&state=1",
    "signature of a query": lambda s: f"GET /f?X-Amz-Signature={s}&x=1",
    "password is": lambda s: f"the password is {s}",
    "with password": lambda s: f"connecting as me with password {s}",
    "attribute of XML": lambda s: f'<add key="Password" value="{s}"/>',
    "element of XML": lambda s: f'<client-secret id="1">{s}</client-secret>',
    "block of YAML": lambda s: f"password: |\n  {s}",
    "next line of YAML": lambda s: f"api_key:\n  {s}",
    "tuple": lambda s: f"[('user', 'me'), ('password', '{s}')]",
    "Go's struct": lambda s: f"&{{User:me Password:{s} Host:db}}",
    "Ruby's hash": lambda s: f'{{:user=>"me", :password=>"{s}"}}',
    "Rust's option": lambda s: f'Config {{ password: Some("{s}") }}',
    "pydantic": lambda s: f"api_key=SecretStr('{s}')",
    "SQL, identified": lambda s: f"CREATE USER me IDENTIFIED BY '{s}'",
    "SQL, password": lambda s: f"ALTER ROLE me WITH PASSWORD '{s}'",
    "redis": lambda s: f"requirepass {s}",
    "redis, AUTH": lambda s: f"> AUTH me {s}",
    "SMTP": lambda s: f"AUTH PLAIN {encoded(chr(0) + 'me' + chr(0) + s)}",
    "docker login": lambda s: f"docker login -u me -p {s} r.example",
    "psql": lambda s: f"PGPASSWORD={s} psql -h db",
    "helm": lambda s: f"helm install x --set db.password={s}",
    "kubectl": lambda s: f"kubectl create secret generic x --from-literal=pw={s}",
    "openssl": lambda s: f"openssl rsa -passin pass:{s}",
    "aws configure": lambda s: f"aws configure set aws_secret_access_key {s}",
    "arrow": lambda s: f"password -> {s}",
    "colon and equals": lambda s: f'password := "{s}"',
    "double colon": lambda s: f"password::{s}",
    "camel case": lambda s: f'{{"dbPassword":"{s}"}}',
    "Set-Cookie2": lambda s: f"< set-cookie: __Host-auth={s}; Secure",
    "multipart": lambda s: f'Content-Disposition: form-data; name="password"\n\n{s}',
    "two lines of cURL": lambda s: f"curl \\\n  -H 'X-Api-Key: {s}' https://x.example",
    "Settlemint": lambda s: f"got sm_pat_{(s * 2)[:16]}",
    "Dynatrace": lambda s: f"got dt0c01.{'A1B2C3D4' * 3}.{(s * 4)[:64]}",
    "Sourcegraph": lambda _: f"got sgp_{'0123456789abcdef0123' * 2}",
    "Duffel": lambda s: f"got duffel_live_{(s * 4)[:43]}",
    "Adobe": lambda s: f"got p8e-{(s * 4)[:32]}",
    "line of .pgpass": lambda s: f"db.example:5432:app:me:{s}",
    "line of a cookie jar": lambda s: f".x.example\tTRUE\t/\tFALSE\t0\tsid\t{s}",
    "ODBC": lambda s: f"Driver=x;UID=me;PWD={{{s}}};",
    "htpasswd": lambda s: f"htpasswd -nbB me {s}",
    "SNMP": lambda s: f"snmpwalk -v 2c -c {s} switch",
    "community": lambda s: f"community={s}",
    "German": lambda s: f"Passwort: {s}",
    "Spanish": lambda s: f"contraseña: {s}",
    "recovery": lambda s: f"recovery codes: {s}",
    "Octopus": lambda s: f"got API-{(s.upper() * 2)[:26]}",
}
"""Lines of a log with a secret that was never seen elsewhere."""

ARGUMENTS: Mapping[str, Callable[[str], tuple[str, ...]]] = {
    "docker login": lambda s: ("docker", "login", "-u", "me", "-p", s),
    "-e": lambda s: ("run", "-e", f"DB_PASS={s}"),
    "http -a": lambda s: ("http", "-a", f"me:{s}", "x.example"),
    "--userpass": lambda s: ("--userpass", f"me:{s}"),
    "--set": lambda s: ("helm", "--set", f"db.password={s}"),
    "keytool": lambda s: ("keytool", "-storepass", s),
    "-D": lambda s: ("java", f"-Ddb.password={s}"),
    "--passphrase": lambda s: ("gpg", "--passphrase", s),
    "--dsn": lambda s: ("serve", "--dsn", f"me:{s}@tcp(db:3306)/x"),
    "--connection": lambda s: ("serve", "--connection", f"Server=db;Password={s}"),
    "JSON": lambda s: ("serve", "--config", f'{{"token": "{s}"}}'),
    "--bearer": lambda s: ("serve", "--bearer", s),
    "--pin": lambda s: ("serve", "--pin", s),
    "sh -c, option": lambda s: ("sh", "-c", f"exec serve --db-password {s} --port 80"),
    "sh -c, export": lambda s: ("sh", "-c", f"export API_KEY='{s}'; exec serve"),
    "wget": lambda s: ("wget", f"--http-password={s}", "https://x.example"),
    "vault": lambda s: ("vault", "login", s),
    "requirepass": lambda s: ("redis-server", "--requirepass", s),
    "htpasswd": lambda s: ("htpasswd", "-cb", "users", "me", s),
    "--license": lambda s: ("serve", "--license", s),
    "--session": lambda s: ("serve", "--session", s),
    "snmpget": lambda s: ("snmpget", "-c", s, "switch"),
    "masterauth": lambda s: ("redis-server", "--masterauth", s),
}
"""Command lines with a secret that was never seen elsewhere."""

_ALONE = "Vk{}zInventedQ9s"


class Invented(Planted):
    """A runner with these all over it."""

    def _plant(self) -> None:
        for name, (variable, form) in VARIABLES.items():
            secret = self._new(f"variable, {name}", _ALONE)
            self._set(
                f"{variable}_{len(self.canaries)}" if "KEYS" in variable else f"N{len(self.canaries)}_{variable}",
                form(secret),
            )
            self.log.append(f"said {secret} there")
        for name, form in FORMS.items():
            secret = self._new(f"form, {name}", _ALONE)
            self._set(f"INVENTED_SECRET_{len(self.canaries)}", secret)
            self.log.append(f"said {form(secret)} there")
            self.canaries[-1] = Canary(f"form, {name}", (secret, form(secret)))
        for name, form in LINES.items():
            secret = self._new(f"line, {name}", _ALONE)
            line = form(secret)
            self.log += line.split("\n")
            self.refusals.append(line)
            if secret not in line:
                self.canaries[-1] = Canary(f"line, {name}", (line.rpartition(" ")[2],))
        for name, argv in ARGUMENTS.items():
            self.raw["Config"]["Cmd"] += ["--", *argv(self._new(f"argument, {name}", _ALONE))]
