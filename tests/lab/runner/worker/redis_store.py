"""Redis, which cloud mode needs."""

import logging
from typing import Optional

import redis

logger = logging.getLogger(__name__)


class RedisSettings:
    def __init__(self, host: str, port: int, password: Optional[str] = None, timeout: int = 5):
        self.host = host
        self.port = port
        self.password = password
        self.timeout = timeout


def open_store(settings: RedisSettings) -> redis.Redis:
    """A client that has been answered once. Raises redis.ConnectionError."""
    store = redis.Redis(
        host=settings.host,
        port=settings.port,
        password=settings.password,
        decode_responses=True,
        socket_timeout=settings.timeout,
        socket_connect_timeout=settings.timeout,
    )
    try:
        store.ping()
    except redis.ConnectionError as error:
        logger.error(f"Failed to connect to Redis at {settings.host}:{settings.port}: {error}")
        raise
    return store
