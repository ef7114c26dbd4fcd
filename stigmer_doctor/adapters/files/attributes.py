"""What a file has beside its content: owner, extended attributes, and access control lists, which are such attributes
on Linux and apart from them on macOS."""

from __future__ import annotations

import errno
import os
import sys

_LISTS_AND_ATTRIBUTES = 1 << 0 | 1 << 2
"""COPYFILE_ACL | COPYFILE_XATTR of macOS's copyfile(3), which Python does not offer."""


def carry_over(old: int, new: int) -> None:
    """Give the new file the owner, attributes and lists of the old one; both are descriptors. Raises OSError where one
    of them cannot be kept."""
    _owner(old, new)
    if sys.platform == "darwin":
        _macos(old, new)
    elif sys.platform == "linux":
        _linux(old, new)


def _owner(old: int, new: int) -> None:
    if sys.platform == "win32":
        return
    known, made = os.fstat(old), os.fstat(new)
    if (made.st_uid, made.st_gid) == (known.st_uid, known.st_gid):
        return
    try:
        os.fchown(new, known.st_uid, known.st_gid)
    except OSError as error:
        raise OSError(error.errno, f"its owner or group cannot be kept ({error.strerror})") from error


def _linux(old: int, new: int) -> None:
    if sys.platform != "linux":
        return
    made = _attributes(new)
    for name, value in _attributes(old).items():
        if made.get(name) == value:  # a label that the system gives to every file of the folder
            continue
        try:
            os.setxattr(new, name, value)
        except OSError as error:
            raise OSError(error.errno, f"its attribute {name} cannot be kept ({error.strerror})") from error


def _attributes(file: int) -> dict[str, bytes]:
    """None on a file system without any."""
    if sys.platform != "linux":
        return {}
    try:
        return {name: os.getxattr(file, name) for name in os.listxattr(file)}
    except OSError as error:
        if error.errno == errno.ENOTSUP:
            return {}
        raise


def _macos(old: int, new: int) -> None:
    import ctypes

    copy = ctypes.CDLL(None, use_errno=True).fcopyfile
    copy.argtypes = (ctypes.c_int, ctypes.c_int, ctypes.c_void_p, ctypes.c_uint32)
    if copy(old, new, None, _LISTS_AND_ATTRIBUTES):
        code = ctypes.get_errno()
        raise OSError(code, f"its attributes and access control list cannot be kept ({os.strerror(code)})")
