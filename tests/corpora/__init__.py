"""Bad input that nobody on the project wrote, thrown at every place that takes input.

``python -m tests.corpora all`` fetches the collections and throws them; ``test_*.py`` throws a small part.
"""

import sys
from pathlib import Path

# What pytest does by its settings, for who runs it without.
sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
