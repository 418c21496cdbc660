"""Use cases: what people and machines can ask of the product.

One use case, one unit of work, one commit; its first line asks for permission. Pages, API,
command line and workers call the same functions. Nothing here knows Flask, Celery or SQL.

Rooms, each using only what lies below it: background, status, review, reports, periods, derived, people,
trail, access, ports.
"""
