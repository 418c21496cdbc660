"""What an opened year was, kept in the store: pinned when it opens, read by when its plugin is gone."""
