"""What a program's file of variables sets, where the program loads one. Standard library only, Python 3.8 or later."""

from __future__ import annotations

import os
from typing import Any, Dict, Iterator, List, Tuple

_VARIABLE_FILE = ".env"
_LOADS_FILE = b"load_dotenv"
_LONGEST_VARIABLE_FILE = 64 * 1024
_VARIABLE_LINE = r"\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=[ \t]*(.*)"


def loaded_below(root: str, files: Dict[str, bytes]) -> List[Dict[str, Any]]:
    """`[{"name", "value", "locator"}]` of the file in a program's folder, the last of each name; nothing where no file
    of the program loads it. A variable that is set already is left as it is by what loads the file."""
    if not any(_LOADS_FILE in data for data in files.values()):
        return []
    found = {name: {"name": name, "value": value, "locator": where} for name, value, where in _set_in_file(root)}
    return list(found.values())


def _set_in_file(root: str) -> Iterator[Tuple[str, str, str]]:
    path = os.path.join(root, _VARIABLE_FILE)
    if not os.path.isfile(path):  # a pipe would be waited for
        return
    import re  # few programs have such a file, and it takes longer to load than a program to read

    try:
        with open(path, "rb") as stream:
            text = stream.read(_LONGEST_VARIABLE_FILE).decode("utf-8", "replace")
    except OSError:
        return
    for number, line in enumerate(text.splitlines(), 1):
        match = re.match(_VARIABLE_LINE, line)
        value = _written_value(match.group(2)) if match else "$"
        if match and "$" not in value:  # what is made of other variables is not known
            yield match.group(1), value, "%s:%d" % (_VARIABLE_FILE, number)


def _written_value(written: str) -> str:
    """Without its quotes, or else without the remark behind it."""
    quote = written[:1]
    end = written.find(quote, 1) if quote in ("'", '"') and quote else -1
    if end > 0:
        return written[1:end]
    remarks = (at for at, sign in enumerate(written) if sign == "#" and not written[max(at - 1, 0) : at].strip())
    return written[: next(remarks, None)].strip()
