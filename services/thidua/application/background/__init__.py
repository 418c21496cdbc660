"""What nobody waits for: draining, rebuilding, verifying, jobs."""
