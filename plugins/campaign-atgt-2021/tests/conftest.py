"""Let the tests find this plugin in a checkout where it is not installed."""

import sys
from pathlib import Path

_HERE = str(Path(__file__).parents[1])

if _HERE not in sys.path:
    sys.path.insert(0, _HERE)
