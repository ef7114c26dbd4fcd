"""The real protocol clients, in a process of their own."""
