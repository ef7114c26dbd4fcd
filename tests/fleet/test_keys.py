"""The team's keys, and what is sealed with them."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest
import temporalio.api.common.v1 as api
from temporalio.converter import (
    ActivitySerializationContext,
    DataConverter,
    StorageDriverClaim,
    StorageDriverRetrieveContext,
)

from stigmer_doctor.fleet.answers import UnreadableAnswerError
from stigmer_doctor.fleet.codec import TeamCodec, data_converter
from stigmer_doctor.fleet.keys import SealedError, TeamKeys, add_key, read_keys
from stigmer_doctor.fleet.storage import FolderStorage
from stigmer_doctor.fleet.sweep import SweepOrder
from stigmer_doctor.model.errors import UsageError
from tests.fleet.keys import OTHER, TEAM

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has other rights")


def test_what_one_machine_seals_another_one_opens() -> None:
    assert TeamKeys([TEAM]).unseal(TeamKeys([TEAM]).seal(b"verdict", "here"), "here") == b"verdict"


@pytest.mark.parametrize("about", ["", "there"])
def test_what_is_sealed_for_one_place_is_of_no_use_in_another(about: str) -> None:
    with pytest.raises(SealedError, match="not meant for this place"):
        TeamKeys([TEAM]).unseal(TeamKeys([TEAM]).seal(b"verdict", "here"), about)


def test_another_key_is_named_and_opens_nothing() -> None:
    with pytest.raises(SealedError, match="sealed by the key 7c4bbb00, which is not in the key file"):
        TeamKeys([TEAM]).unseal(TeamKeys([OTHER]).seal(b"verdict"))


def test_every_changed_byte_and_every_cut_is_noticed() -> None:
    keys = TeamKeys([TEAM])
    sealed = keys.seal(b"verdict")
    changed = [sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :] for at in range(len(sealed))]
    for other in (*changed, *(sealed[:length] for length in range(len(sealed)))):
        with pytest.raises(SealedError):
            keys.unseal(other)


def test_keys_are_exchanged_without_a_pause() -> None:
    """Old alone; then both, the old one first; then both, the new one first; then the new one alone."""
    steps = [TeamKeys(keys) for keys in ([TEAM], [TEAM, OTHER], [OTHER, TEAM], [OTHER])]
    for one, other in [(0, 1), (1, 0), (1, 2), (2, 1), (2, 3), (3, 2)]:
        assert steps[one].unseal(steps[other].seal(b"verdict")) == b"verdict"


@posix
def test_a_key_file_is_made_for_its_user_alone_and_a_new_key_comes_last(tmp_path: Path) -> None:
    file = tmp_path / "team.key"
    first = add_key(str(file))
    before = read_keys(str(file)).seal(b"verdict")
    assert file.stat().st_mode & 0o777 == 0o600
    assert add_key(str(file)) != first
    assert read_keys(str(file)).unseal(before) == b"verdict"
    assert read_keys(str(file)).seal(b"verdict")[:4].hex() == first


@posix
@pytest.mark.parametrize(
    ("content", "mode", "message"),
    [
        (None, 0, "cannot read the key file .*fleet key FILE"),
        (b"", 0o600, "has no key"),
        (b"not base64!\n", 0o600, "not a key of 32 bytes"),
        (b"c2hvcnQ=\n", 0o600, "not a key of 32 bytes"),
        (b"c2hvcnQ=\n", 0o644, "others may read it .mode 0644.: chmod 600"),
    ],
)
def test_a_key_file_that_cannot_be_used_is_one_line(
    content: bytes | None, mode: int, message: str, tmp_path: Path
) -> None:
    file = tmp_path / "team.key"
    if content is not None:
        file.write_bytes(content)
        file.chmod(mode)
    with pytest.raises(UsageError, match=message) as raised:
        read_keys(str(file))
    assert "c2hvcnQ" not in str(raised.value)


def test_nothing_of_an_order_is_readable_in_its_payload() -> None:
    order = SweepOrder([f"machine-{number}.secret.example" for number in range(200)])
    converter = data_converter(TeamKeys([TEAM]))
    [payload] = asyncio.run(converter.encode([order]))
    assert b"machine" not in payload.SerializeToString()
    assert b"secret" not in payload.SerializeToString()
    assert len(payload.data) < 2000, "it is compressed"
    assert asyncio.run(converter.decode([payload], [SweepOrder])) == [order]


def test_an_order_that_nobody_of_the_team_has_sealed_is_none() -> None:
    plain = asyncio.run(DataConverter.default.encode([SweepOrder(["machine"])]))
    with pytest.raises(SealedError, match="not sealed by a key of the team"):
        asyncio.run(data_converter(TeamKeys([TEAM])).decode(plain, [SweepOrder]))


def test_an_answer_goes_through_a_workflow_unopened() -> None:
    """The workflow could only fail over it: who prints it opens it."""
    context = ActivitySerializationContext(
        namespace="default", activity_id="1", activity_type="", activity_task_queue="", workflow_id="",
        workflow_type="", is_local=False,
    )  # fmt: skip
    odd = api.Payload(metadata={"encoding": b"binary/sealed"}, data=b"x")
    codec = TeamCodec(TeamKeys([TEAM])).with_context(context)
    assert asyncio.run(codec.decode([odd])) == [odd]
    with pytest.raises(SealedError):
        asyncio.run(TeamCodec(TeamKeys([TEAM])).decode([odd]))


@pytest.mark.parametrize("claim", ["../keys", "/etc/passwd", "", "0" * 31 + "/", "link"])
def test_a_machine_cannot_name_another_file_than_one_of_the_storage(claim: str, tmp_path: Path) -> None:
    storage = FolderStorage(tmp_path)
    with pytest.raises(UnreadableAnswerError):
        asyncio.run(storage.retrieve(StorageDriverRetrieveContext(), [StorageDriverClaim({"file": claim})]))


@posix
def test_a_link_in_the_storage_is_not_followed(tmp_path: Path) -> None:
    name = "0" * 32
    (tmp_path / name).symlink_to("/etc/passwd")
    with pytest.raises(OSError, match="not a regular file"):
        asyncio.run(
            FolderStorage(tmp_path).retrieve(StorageDriverRetrieveContext(), [StorageDriverClaim({"file": name})])
        )
