"""One module a command. Parses, builds the adapters, prints and exits: the composition root."""
