"""What is looked up on this machine, and has nothing to do with an engine."""

from __future__ import annotations

from concurrent.futures import Executor, Future
from typing import TYPE_CHECKING

from stigmer_doctor.collect.options import CollectOptions, Ports
from stigmer_doctor.model.user_system import UserSystem

if TYPE_CHECKING:
    from stigmer_doctor.collect.source import TreeFiles
    from stigmer_doctor.model.facts import DataDir


class Local:
    """Everything at once, in threads of the pool; also what that has to load is loaded there."""

    def __init__(self, collect_options: CollectOptions, ports: Ports, pool: Executor) -> None:
        self.data_dir: Future[DataDir] = pool.submit(_data_dir, collect_options, ports)
        self.system: Future[UserSystem] = pool.submit(_system, ports)
        self.tree: Future[TreeFiles] = pool.submit(_tree, collect_options, ports)


def _data_dir(collect_options: CollectOptions, ports: Ports) -> DataDir:
    return ports.user.data_dir(collect_options.data_dir, ports.profile.id_files)


def _system(ports: Ports) -> UserSystem:
    return ports.user.system()


def _tree(collect_options: CollectOptions, ports: Ports) -> TreeFiles:
    from stigmer_doctor.collect.source import TreeFiles

    return TreeFiles(collect_options, ports)
