// Records that count by edition 108, for tests.

export function member(changes = {}) {
  return {
    name: "甲公司", kind: "company", origin: "domestic", registered: true, contract: { start: "2019-02-01", end: "2020-01-31" },
    contract_kind: "membership", contract_signatory: "pi", member_seal: "company_and_owner", institution_seal: "college", pi_signed: true,
    renewal: false, fee: "50000", region: "north", responsible_person: "王", address: "臺北市", phone: "02-2700-0000", ...changes,
  };
}

export function receipt(id, changes = {}) {
  return {
    id, category: "membership_fee", source: "cash", payer: "甲公司", payer_kind: "company", amount: "50000", received: "2019-05-01",
    receipt_stamped: true, label_matches: true, evidence: id, ...changes,
  };
}

export function alliance(members = 1, receipts = 1) {
  return {
    id: "A1", name: "示範聯盟", host: "示範大學", field: "ict", phase: 2, phase_year: 3, grant: "2400000",
    member: Array.from({ length: members }, (_, n) => member({ name: `第 ${n} 公司` })),
    revenue: Array.from({ length: receipts }, (_, n) => receipt(`R${n}`)),
    targets: { company_members: "24", operating_revenue: "3000000" },
  };
}

export const sample = () => ({ alliances: [alliance(3, 5)] });
