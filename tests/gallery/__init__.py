"""Broken plugins, each with the sentence by which it is refused, and sound ones that pass."""
