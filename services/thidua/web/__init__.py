"""The web layer: pages for people and the JSON API for programs; the only place that knows Flask.

A view parses the request, calls one use case and renders its answer: no query, no commit, no
rule. What can be refused is mapped to answers once, in ``errors``.
"""
