"""The tasks, grouped by what they touch; importing a module registers its tasks."""
