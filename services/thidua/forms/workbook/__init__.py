"""The workbook of a form, both ways: filled in for a unit and a period, and read back as if it had been typed.

``writing`` makes the file, ``reading`` takes it back as texts by pointer, which ``read_web`` and the
judge then treat like those of a page. A file from outside is looked over by ``guarding`` and read in a
process of its own by ``child``; rows and columns carry hidden keys, so that it matters little where
a cell was moved to.
"""
