"""Many machines, asked at once by a durable workflow on a Temporal that the team shares. The extra `fleet`."""
