"""ON WHAT: the real servers on one machine, from packages: Kafka, FHIR server, PostgreSQL, Airflow's processes."""
