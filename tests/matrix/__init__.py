"""Who may do what, tried whole: every role, every use case, every route, every kind of thing.

What is expected is read from ``permissions.toml``, and from nowhere else. ``python -m tests.matrix``
prints how large the matrix is.
"""
