"""Judge alliances as tasks of Ray, and put the programme together exactly.

    python ray_tasks.py alliances.jsonl

The data is one alliance a line, with its records in it, as in `docs/data.md`.
"""

from __future__ import annotations

import sys
from pathlib import Path

import guiju
import pyarrow as pa
import ray

PARTS = 4


@ray.remote
def judge(pack: guiju.Pack, lines: list[str]) -> tuple[pa.Table, bytes]:
    """The KPIs of some alliances, and what the programme needs of them. Ray pickles the pack."""
    result = pack.evaluate_json('{"alliances": [' + ",".join(lines) + "]}")
    return result.kpis.to_arrow(), result.partial()


def main(path: str) -> None:
    pack = guiju.load("alliance_108", locale="en")
    lines = Path(path).read_text(encoding="utf-8").splitlines()
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
    try:
        there = ray.put(pack)
        parts = [lines[start::PARTS] for start in range(PARTS)]
        judged = ray.get([judge.remote(there, part) for part in parts if part])
    finally:
        ray.shutdown()
    revenue = [row for kpis, _ in judged for row in kpis.to_pylist() if row["kpi"] == "operating_revenue" and row["state"] == "known"]
    print(f"{len(revenue)} alliances, {sum(row['value'] for row in revenue)} 元")
    print(pack.combine(partial for _, partial in judged).to_json())


if __name__ == "__main__":
    main(sys.argv[1])
