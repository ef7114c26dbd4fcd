"""The lab: a disposable user's machine with a real engine, services and runner, in namespaces of its own."""
