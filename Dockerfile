# Trialwire with every package that requirements.lock names, by its hash: the environment that the tests run in.
# The same image runs Airflow's components and `trialwire` itself.
FROM python:3.12.12-slim-bookworm AS environment
WORKDIR /build
COPY stack/uv.lock requirements.lock ./
RUN python -m venv /opt/uv \
    && /opt/uv/bin/python -m pip install --no-cache-dir --require-hashes -r uv.lock \
    && /opt/uv/bin/python -m uv venv /opt/trialwire \
    && /opt/uv/bin/python -m uv pip sync --no-cache --python /opt/trialwire/bin/python --compile-bytecode --require-hashes requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY changes changes
COPY dags dags
COPY delivery delivery
COPY network network
COPY pipeline pipeline
COPY quality quality
COPY schemas schemas
COPY sources sources
COPY stack stack
COPY transforms transforms
COPY trialwire trialwire
RUN /opt/uv/bin/python -m uv pip install --no-cache --python /opt/trialwire/bin/python --compile-bytecode --no-deps --no-build-isolation .

FROM python:3.12.12-slim-bookworm
COPY --from=environment /opt/trialwire /opt/trialwire
# Airflow reads its DAG files here; what they import comes from the installed packages.
COPY dags /opt/airflow/dags
RUN useradd --create-home --uid 50000 trialwire \
    && mkdir -p /opt/airflow/logs /opt/airflow/spool \
    && chown -R trialwire:trialwire /opt/airflow
ENV PATH=/opt/trialwire/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    AIRFLOW_HOME=/opt/airflow \
    AIRFLOW__CORE__DAGS_FOLDER=/opt/airflow/dags \
    AIRFLOW__CORE__LOAD_EXAMPLES=False
USER trialwire
WORKDIR /opt/airflow
CMD ["trialwire", "--help"]
