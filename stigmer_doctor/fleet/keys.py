"""The team's keys: what is written with them in Temporal and in the storage nobody else reads or forges.

AES-256-GCM with a random nonce. A sealed text is the key's id (4 bytes, from the key itself), the nonce (12), and the
ciphertext with its tag (16).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import stat
import sys
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from stigmer_doctor.adapters.files.atomic import replace_file
from stigmer_doctor.adapters.files.regular import expanded, read_regular
from stigmer_doctor.model.errors import DoctorError, UsageError

_KEY, _ID, _NONCE, _TAG = 32, 4, 12, 16
_MOST_BYTES = 64 * 1024


class SealedError(DoctorError):
    """It was not sealed by a key that is here, or not for this place, or it was changed."""


class TeamKeys:
    """The first key seals, and every one opens: a new key is added behind, and moved up once all machines have it."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._ciphers = {key_id(key): AESGCM(key) for key in keys}
        self._first = key_id(keys[0])

    def seal(self, data: bytes, about: str = "") -> bytes:
        """Only who names the same `about` can open it."""
        nonce = os.urandom(_NONCE)
        return self._first + nonce + self._ciphers[self._first].encrypt(nonce, data, about.encode())

    def unseal(self, sealed: bytes, about: str = "") -> bytes:
        """What was sealed. Raises SealedError."""
        name, nonce, rest = sealed[:_ID], sealed[_ID : _ID + _NONCE], sealed[_ID + _NONCE :]
        if len(rest) < _TAG:
            raise SealedError("it is not sealed by a key of the team")
        cipher = self._ciphers.get(name)
        if cipher is None:
            raise SealedError(f"it is sealed by the key {name.hex()}, which is not in the key file")
        try:
            return cipher.decrypt(nonce, rest, about.encode())
        except InvalidTag as error:
            raise SealedError(f"it was changed, or is not meant for this place (key {name.hex()})") from error


def key_id(key: bytes) -> bytes:
    """What tells the key from others, and tells nothing of it."""
    return hashlib.sha256(b"stigmer-doctor fleet key\0" + key).digest()[:_ID]


def read_keys(file: str) -> TeamKeys:
    """The keys of the file. Raises UsageError."""
    return TeamKeys(_read(file))


def add_key(file: str) -> str:
    """Make the file with a key, or add a new key as its last; the key's id. Raises UsageError."""
    path, key = expanded(file), os.urandom(_KEY)
    known = _read(file) if path.exists() else []
    lines = [base64.b64encode(other).decode() for other in (*known, key)]
    try:
        replace_file(path, ("\n".join(lines) + "\n").encode(), 0o600)
    except OSError as error:
        raise UsageError(f"cannot write the key file {file}: {error.strerror or error}") from error
    return key_id(key).hex()


def _read(file: str) -> list[bytes]:
    try:
        text = read_regular(expanded(file), _MOST_BYTES, check=_private)
    except OSError as error:
        raise UsageError(
            f"cannot read the key file {file}: {error.strerror or error}. `stigmer-doctor fleet key FILE` makes one, "
            "and every machine of the fleet has a copy of it that its user alone can read"
        ) from error
    lines = [line.strip() for line in text.splitlines()]
    keys = [_key(line, file) for line in lines if line and not line.startswith(b"#")]
    if not keys:
        raise UsageError(f"the key file {file} has no key: `stigmer-doctor fleet key FILE` makes one")
    return keys


def _key(line: bytes, file: str) -> bytes:
    try:
        key = base64.b64decode(line, validate=True)
    except binascii.Error:
        key = b""
    if len(key) != _KEY:
        raise UsageError(f"the key file {file} has a line that is not a key of {_KEY} bytes in Base64")
    return key


def _private(known: os.stat_result) -> None:
    if sys.platform != "win32" and known.st_mode & 0o077:
        raise PermissionError(0, f"others may read it (mode {stat.S_IMODE(known.st_mode):04o}): chmod 600")


def refuse_missing(file: str | None) -> str:
    """The file's name. Raises UsageError where none was given."""
    if not file:
        raise UsageError("fleet needs the team's key: --key-file FILE, which `stigmer-doctor fleet key FILE` makes")
    return file
