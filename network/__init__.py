"""HOW WE ASK: retry policies, Retry-After, TLS and connection checks for all servers. Imports only schemas/."""
