"""The Model Context Protocol, for programs that diagnose for a user. Needs the extra `mcp`."""
