"""Receipts: made here by the documents of in-toto and DSSE, so that nothing of what is checked made them."""

import base64
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import guiju
import pytest
from conftest import SHOPS
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

KIND = "application/vnd.in-toto+json"
DATA = '{"markets": [{"id": "M1", "area": "north", "grant": 100, "shop": [{"name": "S1", "fee": 50, "opened": "2019-02-01"}]}]}'


def sha(data: bytes) -> dict[str, str]:
    return {"sha256": hashlib.sha256(data).hexdigest()}


@dataclass
class Sealed:
    """The files of a result and its receipt."""

    folder: Path
    pack: guiju.Pack
    key: Ed25519PrivateKey

    def path(self, name: str) -> Path:
        return self.folder / name

    def verify(self, pack: guiju.Pack | None = None, **given: Any) -> guiju.Verification:
        return guiju.verify(self.path("receipt.json"), pack or self.pack, self.path("data.json"), **{"key": self.path("public.pem"), **given})

    def write(self, *, signed: bool = True, **changed: Any) -> None:
        result = self.path("result.json").read_bytes()
        rules = self.path("shops/shops.guiju").read_bytes()
        materials = [
            {"name": "shops.guiju", "digest": sha(rules), "annotations": {"role": "rules", "edition": "shops"}},
            {"name": "data.json", "digest": sha(self.path("data.json").read_bytes()), "annotations": {"role": "data"}},
        ]
        options = {"records": "true", "locale": "en"}
        predicate = {"engine": {"name": "guiju", "version": guiju.__version__}, "pack": "shops", "options": options, "materials": materials}
        statement = {
            "_type": "https://in-toto.io/Statement/v1",
            "subject": [{"name": "result.json", "digest": sha(result)}],
            "predicateType": "urn:guiju:evaluation:1",
            "predicate": {**predicate, **changed},
        }
        payload = json.dumps(statement, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        message = b"DSSEv1 %d %s %d %s" % (len(KIND), KIND.encode(), len(payload), payload)
        signatures = [{"keyid": "mine", "sig": base64.b64encode(self.key.sign(message)).decode()}] if signed else []
        envelope = {"payloadType": KIND, "payload": base64.b64encode(payload).decode(), "signatures": signatures}
        self.path("receipt.json").write_text(json.dumps(envelope))


def pem(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


@pytest.fixture
def sealed(tmp_path: Path) -> Sealed:
    (tmp_path / "shops").mkdir()
    (tmp_path / "shops/shops.guiju").write_text(SHOPS, encoding="utf-8")
    (tmp_path / "data.json").write_text(DATA)
    made = Sealed(tmp_path, guiju.load(tmp_path / "shops", locale="en"), Ed25519PrivateKey.generate())
    result = made.pack.evaluate_path(tmp_path / "data.json").to_json(records=True) + "\n"
    (tmp_path / "result.json").write_text(result, encoding="utf-8")
    (tmp_path / "public.pem").write_bytes(pem(made.key))
    made.write()
    return made


def wrong(found: guiju.Verification) -> dict[tuple[str, str | None], str]:
    """What is not as the receipt says."""
    return {(row["check"], row["name"]): row["status"] for row in found.checks.to_dicts() if row["status"] not in ("same", "right")}


def test_all_is_as_the_receipt_says(sealed: Sealed) -> None:
    found = sealed.verify(result=sealed.path("result.json"))
    assert found.verified and found.signature == "right" and not wrong(found)
    checks = [(row["check"], row["edition"], row["name"]) for row in found.checks.to_dicts()]
    assert ("rules", "shops", "shops.guiju") in checks and ("data", None, "data.json") in checks and ("result_file", None, "result.json") in checks


def test_a_changed_byte_of_data_is_named(sealed: Sealed) -> None:
    sealed.path("data.json").write_text(DATA.replace("50", "51"))
    found = sealed.verify()
    assert not found.verified
    assert wrong(found) == {("data", "data.json"): "changed", ("result", None): "changed"}
    row = next(row for row in found.checks.to_dicts() if row["check"] == "data")
    assert row["stated"] == sha(DATA.encode())["sha256"] and row["found"] == sha(DATA.replace("50", "51").encode())["sha256"]


def test_a_blank_that_changes_no_value_is_a_change_of_the_file_only(sealed: Sealed) -> None:
    sealed.path("data.json").write_text(DATA + "\n")
    assert wrong(sealed.verify()) == {("data", "data.json"): "changed"}


def test_data_that_cannot_be_judged_any_more_is_compared(sealed: Sealed) -> None:
    sealed.path("data.json").write_text(DATA.replace("50", '"x"'))
    found = sealed.verify()
    assert wrong(found) == {("data", "data.json"): "changed", ("result", None): "changed"}
    result = next(row for row in found.checks.to_dicts() if row["check"] == "result")
    assert result["found"] is None and "x" in result["place"]


def test_other_rules_are_named(sealed: Sealed) -> None:
    sealed.path("shops/shops.guiju").write_text(SHOPS.replace("too early", "too soon"), encoding="utf-8")
    found = sealed.verify(guiju.load(sealed.path("shops"), locale="en"))
    # A result names the digests of its rules.
    assert wrong(found) == {("rules", "shops.guiju"): "changed", ("result", None): "changed"}
    sealed.path("shops/more.guiju").write_text('kpi more "更多" / "more" = fees * 2 @ 1\n', encoding="utf-8")
    found = sealed.verify(guiju.load(sealed.path("shops"), locale="en"))
    assert wrong(found)[("rules", "more.guiju")] == "added"


def test_the_first_value_that_differs_in_a_copy_is_named(sealed: Sealed) -> None:
    text = sealed.path("result.json").read_text(encoding="utf-8")
    sealed.path("copy.json").write_text(text.replace('"value": "50"', '"value": "60"', 1), encoding="utf-8")
    row = sealed.verify(result=sealed.path("copy.json")).checks.to_dicts()[-1]
    assert (row["check"], row["status"], row["stated"], row["found"]) == ("result_file", "changed", '"50"', '"60"')
    assert row["place"].endswith("/value")
    sealed.path("copy.json").write_text(text + " ", encoding="utf-8")
    row = sealed.verify(result=sealed.path("copy.json")).checks.to_dicts()[-1]
    assert row["status"] == "changed" and row["place"] == f"byte {len(text.encode()) + 1}"


@pytest.mark.parametrize("part", ["payload", "sig"])
def test_a_changed_byte_of_the_receipt_is_found(sealed: Sealed, part: str) -> None:
    envelope = json.loads(sealed.path("receipt.json").read_text())
    if part == "payload":
        payload = base64.b64decode(envelope["payload"]).replace(b'"locale":"en"', b'"locale":"eN"')
        envelope["payload"] = base64.b64encode(payload).decode()
    else:
        signature = bytearray(base64.b64decode(envelope["signatures"][0]["sig"]))
        signature[7] ^= 1
        envelope["signatures"][0]["sig"] = base64.b64encode(signature).decode()
    sealed.path("receipt.json").write_text(json.dumps(envelope))
    found = sealed.verify()
    assert not found.verified and found.signature == "wrong" and ("signature", None) in wrong(found)


def test_only_the_key_that_is_given_counts(sealed: Sealed) -> None:
    sealed.path("other.pem").write_bytes(pem(Ed25519PrivateKey.generate()))
    assert sealed.verify(key=sealed.path("other.pem")).signature == "wrong"
    with pytest.raises(guiju.Error, match="give the public key that you trust"):
        sealed.verify(key=None)
    with pytest.raises(guiju.Error, match="no Ed25519 public key"):
        sealed.verify(key=sealed.path("data.json"))


def test_an_unsigned_receipt_says_so(sealed: Sealed) -> None:
    sealed.write(signed=False)
    found = sealed.verify(key=None)
    assert found.verified and found.signature == "absent"
    assert not sealed.verify().verified


def test_another_engine_or_pack_is_named(sealed: Sealed) -> None:
    sealed.write(engine={"name": "guiju", "version": "0.0.1"}, pack="markets")
    found = sealed.verify()
    assert wrong(found) == {("engine", None): "changed", ("pack", None): "changed"}


def test_what_is_no_receipt_is_an_error(sealed: Sealed) -> None:
    with pytest.raises(guiju.Error, match="no receipt"):
        guiju.verify(sealed.path("data.json"), sealed.pack, sealed.path("data.json"))
