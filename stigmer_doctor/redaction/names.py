"""What a name that holds a secret is called, and how one ends that tells of a secret only where it is."""

from __future__ import annotations

import re

from stigmer_doctor.lean_objects import compiled_later

_KEYS = (
    *("api", "private", "access", "auth", "sign", "signing", "encrypt", "encryption", "decrypt", "decryption"),
    *("master", "session", "account", "service", "license", "licence", "deploy", "ssh", "hmac", "jwt", "webhook"),
    *("consumer", "subscription", "shared", "storage", "admin", "app"),
)
# What is looked for behind has one length: together, those of each are compiled in half the time.
_BY_LENGTH = ("|".join(kind for kind in _KEYS if len(kind) == length) for length in sorted(set(map(len, _KEYS))))
_OF_A_KEY = "|".join(f"(?<=(?:{kinds})key)|(?<=(?:{kinds})[_.-]key)" for kinds in _BY_LENGTH)
_OF_A_KEY += "|(?<=api key)|(?<=access key)"
# What kind of key it is, is looked at behind it: to look for the one word is several times faster.
SECRET_WORDS = (
    "secret|token|passw(?:or[dt]|d)|kennwort|contrase\u00f1a|mot de passe|senha"
    "|(?:recovery|backup)[ _-]code|passphrase|passcode|credential|requirepass|masterauth|storepass|keypass|userpass"
    rf"|key(?<=[a-z _.-]key)(?:{_OF_A_KEY})"
)
"""In a name, whatever stands around them."""

SECRET_NAME = compiled_later(
    rf"{SECRET_WORDS}|(?:^|[_.-])(?:KEYS?|PASS|PW|PWD|PAT|DSN|SALT|COOKIE|AUTH|JWT|PIN|OTP|PSK|CREDS?|BEARER|SIGNATURE"
    r"|NETRC|NPMRC|PGPASS|HTPASSWD|USERPASS)(?:[_.-]|$)",
    re.IGNORECASE,
)

SAYS_WHERE = compiled_later(
    r"(?:^|[_.-])(?:dir|directory|folder|path|file|queue|expiry|expires(?:_?(?:in|at))?|ttl|endpoint|ur[il]|host|port|name"
    r"|type|count|limit|alg|algorithm|issuer|audience|scopes?|provider|length|size|version|enabled|required|mode"
    r"|lifetime|timeout|seconds|format|region)$",
    re.IGNORECASE,
)
"""How a name ends that tells of a secret where it is, or until when, and not the secret."""
