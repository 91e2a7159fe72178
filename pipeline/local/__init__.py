"""The local stack (Kafka, FHIR server, PostgreSQL, Airflow on one machine): `trialwire up` and `trialwire demo`."""
