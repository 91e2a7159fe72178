"""ON WHAT: real servers on one machine, installed from packages: Kafka, FHIR server, PostgreSQL, Airflow.

These servers are for local use and tests. Together they are called the stack.
"""
