"""The commands of the command line: each calls the pipeline once and prints the result."""
