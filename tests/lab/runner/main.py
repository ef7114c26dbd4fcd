"""The agent-runner of the lab: a real Temporal worker that starts, logs and fails in the form of the real one."""

import asyncio
import logging
import signal
import sys

from runlabel import label
from worker.agent_worker import AgentWorker
from worker.config import RunnerConfig
from worker.log_setup import set_up_logging

set_up_logging()
logger = logging.getLogger(__name__)
RULER = "=" * 80


def give_up(what: str, error: Exception, hints: tuple[str, ...]) -> None:
    """The banner of a failed start-up: the error itself is on the line after the second ruler."""
    logger.error(RULER)
    logger.error(f"STARTUP FAILURE: {what}")
    logger.error(RULER)
    logger.error(f"Error: {error}")
    for hint in hints:
        logger.error(f"  - {hint}")
    logger.error(RULER)
    sys.exit(1)


def banner(config: RunnerConfig) -> None:
    logger.info("=" * 60)
    logger.info(f"🚀 Agent Runner of the lab - {'LOCAL' if config.is_local else 'CLOUD'} mode {label()}".rstrip())
    logger.info("=" * 60)
    logger.info(f"Task Queue: {config.task_queue}")
    logger.info(f"Temporal: {config.temporal_address} (namespace: {config.temporal_namespace})")
    logger.info(f"Backend: {config.backend_endpoint}")
    if config.is_local:
        logger.info(f"Sandbox: {config.sandbox_type} (root: {config.sandbox_root})")
    else:
        logger.info(f"Sandbox: {config.sandbox_type}")
        logger.info(f"Redis: {config.redis_host}:{config.redis_port}")
    logger.info("=" * 60)


def initialise(config: RunnerConfig) -> AgentWorker:
    try:
        return AgentWorker(config)
    except Exception as error:
        logger.error(f"❌ The worker could not be initialised: {error}", exc_info=True)
        give_up(
            "Worker Initialization Error",
            error,
            ("Redis cannot be reached (cloud mode)", "A setting has a wrong value"),
        )
        raise


async def main() -> None:
    try:
        config = RunnerConfig.from_env()
    except Exception as error:
        logger.error(f"❌ The configuration could not be loaded: {error}", exc_info=True)
        give_up("Configuration Error", error, ())
        raise
    banner(config)
    worker = initialise(config)
    try:
        logger.info("Registering activities and connecting to Temporal...")
        await worker.register()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, lambda: asyncio.ensure_future(worker.stop()))
        logger.info("🚀 Worker ready, polling for tasks...")
        await worker.run()
    except Exception as error:
        logger.error(f"❌ The worker failed: {error}", exc_info=True)
        give_up("Activity Registration Error", error, ("A Python dependency is missing", "Temporal cannot be reached"))
    finally:
        logger.info("Worker process exiting")


if __name__ == "__main__":
    asyncio.run(main())
