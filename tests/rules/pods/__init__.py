"""Tests of the rules about pods."""
