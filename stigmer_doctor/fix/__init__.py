"""Plan, rehearse, apply, verify, roll back, undo.

`run` is the order of a run of `fix` or `undo`. `containers` and `sources` each carry one kind of fix through: `plan`
says what would be done, `rehearsal` tries it, `apply` takes the steps of a transaction (`container_`, `compose_`,
`file_transaction`) and puts everything back where it did not help, which `container_check`, `readiness` and
`verification` find out. Every run ends in a `result`, which knows the exit code.
"""
