"""SOURCES: registries and folders. Each source yields raw records (bytes and their origin), without parsing them.

The origin of a record is the place where it was found: a path, a member of an archive, or a URL.
"""
