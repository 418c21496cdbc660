"""Let the tests find this plugin in a checkout where it is not installed, and the builders beside them."""

import sys
from pathlib import Path

HERE = Path(__file__).parent

sys.path[:0] = [path for path in (str(HERE), str(HERE.parent)) if path not in sys.path]
