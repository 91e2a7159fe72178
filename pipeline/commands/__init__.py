"""The commands of the command line: words for people, and one call each into the pipeline."""
