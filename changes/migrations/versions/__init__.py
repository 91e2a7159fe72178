"""One module per revision, never edited after a release."""
