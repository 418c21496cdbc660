"""One command's process tree: starts the programs, restarts what dies, leaves nothing behind.

Run as ``python -m thidua.supervisor <spec.json>``. Only the standard library, and little of it:
the supervisor lives as long as the product and must cost next to nothing. It knows no settings
of the product: the command line writes down what to run (``spec``), this package runs it.
"""
