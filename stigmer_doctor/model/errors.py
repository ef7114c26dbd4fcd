"""The one tree of errors. Each carries the sentence that the user reads: what is wrong and what to do."""

from __future__ import annotations

from stigmer_doctor.model.exit_codes import ExitCode

TYPE_CHECKING = False  # `typing` takes longer to load than the help to print
if TYPE_CHECKING:  # the facts take longer to import than a usage error takes to be found
    from stigmer_doctor.model.facts import EngineFault


class DoctorError(Exception):
    """Base: exit code 2 (usage, configuration or internal error) unless a subclass says otherwise."""

    exit_code = ExitCode.USAGE


class UsageError(DoctorError):
    """The command line, an option's value or an output file cannot be used."""


class CannotDiagnose(DoctorError):  # noqa: N818 - reads as what it says
    """There is nothing to judge: an unreadable snapshot."""

    exit_code = ExitCode.NO_DIAGNOSIS


class EngineError(DoctorError):
    """The engine could not be reached or did not answer."""

    exit_code = ExitCode.NO_DIAGNOSIS

    def __init__(self, fault: EngineFault, message: str) -> None:
        super().__init__(message)
        self.fault = fault


class NotFound(DoctorError):  # noqa: N818 - reads as what it is
    """The engine answered that there is no such container, image or network (any more)."""

    exit_code = ExitCode.NO_DIAGNOSIS


class Refused(DoctorError):  # noqa: N818 - reads as what it is
    """The engine answered, and would not do it (an exec in a stopped container, no such program in the image)."""

    exit_code = ExitCode.NO_DIAGNOSIS


class TicketNotFiled(DoctorError):  # noqa: N818 - reads as what it is
    """The tracker did not take the ticket, or could not be asked. It is written all the same."""

    exit_code = ExitCode.FINDINGS


class Nonsense(Refused):
    """The engine answered with something that no engine says: it costs what it would have told, and no more."""


class ProbeError(DoctorError):
    """The program inside the container did not start, did not answer, or stopped answering."""
