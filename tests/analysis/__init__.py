"""Tests of the facts that are derived from facts."""
