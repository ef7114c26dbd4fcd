"""Diagnosis to text: terminal, Markdown, JSON."""
