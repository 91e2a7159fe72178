"""WHEN: the Airflow DAGs. Only this folder imports Airflow; each task makes one call into pipeline/."""
