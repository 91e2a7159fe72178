"""The event, independent of its transport: CloudEvent attributes, topics, the Bundle, and storage of large Bundles."""
