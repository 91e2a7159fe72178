"""The schema revisions of the store, one module each. A module is never edited after a release."""
