"""Hides secrets: values by allow-list, then every learnt value wherever it occurs, then what looks like one."""
