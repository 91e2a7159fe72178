"""WHEN: Airflow DAGs. The only code that imports Airflow; each task is one call into pipeline/."""
