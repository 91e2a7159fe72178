"""WHERE FROM: registries and folders. Each source yields raw records, bytes with their origin, and parses nothing."""
