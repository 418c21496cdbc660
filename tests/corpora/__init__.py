"""Bad input that nobody on the project wrote, thrown at every place that takes input.

``python -m tests.corpora all`` fetches the collections and throws them; ``test_*.py`` throws a small part.
"""
