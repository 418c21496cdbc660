"""Accounts: inviting, signing in, memberships, tokens, leaving."""
