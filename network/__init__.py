"""HOW WE ASK: retry policies, Retry-After, TLS, first steps: the same for every server. Imports schemas alone."""
