"""The files that a fix changes: which, how they are shown, and when they are left alone."""

from __future__ import annotations

import pytest

from stigmer_doctor.fix.file_changes import compose, edited, shown
from stigmer_doctor.fix.file_transaction import unwritten, write
from stigmer_doctor.model.changes import Changes
from stigmer_doctor.model.container import Compose
from stigmer_doctor.model.edits import Edit
from stigmer_doctor.model.errors import DoctorError
from stigmer_doctor.model.fixes import FileChange
from stigmer_doctor.source.text import SourceText
from tests import fakes
from tests.fix.test_container_transaction import Files

PLAIN = b"services:\n  runner:\n    image: runner:1\n    environment:\n      MODE: local\n"
OWNER = Compose(project="p", service="runner", config_files=("/src/compose.yaml",), working_dir="/src")
NONE: dict[str, bytes] = {}
CLOUD = Changes(variables={"MODE": "cloud"})


def test_a_compose_file_is_changed_where_the_value_stands() -> None:
    (change,), why = compose(OWNER, CLOUD, {"/src/compose.yaml": PLAIN}.get)
    assert (change.path, change.before, why) == ("/src/compose.yaml", PLAIN, "")
    assert change.after == PLAIN.replace(b"MODE: local", b"MODE: cloud")


def test_a_compose_file_that_cannot_be_read_is_named() -> None:
    assert compose(OWNER, CLOUD, NONE.get) == ((), "its compose files cannot be read here (/src/compose.yaml)")
    nowhere = Compose(project="p", service="runner")
    assert compose(nowhere, CLOUD, NONE.get) == ((), "its compose files cannot be read here (none is known)")
    second = Compose(project="p", service="runner", config_files=("/src/compose.yaml", "/src/more.yaml"))
    assert compose(second, CLOUD, {"/src/compose.yaml": PLAIN}.get)[0] == ()


def test_a_service_that_cannot_be_changed_in_place_is_left_to_the_user() -> None:
    other = b"services: {other: {image: a}}\n"
    changes, why = compose(OWNER, CLOUD, {"/src/compose.yaml": other}.get)
    assert changes == ()
    assert why.startswith("its compose file cannot be changed in place: ")


FILES = {"a.txt": b"one two\n", "b.txt": b"three\n"}


def edit(file: str, old: str, new: str) -> Edit:
    source = SourceText(file, FILES[file], most_bytes=100)
    start = source.text.index(old)
    return Edit(span=source.span(start, start + len(old)), text=new)


def test_edits_of_several_files_are_made_together() -> None:
    made = edited(
        [edit("a.txt", "one", "1"), edit("b.txt", "three", "3"), edit("a.txt", "two", "2")],
        FILES.__getitem__,
        lambda file: f"/tree/{file}",
    )
    assert [(change.path, change.before, change.after) for change in made] == [
        ("/tree/a.txt", FILES["a.txt"], b"1 2\n"),
        ("/tree/b.txt", FILES["b.txt"], b"3\n"),
    ]


def test_a_file_that_was_changed_meanwhile_is_not_edited() -> None:
    with pytest.raises(DoctorError, match=r"/tree/b\.txt was changed meanwhile"):
        edited([edit("b.txt", "three", "3")], lambda _: b"thirty\n", lambda file: f"/tree/{file}")


def test_a_change_is_shown_without_what_stays_and_without_secrets() -> None:
    before, after = b"kept\npassword=first-canary\nold\n", b"kept\npassword=first-canary\nnew\n"
    (diff,) = shown([FileChange(path="a.txt", before=before, after=after)], fakes.ports().redactor)
    assert (diff.path, diff.diff) == ("a.txt", "@@ -3 +3 @@\n-old\n+new")
    (diff,) = shown([FileChange(path="a", before=b"password=first-canary\n", after=b"\n")], fakes.ports().redactor)
    assert "canary" not in diff.diff


def test_what_is_written_already_is_not_written_again() -> None:
    change = FileChange(path="a", before=b"1", after=b"2")
    files = Files({"a": b"2"})
    files.write = None  # type: ignore[method-assign,assignment] # nothing may call it
    write([change], files)
    assert files.texts == {"a": b"2"}


def test_files_are_put_back_all_or_none() -> None:
    changes = [FileChange(path=name, before=b"1", after=b"2") for name in ("a", "b")]
    files = Files({"a": b"2", "b": b"1"})
    assert list(unwritten(changes, files)) == []
    assert files.texts == {"a": b"1", "b": b"1"}
    files = Files({"a": b"2", "b": b"3"})
    assert list(unwritten(changes, files)) == ["b was changed since; nothing was put back"]
    assert files.texts == {"a": b"2", "b": b"3"}
