"""What tests need: servers from packages, builders; nothing of it runs in production.

A process of tests or measurements works as the operator's commands do, with every unit; the requests
it makes are kept to what the person who makes them may reach, as in production.
"""

from __future__ import annotations

from thidua.adapters.db.fence import open_this_process

open_this_process()
