"""One module a command: parses, prints and exits. `composition` alone builds adapters."""
