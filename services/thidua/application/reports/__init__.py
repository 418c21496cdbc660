"""What a unit does: drafts, files, corrects, signs off, reads its own."""
