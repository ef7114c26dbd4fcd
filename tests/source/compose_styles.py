"""Compose files in many styles, all with the incident's two faults in the service `agent-runner`.

`IN_PLACE` can be repaired where the faults stand; in `ELSEWHERE` a value comes through something else.
"""

from __future__ import annotations

IMAGE = "stigmer-agent-runner:local"
WRONG = "STIGMER_BACKEND_URL=http://host.docker.internal:7234"
RIGHT = "STIGMER_BACKEND_ENDPOINT=host.docker.internal:7234"

IN_PLACE = {
    "list": """\
services:
  agent-runner:
    image: stigmer-agent-runner:local
    network_mode: "host"
    environment:
      - MODE=local
      - STIGMER_BACKEND_URL=http://host.docker.internal:7234
""",
    "list not indented": """\
services:
  agent-runner:
    image: stigmer-agent-runner:local
    network_mode: host
    environment:
    - MODE=local
    - STIGMER_BACKEND_URL=http://host.docker.internal:7234
    - TEMPORAL_SERVICE_ADDRESS=host.docker.internal:7233
""",
    "map": """\
services:
  agent-runner:
    image: stigmer-agent-runner:local
    network_mode: host
    environment:
      MODE: local
      STIGMER_BACKEND_URL: http://host.docker.internal:7234
""",
    "map, quoted": """\
services:
  agent-runner:
    image: 'stigmer-agent-runner:local'
    network_mode: 'host'
    environment:
      "MODE": "local"
      "STIGMER_BACKEND_URL": "http://host.docker.internal:7234"
""",
    "list, double quotes": """\
services:
  agent-runner:
    image: "stigmer-agent-runner:local"
    network_mode: "host"
    environment:
      - "MODE=local"
      - "STIGMER_BACKEND_URL=http://host.docker.internal:7234"
""",
    "list, single quotes": """\
services:
  agent-runner:
    image: stigmer-agent-runner:local
    network_mode: 'host'
    environment:
      - 'STIGMER_BACKEND_URL=http://host.docker.internal:7234'
      - 'MODE=local'
""",
    "four spaces": """\
services:
    agent-runner:
        image: stigmer-agent-runner:local
        environment:
            - MODE=local
            - STIGMER_BACKEND_URL=http://host.docker.internal:7234
        network_mode: host
""",
    "comments everywhere": """\
# what this is
services:  # all of them
  # the runner
  agent-runner:  # it
    image: stigmer-agent-runner:local  # built here
    # fast on Linux
    network_mode: "host"  # not on macOS
    # how it is set up
    environment:  # variables
      # the mode
      - MODE=local  # local
      # the backend
      - STIGMER_BACKEND_URL=http://host.docker.internal:7234  # on this machine
      # the end
    # after all
# really
""",
    "blank lines": """\

services:

  agent-runner:

    image: stigmer-agent-runner:local

    network_mode: host

    environment:

      MODE: local

      STIGMER_BACKEND_URL: http://host.docker.internal:7234


    restart: unless-stopped


""",
    "flow map": """\
services:
  agent-runner:
    image: stigmer-agent-runner:local
    network_mode: host
    environment: {MODE: local, STIGMER_BACKEND_URL: "http://host.docker.internal:7234"}
""",
    "flow list": """\
services:
  agent-runner:
    image: stigmer-agent-runner:local
    network_mode: host
    environment: [ "MODE=local", "STIGMER_BACKEND_URL=http://host.docker.internal:7234" ]
""",
    "flow list over lines": """\
services:
  agent-runner:
    image: stigmer-agent-runner:local
    network_mode: host
    environment: [
      "MODE=local",
      "STIGMER_BACKEND_URL=http://host.docker.internal:7234",
    ]
""",
    "everything in flow": """\
{services: {agent-runner: {image: "stigmer-agent-runner:local", network_mode: host, environment: {MODE: local,
  STIGMER_BACKEND_URL: "http://host.docker.internal:7234"}}}}
""",
    "JSON": """\
{
  "services": {
    "agent-runner": {
      "image": "stigmer-agent-runner:local",
      "environment": {
        "MODE": "local",
        "STIGMER_BACKEND_URL": "http://host.docker.internal:7234"
      },
      "network_mode": "host"
    }
  }
}
""",
    "version and other keys": """\
version: "3.8"
x-name: stigmer
services:
  other:
    image: redis:7
    network_mode: host
    environment:
      - STIGMER_BACKEND_URL=http://host.docker.internal:7234
  agent-runner:
    build: .
    image: stigmer-agent-runner:local
    network_mode: host
    environment:
      - STIGMER_BACKEND_URL=http://host.docker.internal:7234
      - MODE=local
    volumes:
      - ./workspace:/workspace
volumes: {}
""",
    "by the container's name": """\
services:
  worker:
    image: example.invalid/something:1
    container_name: stigmer-agent-runner
    network_mode: host
    environment:
      STIGMER_BACKEND_URL: http://host.docker.internal:7234
      MODE: local
""",
    "built, by the service's name": """\
services:
  agent-runner:
    build:
      context: .
      dockerfile: Dockerfile
    network_mode: host
    environment:
      - MODE=local
      - STIGMER_BACKEND_URL=http://host.docker.internal:7234
""",
    "image by default": """\
services:
  agent-runner:
    image: ${IMAGE:-stigmer-agent-runner:local}
    network_mode: host
    environment:
      - MODE=${MODE:-local}
      - STIGMER_BACKEND_URL=http://host.docker.internal:7234
""",
    "registry and tag": """\
services:
  agent-runner:
    image: example.invalid/stigmer/agent-runner:v1.2.3
    network_mode: host
    environment:
      - STIGMER_BACKEND_URL=http://host.docker.internal:7234
      - MODE=local
""",
    "document start and end": """\
---
services:
  agent-runner:
    image: stigmer-agent-runner:local
    network_mode: host
    environment:
      - MODE=local
      - STIGMER_BACKEND_URL=http://host.docker.internal:7234
...
""",
    "a block scalar before it": """\
services:
  agent-runner:
    image: stigmer-agent-runner:local
    labels:
      note: |
        network_mode: "host"
          STIGMER_BACKEND_URL=http://host.docker.internal:7234

    network_mode: host
    environment:
      - STIGMER_BACKEND_URL=http://host.docker.internal:7234
      - MODE=local
""",
    "a block scalar behind it": """\
services:
  agent-runner:
    image: stigmer-agent-runner:local
    environment:
      - STIGMER_BACKEND_URL=http://host.docker.internal:7234
      - MODE=local
    network_mode: host
    labels:
      note: >-
        folded
        text
""",
    "the mode last": """\
services:
  agent-runner:
    image: stigmer-agent-runner:local
    environment:
      MODE: local
      STIGMER_BACKEND_URL: http://host.docker.internal:7234
    network_mode: host""",
    "letters of all kinds": """\
# Überprüfung 東京 🚢
services:
  agent-runner:
    image: stigmer-agent-runner:local
    labels: {"名": "ß"}  # ünï
    network_mode: "host"  # é
    environment:
      - MODE=local
      - GREETING=grüße
      - STIGMER_BACKEND_URL=http://host.docker.internal:7234
""",
    "an anchor of its own": """\
x-common: &common
  restart: unless-stopped
services:
  agent-runner:
    <<: *common
    image: stigmer-agent-runner:local
    network_mode: host
    environment:
      - MODE=local
      - STIGMER_BACKEND_URL=http://host.docker.internal:7234
""",
    "spaces around": """\
services :
  agent-runner :
    image :   stigmer-agent-runner:local
    network_mode :   host
    environment :
      MODE :  local
      STIGMER_BACKEND_URL :  http://host.docker.internal:7234
""",
    "value on its own line": """\
services:
  agent-runner:
    image: stigmer-agent-runner:local
    network_mode:
      host
    environment:
      MODE: local
      STIGMER_BACKEND_URL:
        http://host.docker.internal:7234
""",
}

ELSEWHERE = {
    "an anchor": """\
x-mode: &mode host
x-variables: &variables
  MODE: local
  STIGMER_BACKEND_URL: http://host.docker.internal:7234
services:
  agent-runner:
    image: stigmer-agent-runner:local
    network_mode: *mode
    environment: *variables
""",
    "a merge key": """\
x-runner: &runner
  network_mode: host
  environment:
    MODE: local
    STIGMER_BACKEND_URL: http://host.docker.internal:7234
services:
  agent-runner:
    <<: *runner
    image: stigmer-agent-runner:local
""",
    "extends": """\
services:
  base:
    image: stigmer-agent-runner:local
    network_mode: host
    environment:
      MODE: local
      STIGMER_BACKEND_URL: http://host.docker.internal:7234
  agent-runner:
    extends:
      service: base
""",
    "interpolation": """\
services:
  agent-runner:
    image: stigmer-agent-runner:local
    network_mode: ${NETWORK:-host}
    environment:
      MODE: local
      STIGMER_BACKEND_URL: ${BACKEND:-http://host.docker.internal:7234}
""",
}

RIGHT_AS_THEY_ARE = {
    "the incident's own after": """\
services:
  agent-runner:
    image: stigmer-agent-runner:local
    environment:
      - MODE=local
      - STIGMER_BACKEND_ENDPOINT=host.docker.internal:7234
      - TEMPORAL_SERVICE_ADDRESS=host.docker.internal:7233
""",
    "the host's network of another service": """\
services:
  metrics:
    image: prom/node-exporter
    network_mode: host
  agent-runner:
    image: stigmer-agent-runner:local
    environment:
      MODE: local
      STIGMER_BACKEND_ENDPOINT: host.docker.internal:7234
""",
    "another variable that ends in _URL": """\
services:
  agent-runner:
    image: stigmer-agent-runner:local
    environment:
      MODE: local
      DATABASE_URL: postgres://db/x
      SENTRY_URL: https://example.invalid
      STIGMER_BACKEND_ENDPOINT: host.docker.internal:7234
      STIGMER_LLM_BASE_URL: http://host.docker.internal:11434
""",
    "both names": """\
services:
  agent-runner:
    image: stigmer-agent-runner:local
    environment:
      MODE: local
      STIGMER_BACKEND_URL: http://host.docker.internal:7234
      STIGMER_BACKEND_ENDPOINT: host.docker.internal:7234
""",
    "the right name passed through": """\
services:
  agent-runner:
    image: stigmer-agent-runner:local
    environment:
      - MODE=local
      - STIGMER_BACKEND_URL=http://host.docker.internal:7234
      - STIGMER_BACKEND_ENDPOINT
""",
    "the runner's image for something else": """\
services:
  tests:
    image: stigmer-agent-runner:local
    network_mode: host
    command: pytest
""",
    "overridden by nothing": """\
services:
  agent-runner:
    image: stigmer-agent-runner:local
    network_mode: bridge
""",
    "not a compose file": "just: text\n",
    "empty": "",
    "a list": "- a\n- b\n",
}
