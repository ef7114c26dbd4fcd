"""The options that are set in the environment: `--fail-on` is STIGMER_DOCTOR_FAIL_ON."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

PREFIX = "STIGMER_DOCTOR_"
_YES, _NO = ("1", "true", "yes", "on"), ("0", "false", "no", "off")


def variable(option: str) -> str:
    """The name of an option's variable."""
    return PREFIX + option.lstrip("-").replace("-", "_").upper()


def switched_on(value: str) -> bool:
    """What a variable of a flag says; empty is no. Raises ValueError for what is neither yes nor no."""
    word = value.strip().lower()
    if word and word not in _YES + _NO:
        raise ValueError(f"{value!r} is neither yes nor no: use 1 or 0")
    return word in _YES


def misspelt(environ: Mapping[str, str], options: Collection[str]) -> Iterator[str]:
    """A line for every variable of ours that sets none of the options."""
    from stigmer_doctor.analysis.alike import did_you_mean  # only where there may be a mistake

    known = [variable(option) for option in options]
    for name in sorted(environ):
        if name.startswith(PREFIX) and name not in known:
            yield f"{name} sets no option: {did_you_mean(name, known, 'it is ignored')}"
