"""One prefix for every line; what the libraries say only from warnings on."""

import logging
import os


def set_up_logging() -> None:
    wanted = os.getenv("LOG_LEVEL", "INFO").upper()
    logging.basicConfig(
        level=getattr(logging, wanted, logging.INFO),
        format="%(asctime)s - %(name)s - %(levelname)s - %(message)s",
    )
    for name in ("asyncio", "httpcore", "httpx", "grpc", "grpc._cython.cygrpc"):
        logging.getLogger(name).setLevel(logging.WARNING)
