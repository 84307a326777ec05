"""The workload in OpenFisca: two systems, one whose persons are members and one whose persons are revenues.

A system has one kind of person, and its groups are given with the data: alliances, and documents for what is used twice. Amounts are
cents in its 32-bit integers; the total does not fit them, and is a 32-bit float that only comes near.
"""

from importlib.metadata import version

import numpy as np
import polars as pl
from openfisca_core.entities import build_entity
from openfisca_core.model_api import YEAR, Variable
from openfisca_core.simulations import Simulation, SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from workload import AUDIT, CODES, NAMES, YEAR_END, YEAR_START, often, seconds, serve, write

PERIOD = "2024"
RECORD = build_entity("record", "records", "A record", is_person=True)
ROLES = [{"key": "part", "plural": "parts"}]
ALLIANCE = build_entity("alliance", "alliances", "An alliance", roles=ROLES)
DOCUMENT = build_entity("document", "documents", "A document", roles=ROLES)


def variable(name, entity, kind, formula=None):
    """A variable as a class, the form that OpenFisca wants."""
    body = {"value_type": kind, "entity": entity, "definition_period": YEAR}
    return type(name, (Variable,), body | ({"formula": formula} if formula else {}))


def member_verdict(record, period):
    kind, origin = record("kind", period), record("origin", period)
    company = (kind <= 1) * ((origin == 1) + (origin == 0) * record("registered", period))
    outside = (record("start", period) > AUDIT) + (record("end", period) < AUDIT)
    return np.select([~company, outside, ~record("sealed", period)], [0, 2, 3], 1)


def own(record, period):
    category, received = record("category", period), record("received", period)
    told = record("labelled", period) + record("explained", period)
    reasons = [
        (category != 2) * (category != 3) * (record("source", period) != 0),
        ~record("stamped", period),
        (category <= 1) * ~told,
        (category == 3) * (record("amount", period) < 100_000),
        (received < YEAR_START) + (received > YEAR_END),
    ]
    return np.select(reasons, [2, 3, 4, 5, 6], 1)


def uses(document, period):
    counted, category = document.members("own", period) == 1, document.members("category", period)
    return sum(document.any(counted * (category == at)).astype(int) for at in range(5))


def verdict(record, period):
    judged = record("own", period)
    return np.where((judged == 1) * (record.document("uses", period) > 1), 9, judged)


def sum_of(at):
    def formula(alliance, period):
        counted = (alliance.members("verdict", period) == 1) * (alliance.members("category", period) == at)
        return alliance.sum(alliance.members("amount", period) * counted)

    return formula


def services(alliance, period):
    return alliance.sum((alliance.members("verdict", period) == 1) * (alliance.members("category", period) == 1))


def total(alliance, period):
    """Tenths of a cent in the 64 bits of numpy, as long as it stays inside a formula."""
    sums = [alliance(f"sum{at}", period).astype(np.int64) for at in range(5)]
    return 10 * (sums[0] + sums[1] + sums[2] + sums[4]) + 3 * sums[3]


def above(alliance, period):
    return total(alliance, period) > 10 * alliance("grant", period).astype(np.int64)


def system(entities, *variables) -> TaxBenefitSystem:
    made = TaxBenefitSystem(entities)
    for each in variables:
        made.add_variable(variable(*each))
    return made


MEMBERS = system(
    [RECORD, ALLIANCE],
    *((name, RECORD, int) for name in ("kind", "origin", "start", "end")),
    *((name, RECORD, bool) for name in ("registered", "sealed")),
    ("verdict", RECORD, int, member_verdict),
    ("members", ALLIANCE, int, lambda alliance, period: alliance.sum(alliance.members("verdict", period) == 1)),
    ("enough", ALLIANCE, bool, lambda alliance, period: alliance("members", period) >= 10),
)
REVENUES = system(
    [RECORD, ALLIANCE, DOCUMENT],
    *((name, RECORD, int) for name in ("category", "source", "received", "amount")),
    *((name, RECORD, bool) for name in ("stamped", "labelled", "explained")),
    ("grant", ALLIANCE, int),
    ("own", RECORD, int, own),
    ("uses", DOCUMENT, int, uses),
    ("verdict", RECORD, int, verdict),
    *((f"sum{at}", ALLIANCE, int, sum_of(at)) for at in range(5)),
    ("services", ALLIANCE, int, services),
    ("revenue", ALLIANCE, float, total),
    ("above", ALLIANCE, bool, above),
)
FOUND = {
    "members": ("verdict", "members", "enough"),
    "revenues": ("own", "uses", "verdict", "sum0", "sum1", "sum2", "sum3", "sum4", "services", "revenue", "above"),
}


def simulation(made: TaxBenefitSystem, table: pl.DataFrame, alliances: pl.DataFrame) -> Simulation:
    builder = SimulationBuilder()
    builder.create_entities(made)
    builder.declare_person_entity("record", table["record"].to_numpy())
    groups = {"alliance": (alliances["alliance"].to_numpy(), table["alliance"].to_numpy())}
    if "evidence" in table.columns:
        # A document belongs to one alliance; another may have one of the same number.
        of_record = table["alliance"].to_numpy() << 32 | table["evidence"].to_numpy()
        groups["document"] = (np.unique(of_record), of_record)
    for name, (ids, of_record) in groups.items():
        builder.join_with_persons(builder.declare_entity(name, ids), of_record, np.zeros(table.height, int))
    built = builder.build(made)
    for name in made.variables:
        column = alliances["grant"] if name == "grant" else table[name] if name in table.columns else None
        if column is not None:
            built.set_input(name, PERIOD, column.to_numpy())
    return built


def simulations(tables: dict[str, pl.DataFrame]) -> dict[str, Simulation]:
    return {
        "members": simulation(MEMBERS, tables["member"], tables["alliance"]),
        "revenues": simulation(REVENUES, tables["revenue"], tables["alliance"]),
    }


def judge(built: dict[str, Simulation]) -> dict[str, dict[str, np.ndarray]]:
    for kind, names in FOUND.items():
        for name in names:
            built[kind].delete_arrays(name, PERIOD)
    return {kind: {name: built[kind].calculate(name, PERIOD) for name in names} for kind, names in FOUND.items()}


def answer() -> None:
    found = judge(ALL)
    revenues, members = found["revenues"], found["members"]
    columns = [members["members"], *(revenues[f"sum{at}"] for at in range(5)), revenues["services"]]
    columns += [np.rint(revenues["revenue"]).astype(np.int64), revenues["above"], members["enough"]]
    rows = [(at, *row) for at, row in enumerate(zip(*(column.tolist() for column in columns), strict=True))]
    write(rows, b"".join(bytes(found[kind]["verdict"].astype(np.uint8)) for kind in ("members", "revenues")))


TABLES = {name: pl.read_csv(CODES / f"{name}.csv") for name in NAMES}
ALL = simulations(TABLES)
ONE = simulations({name: table.filter(pl.col("alliance") == 0) for name, table in TABLES.items()})
serve(
    f"OpenFisca-Core {version('openfisca-core')}",
    {"run": lambda: seconds(lambda: judge(ALL)), "one": lambda: often(lambda: judge(ONE)), "answer": answer},
)
