"""An Airflow DAG that makes the strategies that are not up to date. Copy it to the dags folder and change the paths."""

from __future__ import annotations

import pendulum
from airflow import DAG
from airflow.operators.bash import BashOperator

PLANS = ["sample"]

with DAG(
    dag_id="workforce_strategies",
    schedule="0 7 * * 1",
    start_date=pendulum.datetime(2026, 1, 1, tz="Europe/London"),
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 1, "retry_delay": pendulum.duration(minutes=15)},
) as dag:
    for plan in PLANS:
        BashOperator(
            task_id=f"run_{plan}", cwd="/opt/workforce", bash_command=f".venv/bin/workforce run {plan}", append_env=True
        )
