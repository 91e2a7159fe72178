"""Reading: a raw record of a source goes in, a Trial comes out."""
