"""Facts derived from facts: what several rules, the plan of a fix and the report ask in common."""
