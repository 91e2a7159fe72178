"""HOW WE ASK: retry policies, Retry-After, TLS and connection checks for all servers. Imports only schemas/.

Retry-After is the HTTP header in which a server asks the client to wait before the next request.
"""
