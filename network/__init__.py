"""HOW WE ASK: retries, Retry-After and TLS, the same for every server. Imports only schemas."""
