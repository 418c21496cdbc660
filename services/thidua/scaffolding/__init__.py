"""Writes the folders that authors of plugins begin from.

A new plugin is written whole beside its place and then put there, or not at all. What is written
works at once: it can be installed, is judged sound, and its own tests pass.
"""
