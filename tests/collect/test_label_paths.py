"""Which files a container's labels may have opened."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from stigmer_doctor.adapters.files.source_files import SourceTree
from stigmer_doctor.collect.label_paths import withheld, withheld_from_compose
from stigmer_doctor.collect.source import TreeFiles, compose
from stigmer_doctor.model import facts as f
from stigmer_doctor.model.container import Compose
from tests import fakes
from tests.healthy import healthy

SECRETS = "token: 1\n"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A project beside files that are none of its business."""
    for name in ("project/compose.yaml", "project/sub/more.yml", "project/id_rsa", "hosts.yml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(SECRETS)
    return tmp_path.resolve()


def asked(home: Path, *files: str, folder: str = "project", named: tuple[str, ...] = ()) -> str:
    owner = Compose(
        project="p",
        service="s",
        config_files=tuple(str(home / file) for file in files),
        working_dir=str(home / folder) if folder else "",
    )
    return withheld(owner, [str(home / file) for file in named], SourceTree().resolved)


@pytest.mark.parametrize(
    "files",
    [("project/compose.yaml",), ("project/compose.yaml", "project/sub/more.yml"), ("project/missing.yaml",), ()],
)
def test_what_lies_below_the_projects_folder_is_read(files: tuple[str, ...], home: Path) -> None:
    assert not asked(home, *files)


@pytest.mark.parametrize("file", ["hosts.yml", "project/../hosts.yml", "project/id_rsa", "project"])
def test_what_lies_elsewhere_is_read_where_the_user_names_it(file: str, home: Path) -> None:
    assert "it is read where --compose names it" in asked(home, "project/compose.yaml", file)
    assert not asked(home, "project/compose.yaml", file, named=(file,))


def test_compose_is_given_no_files_of_variables_from_elsewhere(home: Path) -> None:
    folder = home / "project"
    owner = Compose(project="p", service="s", working_dir=str(folder))
    below = replace(owner, environment_files=(str(folder / "id_rsa"), str(folder / "missing")))
    elsewhere = replace(owner, environment_files=(str(folder / "../hosts.yml"),))
    assert not withheld_from_compose(below, SourceTree().resolved)
    assert "hosts.yml as files of variables" in withheld_from_compose(elsewhere, SourceTree().resolved)


@pytest.mark.skipif(sys.platform == "win32", reason="a link needs a privilege there")
def test_a_link_does_not_lead_out_of_the_folder(home: Path) -> None:
    (home / "project" / "linked.yml").symlink_to(home / "hosts.yml")
    (home / "project" / "round.yml").symlink_to("round.yml")
    assert "linked.yml" in asked(home, "project/linked.yml")
    assert not asked(home, "project/round.yml")


def test_the_root_is_no_projects_folder(home: Path) -> None:
    assert asked(home, "project/compose.yaml", folder=home.anchor)


def test_without_a_folder_it_is_that_of_the_first_file_as_for_compose(home: Path) -> None:
    assert not asked(home, "project/compose.yaml", "project/sub/more.yml", folder="")
    assert asked(home, "project/compose.yaml", "hosts.yml", folder="")


def test_what_is_not_read_is_said() -> None:
    made = healthy().container
    assert isinstance(made, f.Container)
    owner = Compose(project="p", service="s", config_files=("/home/u/hosts.yml",), working_dir="/srv/p")
    ports = fakes.ports(files={"/home/u/hosts.yml": SECRETS.encode(), "/srv/p/x": b""})
    options = fakes.collect_options()
    contract = f.Contract(source=f.ContractSource.PROFILE, reads=())
    found = compose(options, ports, TreeFiles(options, ports), replace(made, compose=owner), contract)
    assert isinstance(found, f.NotMeasured)
    assert "the container's labels name /home/u/hosts.yml" in found.reason
