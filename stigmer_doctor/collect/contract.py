"""What the image's code reads: from what the probe found in it, or assumed where it cannot be read."""

from __future__ import annotations

from stigmer_doctor.model.facts import ClientUse, Contract, ContractSource, Read
from stigmer_doctor.model.ports import Json
from stigmer_doctor.model.profile import Profile


def contract_of(answer: Json, detail: str = "") -> Contract:
    """The contract from what `probe.contract` found in the image's code."""
    errors = [str(error) for error in answer.get("errors", ()) if str(error).startswith("not all")]
    return Contract(
        source=ContractSource.IMAGE,
        reads=tuple(_read(read) for read in answer["reads"]),
        uses=tuple(_use(use) for use in answer.get("uses", ())),
        computed=_texts(answer.get("computed")),
        complete=not errors,
        detail=detail or "; ".join(errors),
    )


def _read(use: Json) -> Read:
    return Read(
        name=str(use["name"]),
        default=None if use.get("default") is None else str(use["default"]),
        required=bool(use.get("required")),
        when=str(use.get("when") or ""),
        locator=str(use.get("locator", "")),
        fallback=str(use.get("fallback") or ""),
        others=_texts(use.get("others")),
        known=bool(use.get("known", True)),
        library=str(use.get("library") or ""),
    )


def _use(use: Json) -> ClientUse:
    return ClientUse(
        protocol=str(use["protocol"]),
        client=str(use["client"]),
        part=str(use["part"]),
        locator=str(use["locator"]),
        when=str(use.get("when") or ""),
        variables=_texts(use.get("variables")),
        skipped=_texts(use.get("skipped")),
        defaults=_texts(use.get("defaults")),
        literals=_texts(use.get("literals")),
        omitted=bool(use.get("omitted")),
        known=bool(use.get("known")),
        version=str(use.get("version") or ""),
    )


def _texts(values: object) -> tuple[str, ...]:
    return tuple(map(str, values)) if isinstance(values, (list, tuple)) else ()


def assumed_contract(profile: Profile, reason: str) -> Contract:
    """The built-in knowledge, for when the image's code cannot be read."""
    reads: list[Read] = []
    for read in profile.reads:
        by_mode = [("local", read.local), ("cloud", read.cloud)]
        guarded = [Read(name=read.name, default=value, when=when) for when, value in by_mode if value is not None]
        reads.extend(guarded or [Read(name=read.name, default=read.default)])
    return Contract(source=ContractSource.PROFILE, reads=tuple(reads), detail=reason)
