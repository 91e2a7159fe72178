"""Sources of records: registries and folders. A source yields raw records (bytes and their origin) and parses nothing.

The origin of a record is the place where it was found: a path, a member of an archive, or a URL.
"""
