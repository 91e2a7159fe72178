"""WHEN: the Airflow DAGs. Only this folder imports Airflow; each task makes one call into pipeline/.

A DAG is a workflow of Airflow: tasks in their order, with a start time or a start event.
"""
