"""The real protocol clients, each behind its own module and imported when it is first used."""

from __future__ import annotations

from stigmer_doctor.model.facts import BackendAnswer, LlmAnswer, TemporalAnswer


class ProtocolClients:
    """Implements the Clients port."""

    def backend(self, port: int, authority: str, *, tls: bool, timeout: float) -> BackendAnswer:
        from stigmer_doctor.adapters import backend

        return backend.ask(port, authority, tls=tls, timeout=timeout)

    def temporal(self, port: int, authority: str, *, namespace: str, task_queue: str, timeout: float) -> TemporalAnswer:
        from stigmer_doctor.adapters import temporal

        return temporal.ask(port, authority, namespace=namespace, task_queue=task_queue, timeout=timeout)

    def llm(self, port: int, url: str, *, timeout: float) -> LlmAnswer:
        from stigmer_doctor.adapters import ollama

        return ollama.ask(port, url, timeout=timeout)

    def warm_up(self) -> None:
        """Import what the three need: the slow part of a check, done while the container is being asked."""
        from stigmer_doctor.adapters import backend, ollama, temporal

        _ = (backend, ollama, temporal)
