"""Parts of the data judged as tasks of Ray, and the programme put together where they are asked for (``pip install "guiju[ray]"``).

    judged = guiju.ray.evaluate(pack, [{"alliance": frame, "revenue": frame}, …])
    ray.get(judged.tables("kpis"))
    print(judged.programme.to_json())

Not here: judging a part, which is `guiju.Pack.evaluate`, and putting parts together, which is `guiju.Pack.combine`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from guiju._errors import DataError
from guiju._tables import plain, table_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from os import PathLike

    import ray

    from guiju import Pack, Programme, Result

__all__ = ["Judged", "evaluate"]


class Judged:
    """Data that was judged. Its tables stay in the object store as long as this is there."""

    def __init__(self, programme: Programme, parts: dict[str, list[ray.ObjectRef[Any]]]) -> None:
        self._programme, self._parts = programme, parts

    @property
    def programme(self) -> Programme:
        """What was found over all roots."""
        return self._programme

    def tables(self, name: str) -> list[ray.ObjectRef[Any]]:
        """A table that was asked for: a reference to a table of pyarrow for each part, in their order."""
        if name not in self._parts:
            raise DataError(f"there is no table {name} here; there are {', '.join(self._parts)}: ask for others by `kept=`")
        return list(self._parts[name])


def evaluate(
    pack: Pack,
    parts: Iterable[Mapping[str, Any] | ray.ObjectRef[Any]],
    *,
    kept: Iterable[str] = ("kpis", "obligations"),
    floats: str | None = None,
    previous: Result | str | PathLike[str] | None = None,
) -> Judged:
    """Judges parts of the data, each with all records of some roots and the same records of the programme.

    A part is what `guiju.Pack.evaluate` takes, frames by the names of their tables, or a reference to it. ``kept`` names the tables to be had
    afterwards: ``kpis``, ``obligations``, ``awards``, ``issues``, ``problems``, ``records:revenue``. The rest as in `guiju.Pack.evaluate`; a path of
    ``previous`` has to be there on every node. Rules that go back from the programme to its roots are judged in `guiju.Pack.turns`.

    Raises `guiju.DataError` where one root is in two parts, and where a rule of non-duplication within the programme finds one key claimed in two
    parts. What is wrong with the data of a part is raised as the cause of a `ray.exceptions.RayTaskError`.
    """
    import ray

    names = list(kept)
    there = ray.put(pack)
    data = [part if isinstance(part, ray.ObjectRef) else ray.put(dict(part)) for part in parts]
    task = ray.remote(_judge).options(num_returns=len(names) + 1)
    programme, judged = pack.combine([]), []  # type: tuple[Programme, list[list[ray.ObjectRef[Any]]]]
    for _ in range(pack.turns):
        given = ray.put({"floats": floats, "previous": previous, "part_of": programme})
        judged = [_listed(task.remote(there, part, given, names)) for part in data]
        programme = pack.combine(ray.get([part[-1] for part in judged]))
    return Judged(programme, {name: [part[at] for part in judged] for at, name in enumerate(names)})


def _judge(pack: Pack, part: Mapping[str, Any], given: dict[str, Any], kept: list[str]) -> Any:
    """The tables of a part, and what the programme needs of it."""
    result = pack.evaluate(part, **given)
    tables = [plain(table_of(result, name)) for name in kept]
    return (*tables, result.partial()) if tables else result.partial()


def _listed(references: Any) -> list[Any]:
    """Of one return there is one reference."""
    return list(references) if isinstance(references, list) else [references]
