"""What tests need: servers from packages, builders; nothing of it runs in production."""
