"""Secrets planted in every place that comes from outside, in every form in which they turn up: what survives."""
