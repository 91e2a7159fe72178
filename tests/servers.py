"""The real servers of a test run, each started once when the first test asks for it."""
