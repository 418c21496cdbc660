"""The campaign's status: read, compared and told, never counted here."""
