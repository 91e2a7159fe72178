"""IN WHAT ORDER: the whole path of a record on one screen, the settings, and the `trialwire` command line."""
