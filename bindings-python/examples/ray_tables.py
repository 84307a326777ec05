"""Judge parts of tables as tasks of Ray, by rules that go back from the programme to each alliance.

    python ray_tables.py folder_of_csv_tables/
"""

from __future__ import annotations

import sys
from pathlib import Path

import guiju
import guiju.ray
import polars as pl
import ray

PARTS = 4

# Its share of the whole needs the whole first: the parts are judged in two turns.
SHARE = """
kpi part_of_all "占比" / "part of all" as % = operating_revenue / programme.all_revenue because "示範" / "for show"
kpi all_revenue "總額" / "all" for programme = sum(operating_revenue) because "示範" / "for show"
"""


def main(folder: str) -> None:
    pack = guiju.load("alliance_108", locale="en").amended(SHARE)
    # As text: a reader of CSV would make floats of money and numbers of ids.
    tables = {path.stem: pl.read_csv(path, infer_schema=False) for path in sorted(Path(folder).glob("*.csv"))}
    keys = tables["alliance"]["id"].sort().to_list()
    parts = []
    for start in range(PARTS):
        own = keys[start::PARTS]
        parts.append({name: frame.filter(pl.col("id" if name == "alliance" else "alliance").is_in(own)) for name, frame in tables.items()})
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
    try:
        judged = guiju.ray.evaluate(pack, parts)
        kpis = pl.concat(pl.from_arrow(table) for table in ray.get(judged.tables("kpis")))
    finally:
        ray.shutdown()
    print(kpis.filter(kpi="part_of_all", state="known").sort("value", descending=True).head(5))
    print(judged.programme.to_json())


if __name__ == "__main__":
    main(sys.argv[1])
