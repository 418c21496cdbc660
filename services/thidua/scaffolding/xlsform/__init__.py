"""A form described in XLSForm becomes the form of a unit type; what could not come along is said.

The workbook is judged as any file that comes in, then read by pyxform, which owns the rules of the
standard, in a process of its own with limits. What it understood is drafted in the contract's kinds
of field, written as Python, and every question and property ends up in the list of differences.
"""
