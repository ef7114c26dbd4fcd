"""Many snapshots: a store of verdicts that grows by shards, and questions about it. The extra `triage` has DuckDB."""
