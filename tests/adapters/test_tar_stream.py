"""A folder's archive that does not arrive whole."""

from __future__ import annotations

import io
import tarfile

import pytest

from stigmer_doctor.adapters.docker.tar_stream import regular_files
from stigmer_doctor.model.errors import Refused


def archive() -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as tar:
        for name in ("app/main.py", "app/worker/config.py"):
            info = tarfile.TarInfo(name)
            info.size = 700
            tar.addfile(info, io.BytesIO(b"#" * info.size))
    return stream.getvalue()


def test_the_files_of_a_whole_archive() -> None:
    assert set(regular_files([archive()], ".py", 10_000)) == {"main.py", "worker/config.py"}


@pytest.mark.parametrize("length", [0, 100, 700, 1600, 2000, 2500])
def test_an_archive_that_ends_in_its_midst_is_refused(length: int) -> None:
    with pytest.raises(Refused, match="could not be read"):
        regular_files([archive()[:length]], ".py", 10_000)


def test_what_is_no_archive_is_refused() -> None:
    with pytest.raises(Refused, match="could not be read"):
        regular_files([b"<html>" * 300], ".py", 10_000)
