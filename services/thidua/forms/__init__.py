"""Schema in, values out: everything that is derived from a form's one schema.

``describe`` reads the schema, ``compose`` applies the year's amendments, ``readers`` turn what
people type into values, ``judge`` is the single judge, ``facts`` and ``openapi`` derive the
rest. Nothing here knows a web framework, a database or a queue.
"""
