"""The only place that speaks to the engine, the network, the operating system and other processes."""
