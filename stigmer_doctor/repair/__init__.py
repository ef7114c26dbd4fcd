"""`fix` and `undo`: the order of their steps, and nothing else."""
