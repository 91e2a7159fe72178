"""SOURCES: registries and folders. Each yields raw records (bytes and their origin), without parsing them."""
