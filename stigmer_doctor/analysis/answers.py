"""What the services answered, by the name of their endpoint."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from stigmer_doctor.model.facts import (
    Answer,
    Answered,
    BackendAnswer,
    Comparison,
    LlmAnswer,
    NotMeasured,
    RedisAnswer,
    TemporalAnswer,
    Trial,
)

_SILENT = (Answered.UNAVAILABLE, Answered.TIMED_OUT)
_NOBODY = NotMeasured(reason="nobody asked it")


class ServiceAnswers(msgspec.Struct, frozen=True):
    """What became of asking one service: `inside` its answer to the container; `here` the one on the user's machine,
    None where it was not asked there or did not answer; `trials` the addresses that were dialled repeatedly."""

    inside: Answer | NotMeasured
    here: Answer | None = None
    trials: tuple[Trial, ...] = ()

    @property
    def silent(self) -> bool:
        """Whether it gave the container no answer, or said that it is unavailable."""
        return not isinstance(self.inside, NotMeasured) and self.inside.answered in _SILENT

    @property
    def same(self) -> bool | None:
        """Whether it is one service that answers on both sides; None where nothing tells."""
        inside, here = self.inside, self.here
        if isinstance(inside, NotMeasured | RedisAnswer) or here is None:
            return None
        if inside.answered is not Answered.YES:
            return False
        match inside, here:
            case TemporalAnswer(), TemporalAnswer():
                # "" is a cluster that did not say its id.
                return inside.cluster_id == here.cluster_id if inside.cluster_id and here.cluster_id else None
            case LlmAnswer(), LlmAnswer():
                # "" is an empty list of models: two that are empty prove nothing, one that is not tells them apart.
                return inside.fingerprint == here.fingerprint if inside.fingerprint or here.fingerprint else None
            case BackendAnswer(), BackendAnswer():
                return False if here.has_service and inside.has_service is False else None
        return None


class Answers(msgspec.Struct, frozen=True):
    """Those of all services."""

    asked: Mapping[str, ServiceAnswers]

    def of(self, name: str) -> ServiceAnswers:
        """What became of asking the service of that name."""
        return self.asked.get(name, ServiceAnswers(_NOBODY))


def answers(
    *,
    backend: BackendAnswer | NotMeasured,
    temporal: TemporalAnswer | NotMeasured,
    llm: LlmAnswer | NotMeasured,
    redis: RedisAnswer | NotMeasured,
    comparison: Comparison | NotMeasured,
) -> Answers:
    """Each with what was compared, where something was."""
    inside: dict[str, Answer | NotMeasured] = {"backend": backend, "temporal": temporal, "llm": llm, "redis": redis}
    compared = Comparison() if isinstance(comparison, NotMeasured) else comparison
    return Answers(
        {
            name: ServiceAnswers(answer, _answering(compared.here(name)), compared.of(name))
            for name, answer in inside.items()
        }
    )


def _answering(here: Answer | None) -> Answer | None:
    return here if here and here.answered is Answered.YES else None
