"""The Celery side: tasks, the timer that needs no broker, the beat that rings every few seconds.

A task is as thin as a web view: ids in, one use case, nothing out. What it needs is built once
per process (``process``); what it does is the host's (``thidua.application``).
"""
