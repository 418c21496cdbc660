"""``python -m thidua.cli``: the command, where it is not on the path."""

from thidua.cli import main

main()
