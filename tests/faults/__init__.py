"""Faults on purpose: real processes are killed, stopped and cut off under load, and what is left is compared.

``python -m tests.faults F03 --times 300 --seed 7`` runs one fault and prints one line of JSON;
``all --quick`` runs each with small counts, ``planted`` shows that the rig catches bugs that were
put in on purpose. The tests beside it run every fault with the smallest counts.

A kill of a process does not test the disk: what the kernel was given survives it. Only the kill of
the whole database cluster, in ``planted``, shows what a commit that was not flushed costs.
"""
