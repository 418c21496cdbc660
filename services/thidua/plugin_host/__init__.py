"""Finds plugins, judges them, and serves those that are sound.

A plugin is wholly in or wholly out. One that cannot be imported, speaks another version of the
contract or is unsound is quarantined with its reason; campaigns that need it go with it, and
everything else serves.
"""
