"""What source files say: those that the user named, those of a source tree, and those that the container came from."""

from __future__ import annotations

import posixpath

from msgspec.structs import replace

from stigmer_doctor.collect.compose_projects import Group, groups, looks_like_compose
from stigmer_doctor.collect.contract import assumed_contract, contract_of
from stigmer_doctor.collect.label_paths import withheld
from stigmer_doctor.collect.options import CollectOptions, Ports
from stigmer_doctor.lean_objects import compiled_later
from stigmer_doctor.model.facts import Compose, Container, Contract, NotMeasured
from stigmer_doctor.model.manifests import ManifestFiles
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.source import ComposeFiles, GoFiles

_NONE_NAMED = "no compose file was named, and the container has none"
_MOST_CODE = 200
_MANY = 500
_TELLING = compiled_later(
    r"kustom|k8s|kube|deploy|manifest|overlay|runner|statefulset|(?:^|/)(?:pods?|service)\b|(?:^|/)base/"
)


class TreeFiles:
    """The source tree: what it holds, by name."""

    def __init__(self, collect_options: CollectOptions, ports: Ports) -> None:
        self._ports = ports
        found = sorted(ports.source.paths((".go", ".yml", ".yaml", ".py"))) if collect_options.source else []
        yaml = [path for path in found if path.endswith((".yml", ".yaml"))]
        self.compose = [path for path in yaml if looks_like_compose(path)]
        self.manifests = _manifests(yaml)
        self.go = [path for path in found if path.endswith(".go") and not path.endswith("_test.go")]
        self._python = [path for path in found if path.endswith(".py")]

    def projects(self) -> list[Group]:
        """The compose projects that speak of the runner. A file that cannot be read speaks of it when its text does."""
        profile = self._ports.profile
        words = [image.encode() for image in (profile.container_name, *profile.images, *profile.compose_services)]
        return [replace(group, named=True) for group in groups(self.compose) if self._speaks(group, words)]

    def _speaks(self, group: Group, words: list[bytes]) -> bool:
        """A file of the project has one of the words, or one that it includes, whatever that is called."""
        raw = [self._ports.source.read(file) or b"" for file in group.files]
        if any(word in path for path in raw for word in words):
            return True
        return any(b"include" in path for path in raw) and any(
            word in path for path in self._included(group) for word in words
        )

    def _included(self, group: Group) -> list[bytes]:
        """What compose reads for the project."""
        from stigmer_doctor.source.compose.project import Project

        found = []

        def read(file: str) -> bytes | None:
            raw = self._ports.source.read(file)
            found.append(raw or b"")
            return raw

        Project(group.files, read, group.folder)
        return found

    def contract(self) -> Contract | None:
        """What the runner's code in the tree reads; None where the tree has no runner."""
        marker = self._ports.profile.marker_file
        home = next((path for path in self._python if f"/{path}".endswith(f"/{marker}")), None)
        if home is None:
            return None
        root = home[: -len(marker)]
        # In the image the libraries lie below the code root, at their path in the tree.
        top = root.removesuffix(self._ports.profile.source_home)
        named = self._below(root, root) | self._below(f"{top}{self._ports.profile.source_libraries}", top)
        files = {path: self._ports.source.read(item) or b"" for path, item in named.items()}
        found = contract_of(self._ports.read_contract(files))
        return found if found.reads else None

    def _below(self, folder: str, root: str) -> dict[str, str]:
        """The Python files below a folder by their paths from `root`, but for tests."""
        found = [path for path in self._python if path.startswith(folder) and not _apart(path[len(folder) :])]
        return {path[len(root) :]: path for path in found[:_MOST_CODE]}


def _manifests(paths: list[str]) -> list[str]:
    """The YAML files that may be manifests: of a tree with many only those whose path says so, for each is read."""
    found = [path for path in paths if not looks_like_compose(path)]
    return found if len(found) <= _MANY else [path for path in found if _TELLING.search(path)]


def _apart(path: str) -> bool:
    """Code beside the runner's own."""
    return bool({"tests", "test", "site-packages"} & set(path.split("/")[:-1])) or path.startswith("test_")


def reads(tree: Contract | NotMeasured | None, image: Contract | NotMeasured, profile: Profile) -> Contract:
    """What the runner is taken to read: by the code in the tree, else by that in the image, else as is known of it."""
    measured = (contract for contract in (tree, image) if isinstance(contract, Contract))
    return next(measured, None) or assumed_contract(profile, "no code of the runner was read")


def go(collect_options: CollectOptions, ports: Ports, tree: TreeFiles, contract: Contract) -> GoFiles | NotMeasured:
    """The Go files of the tree that have to do with the runner."""
    if not collect_options.source:
        return NotMeasured(reason="no source tree was named (--source)")
    from stigmer_doctor.collect.golang import go_files

    return go_files(tree.go, contract, ports)


def manifests(
    collect_options: CollectOptions, ports: Ports, tree: TreeFiles, contract: Contract
) -> ManifestFiles | NotMeasured:
    """The manifests of the tree that run the runner."""
    if not collect_options.source:
        return NotMeasured(reason="no source tree was named (--source)")
    if not tree.manifests:
        return NotMeasured(reason="no manifest of the source tree runs the runner")
    from stigmer_doctor.collect.manifests import ManifestReader, manifest_files

    return manifest_files(tree.manifests, ManifestReader(ports.source, contract, ports.profile, ports.redactor))


def compose(
    collect_options: CollectOptions,
    ports: Ports,
    tree: TreeFiles,
    container: Container | NotMeasured,
    contract: Contract,
) -> ComposeFiles | NotMeasured:
    """The compose files that the user named, else those of the tree, and those that the container was created of."""
    owner = container.compose if isinstance(container, Container) else None
    why = withheld(owner, collect_options.compose, ports.source.resolved) if owner else ""
    own = _own(owner, ports) if owner and not why else None
    named = [Group(collect_options.compose, named=True)] if collect_options.compose else tree.projects()
    if not named and own is None:
        missing = (
            f"the container's compose files cannot be read here ({', '.join(owner.config_files)})" if owner else ""
        )
        return NotMeasured(reason=why or missing or _NONE_NAMED)
    # Reading YAML takes longer to load than everything else here: most containers have no compose file.
    from stigmer_doctor.collect.compose import ComposeReader, compose_files

    reader = ComposeReader(
        files=ports.source,
        contract=contract,
        profile=ports.profile,
        redactor=ports.redactor,
    )
    same = bool(owner and own and any(_same(own, path, collect_options.source) for path in named))
    projects = [*([own] if own and not same else []), *named]
    return compose_files(projects, reader, owner.service if owner and own else "")


def _own(owner: Compose, ports: Ports) -> Group | None:
    """The project that the container was created of, where all its files can be read here."""
    if not owner.config_files or any(ports.source.read(file) is None for file in owner.config_files):
        return None
    return Group(owner.config_files, owner.working_dir)


def _same(one: Group, other: Group, root: str) -> bool:
    return list(one.files) == [posixpath.join(root, file) for file in other.files]
