"""Another year's campaign begun from one that was run.

What can be computed is moved: the year, codes, windows. What belonged to the old year alone is taken
out: theme, numbers and days of documents, baselines, examples. What is carried over says so in its
source until a person has confirmed it.
"""
