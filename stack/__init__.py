"""ON WHAT: real servers on one machine, installed from packages: Kafka, FHIR server, PostgreSQL, Airflow."""
