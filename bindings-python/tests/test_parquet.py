"""Folders of Parquet judged part by part: the same as all at once, whatever stops it in between."""

import json
from pathlib import Path
from typing import Any

import guiju
import polars as pl
import pytest
from conftest import REPOSITORY

SAMPLE = REPOSITORY / "rules/packs/alliance_108/samples/field-revenue"
CSV = {path.stem: pl.read_csv(path, infer_schema=False) for path in SAMPLE.glob("*.csv")}


def key_of(name: str) -> str:
    return "id" if name == "alliance" else "alliance"


TABLES = {name: frame.sort(key_of(name), maintain_order=True) for name, frame in CSV.items()}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("tables")
    for name, frame in TABLES.items():
        frame.write_parquet(made / f"{name}.parquet", row_group_size=300)
    return made


def parts(folder: Path, table: str) -> list[dict[str, Any]]:
    return pl.concat([pl.read_parquet(path) for path in sorted((folder / table).glob("*.parquet"))]).to_dicts()


def test_the_parts_are_the_whole(pack: guiju.Pack, folder: Path, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    programme = guiju.evaluate_parquet(folder, tmp_path / "out", pack, rows=700, records=True, progress=lambda *at: seen.append(at))
    whole = pack.evaluate(TABLES)
    assert programme.kpis.to_dicts() == whole.programme.to_dicts()
    assert programme.roots == whole.roots
    assert parts(tmp_path / "out", "kpis") == whole.kpis.to_dicts()
    assert parts(tmp_path / "out", "obligations") == whole.obligations.to_polars().filter(pl.col("alliance").is_not_null()).to_dicts()
    assert parts(tmp_path / "out", "records/revenue") == whole.records("revenue").to_dicts()
    assert pl.read_parquet(tmp_path / "out/programme.parquet").to_dicts() == whole.programme.to_dicts()
    assert seen[0][0] == 0 and seen[-1][0] == seen[-1][1] > 5


def test_what_was_stopped_goes_on(pack: guiju.Pack, folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"

    def stop(done: int, _total: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        guiju.evaluate_parquet(folder, out, pack, rows=700, workers=1, progress=stop)
    done = {path: path.stat().st_mtime_ns for path in (out / "partial/turn-1").iterdir()}
    assert 3 <= len(done) < 12
    # As a run that was killed while it wrote leaves them.
    (out / "kpis/.guiju-part-00009.parquet").write_bytes(b"PAR1")
    (out / "partial/turn-1/.guiju-part-00009.jsonl").write_bytes(b"{")
    programme = guiju.evaluate_parquet(folder, out, pack, rows=700)
    assert programme.kpis.to_dicts() == pack.evaluate(TABLES).programme.to_dicts()
    assert {path: path.stat().st_mtime_ns for path in done} == done
    assert not list(out.rglob(".guiju-*"))


def test_parts_of_something_else_are_not_taken(pack: guiju.Pack, folder: Path, tmp_path: Path) -> None:
    guiju.evaluate_parquet(folder, tmp_path, pack, rows=4000)
    with pytest.raises(guiju.Error, match="parts of other data, rules or settings"):
        guiju.evaluate_parquet(folder, tmp_path, pack.with_parameters(collaboration_share="15%"), rows=4000)
    (tmp_path / "other").mkdir()
    (tmp_path / "other/notes.txt").write_text("mine")
    with pytest.raises(guiju.Error, match="is not empty"):
        guiju.evaluate_parquet(folder, tmp_path / "other", pack)


def test_tables_in_folders_by_root(pack: guiju.Pack, tmp_path: Path) -> None:
    for name, frame in TABLES.items():
        (tmp_path / "in").mkdir(exist_ok=True)
        if name == "revenue":
            for (key,), rows in frame.group_by("alliance"):
                part = tmp_path / f"in/revenue/alliance={key}"
                part.mkdir(parents=True)
                rows.drop("alliance").write_parquet(part / "0.parquet")
        else:
            frame.write_parquet(tmp_path / f"in/{name}.parquet")
    programme = guiju.evaluate_parquet(tmp_path / "in", tmp_path / "out", pack, rows=2000)
    assert programme.kpis.to_dicts() == pack.evaluate(TABLES).programme.to_dicts()


def written(folder: Path, **tables: pl.DataFrame) -> Path:
    folder.mkdir()
    for name, frame in tables.items():
        frame.write_parquet(folder / f"{name}.parquet")
    return folder


MARKETS = pl.DataFrame({"id": ["A", "B", "C"], "area": ["north", "south", "south"], "grant": [100, 200, 300]})
STALLS = pl.DataFrame({"market": ["A", "B", "C"], "name": ["a", "b", "c"], "fee": [10, 20, 30], "opened": ["108/02/01"] * 3})


def test_what_is_not_sorted_is_named(shops: guiju.Pack, tmp_path: Path) -> None:
    data = written(tmp_path / "in", market=MARKETS, shop=STALLS[[1, 0, 2]])
    with pytest.raises(guiju.DataError, match="shop: row 1 has market `A` after `B`"):
        guiju.evaluate_parquet(data, tmp_path / "out", shops)


def test_a_row_of_no_root_is_an_error_and_not_dropped(shops: guiju.Pack, tmp_path: Path) -> None:
    stray = STALLS.with_columns(market=pl.Series(["A", "AA", "ZZ"]))
    data = written(tmp_path / "in", market=MARKETS, shop=stray)
    with pytest.raises(guiju.DataError, match="(?s)part 2 of 5.*AA"):
        guiju.evaluate_parquet(data, tmp_path / "out", shops, rows=1, workers=1)


def test_rows_of_an_error_count_those_of_its_part(shops: guiju.Pack, tmp_path: Path) -> None:
    data = written(tmp_path / "in", market=MARKETS, shop=STALLS.with_columns(fee=pl.Series(["10", "20", "x"])))
    with pytest.raises(guiju.DataError, match="part 3 of 3, whose rows are counted from: market 2, shop 2") as caught:
        guiju.evaluate_parquet(data, tmp_path / "out", shops, rows=1, workers=1)
    assert [(found.file, found.row) for found in caught.value.diagnostics] == [("shop", 0)]


@pytest.mark.parametrize("rows", [1, 100])
def test_what_is_given_for_the_programme_reaches_every_part(tmp_path: Path, rows: int) -> None:
    rules = """
pack p
source g { 1 }
entity programme { budget: money? }
entity shop { key id: text  fee: money }
kpi due = fee because "示範"
kpi all_due for programme = sum(due) because "示範"
kpi of_budget for programme as % = sum(due) / programme.budget because "示範"
kpi aim for programme as % = sum(due) / target(all_due) because "示範"
"""
    (tmp_path / "p.guiju").write_text(rules, encoding="utf-8")
    pack = guiju.load(tmp_path / "p.guiju", locale="en")
    tables = {
        "shop": pl.DataFrame({"id": ["A", "B"], "fee": [1, 2]}),
        "programme": pl.DataFrame({"budget": [12]}),
        "targets": pl.DataFrame({"shop": [None], "kpi": ["all_due"], "value": [6]}, schema_overrides={"shop": pl.String}),
    }
    programme = guiju.evaluate_parquet(written(tmp_path / "in", **tables), tmp_path / "out", pack, rows=rows)
    assert programme.kpis.to_dicts() == pack.evaluate(tables).programme.to_dicts()
    assert [str(row["value"]) for row in programme.kpis.to_dicts()] == ["3.000000", "0.250000", "0.500000"]


def conformance(name: str) -> tuple[guiju.Pack, dict[str, Any]]:
    folder = REPOSITORY / "rules/conformance/constructs" / name
    document = json.loads((folder / "data.json").read_text(encoding="utf-8"))
    return guiju.load(folder / "pack", locale="en"), document


def test_every_part_has_what_all_roots_share(tmp_path: Path) -> None:
    rules = """
pack p
source g { 1 }
entity city in programme { key name: text  rate: money }
entity trip { key id: text  city: city  nights: int }
kpi due = nights * city.rate because "示範"
kpi all_due for programme = sum(due) because "示範"
"""
    (tmp_path / "p.guiju").write_text(rules, encoding="utf-8")
    pack = guiju.load(tmp_path / "p.guiju", locale="en")
    tables = {
        "city": pl.DataFrame({"name": ["Taipei", "Hualien"], "rate": [5, 3]}),
        "trip": pl.DataFrame({"id": ["A", "B", "C"], "city": ["Hualien", "Taipei", "Hualien"], "nights": [1, 2, 4]}),
    }
    whole = pack.evaluate(tables)
    assert [str(row["value"]) for row in whole.kpis.to_dicts()] == ["3.000000", "10.000000", "12.000000"]
    data = written(tmp_path / "in", **tables)
    programme = guiju.evaluate_parquet(data, tmp_path / "out", pack, rows=1, records=True)
    assert programme.kpis.to_dicts() == whole.programme.to_dicts() and len(programme.kpis) == 1
    assert parts(tmp_path / "out", "kpis") == whole.kpis.to_dicts()
    assert len(list((tmp_path / "out/partial/turn-1").iterdir())) == 3
    assert [path.name for path in (tmp_path / "out/records/city").iterdir()] == ["part-00000.parquet"]
    assert len(list((tmp_path / "out/records/trip").iterdir())) == 3


def test_rules_that_go_back_take_turns(tmp_path: Path) -> None:
    rules = """
pack p
source g { 1 }
entity shop { key id: text  region: north | south  fee: money? }
kpi due = fee because "示範"
kpi all_due for programme by region = sum(due) because "示範"
kpi share as % = due / programme.all_due because "示範"
kpi most for programme as % = maximum(share) because "示範"
award big for programme from shop {
  require share >= 10% else "少"
  order highest share
  places 2
} because "示範"
kpi behind as % = programme.most - share because "示範"
kpi widest for programme as % = maximum(behind) because "示範"
"""
    (tmp_path / "p.guiju").write_text(rules, encoding="utf-8")
    pack = guiju.load(tmp_path / "p.guiju", locale="en")
    assert pack.turns == 3
    frame = pl.DataFrame({"id": list("ABCDE"), "region": ["north", "south", "north", "south", "north"], "fee": [4, 1, 3, 2, 0]})
    for fee in (0, None):
        shops = frame.with_columns(pl.when(pl.col("id") == "E").then(fee).otherwise("fee").alias("fee"))
        whole = pack.evaluate({"shop": shops})
        data = written(tmp_path / f"in-{fee}", shop=shops)
        seen: list[tuple[int, int]] = []
        out = tmp_path / f"out-{fee}"
        programme = guiju.evaluate_parquet(data, out, pack, rows=1, progress=lambda *at: seen.append(at))
        assert seen[-1] == (15, 15) and seen == sorted(seen)
        told = ["kpi", "state", "value", "low", "high"]
        assert programme.kpis.to_polars().select(told).to_dicts() == whole.programme.to_polars().select(told).to_dicts()
        columns = ["shop", *told]
        found = pl.concat([pl.read_parquet(path) for path in sorted((out / "kpis").glob("*.parquet"))]).select(columns)
        assert found.to_dicts() == whole.kpis.to_polars().select(columns).to_dicts()
        # Nothing is judged again.
        again: list[tuple[int, int]] = []
        guiju.evaluate_parquet(data, out, pack, rows=1, progress=lambda *at: again.append(at))
        assert again == [(5, 15), (10, 15), (15, 15)]


def test_a_key_claimed_in_two_parts_is_an_error(tmp_path: Path) -> None:
    rules = """
pack p
source g { 1 }
entity market { key id: text }
entity shop in market { key id: text  proof: text? }
tally shops in 家 from shop { count } @ 1
once proofs by proof
  between shops
  within programme by market
  keep none
  else "twice"
  @ 1
kpi all for programme = sum(shops) because "示範"
"""
    (tmp_path / "p.guiju").write_text(rules, encoding="utf-8")
    pack = guiju.load(tmp_path / "p.guiju", locale="en")
    market = pl.DataFrame({"id": ["A", "B"]})
    shop = pl.DataFrame({"market": ["A", "B"], "id": ["1", "2"], "proof": ["x", "x"]})
    data = written(tmp_path / "in", market=market, shop=shop)
    with pytest.raises(guiju.DataError, match="`x` is claimed by `A`, `B` in different parts"):
        guiju.evaluate_parquet(data, tmp_path / "apart", pack, rows=1)
    together = guiju.evaluate_parquet(data, tmp_path / "together", pack, rows=100)
    assert together.kpis.to_dicts() == pack.evaluate({"market": market, "shop": shop}).programme.to_dicts()


def test_awards_among_roots_are_those_of_all(tmp_path: Path) -> None:
    pack, document = conformance("awards_budget")
    result = pack.evaluate(document)
    tables = {name: result.data(name).to_polars() for name in (*pack.entities, "targets", "previous") if len(result.data(name))}
    tables = {name: frame.sort(frame.columns[0]) for name, frame in tables.items()}
    whole = pack.evaluate(tables)
    programme = guiju.evaluate_parquet(written(tmp_path / "in", **tables), tmp_path / "out", pack, rows=1)
    expected = whole.awards.to_polars().filter(pl.col("key").is_null())
    assert programme.awards.to_dicts() == expected.to_dicts() and len(expected)
    assert pl.read_parquet(tmp_path / "out/programme_awards.parquet").to_dicts() == expected.to_dicts()
