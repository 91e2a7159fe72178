"""HOW WE ASK: retries, Retry-After and TLS, the same for every server that is asked. Imports schemas alone."""
