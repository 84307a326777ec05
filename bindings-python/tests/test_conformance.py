"""The corpus that every implementation gives the same bytes for: `rules/conformance`, run as its README says."""

import json
from pathlib import Path

import guiju
import pytest
from conftest import REPOSITORY

CORPUS = REPOSITORY / "rules/conformance"
MARKS = [*CORPUS.rglob("pack.txt"), *CORPUS.rglob("years.txt"), *(path for path in CORPUS.rglob("pack") if path.is_dir())]
CASES = sorted({path.parent for path in MARKS})


def test_there_are_cases() -> None:
    assert len(CASES) > 100 and any((case / "years.txt").exists() for case in CASES)


def run(case: Path, locale: str) -> tuple[str | None, list[guiju.Diagnostic]]:
    """The result, where there is one, and the findings."""
    if (case / "years.txt").exists():
        return several(case, locale)
    name = case / "pack.txt"
    findings: list[guiju.Diagnostic] = []
    try:
        pack = guiju.load(name.read_text(encoding="utf-8").strip() if name.exists() else "pack", locale=locale)
        findings += pack.check()
        data = next((data for data in ("data.json", "data.jsonl", "data") if Path(data).exists()), None)
        if data is None:
            return None, findings
        previous = "previous.json" if Path("previous.json").exists() else None
        result = pack.evaluate_path(data, previous=previous)
    except guiju.Error as error:
        return None, findings + list(error.diagnostics)
    return written(result) + "\n", findings + list(result.warnings)


def several(case: Path, locale: str) -> tuple[str, list[guiju.Diagnostic]]:
    """The results of several years, each with what the one before it found, and what was said of their data."""
    results: list[guiju.Result] = []
    for line in (case / "years.txt").read_text(encoding="utf-8").splitlines():
        pack, data = line.split(" ")
        results.append(guiju.load(pack, locale=locale).evaluate_path(data, previous=results[-1] if results else None))
    return "[\n" + ",\n".join(map(written, results)) + "\n]\n", [found for result in results for found in result.warnings]


def written(result: guiju.Result) -> str:
    """As the corpus has it: the version of the engine changes with every release."""
    return result.to_json(records=True).replace(f'"engine": "{guiju.__version__}"', '"engine": "*"', 1)


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case.relative_to(CORPUS)))
def test_case(case: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(case)
    seen = False
    for locale, mark in (("zh-TW", ""), ("en", ".en")):
        expected = {name: case / f"{name}{mark}.json" for name in ("expected", "diagnostics")}
        if mark and not any(path.exists() for path in expected.values()):
            continue
        result, findings = run(case, locale)
        said = json.dumps({"diagnostics": [found.to_dict() for found in findings]}, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
        for name, found in (("expected", result), ("diagnostics", said if findings else None)):
            path = expected[name]
            if path.exists() or not mark:
                seen = True
                assert (path.read_bytes() if path.exists() else None) == (None if found is None else found.encode())
    assert seen
