# The workload in Rego: verdicts of records, figures of an alliance. Amounts are whole cents, since other numbers are binary fractions.
package workload

categories := ["fee", "service", "transfer", "collaboration", "other"]

company(m) if {
	m.kind in {"company", "foundation"}
	m.origin == "foreign"
}

company(m) if {
	m.kind in {"company", "foundation"}
	m.origin == "domestic"
	m.registered
}

current(m) if {
	m.contract.start <= 20027
	m.contract.end >= 20027
}

member_verdict(m) := 0 if {
	not company(m)
} else := 2 if {
	not current(m)
} else := 3 if {
	not m.sealed
} else := 1

revenue_verdict(r) := 2 if {
	r.source != "cash"
	r.category in {"fee", "service", "other"}
} else := 3 if {
	not r.stamped
} else := 4 if {
	not r.labelled
	not r.explained
	r.category in {"fee", "service"}
} else := 5 if {
	r.amount < 100000
	r.category == "collaboration"
} else := 6 if {
	r.received < 19754
} else := 6 if {
	r.received > 20119
} else := 1

members := [member_verdict(m) | some m in input.member]

own := [revenue_verdict(r) | some r in input.revenue]

# Pairs of a document and a category, in the order of documents: two neighbours with one document are two categories.
uses := {[r.evidence, r.category] | some i, r in input.revenue; own[i] == 1}

documents := [use[0] | some use in uses]

twice := {document | some i, document in documents; i > 0; documents[i - 1] == document}

final(i, r) := 9 if {
	own[i] == 1
	r.evidence in twice
} else := own[i]

revenues := [final(i, r) | some i, r in input.revenue]

sums := [sum([r.amount | some i, r in input.revenue; revenues[i] == 1; r.category == category]) | some category in categories]

revenue := (10 * (((sums[0] + sums[1]) + sums[2]) + sums[4])) + (3 * sums[3])

member_count := count([1 | some verdict in members; verdict == 1])

result := {
	"member_verdicts": members,
	"revenue_verdicts": revenues,
	"members": member_count,
	"sums": sums,
	"services": count([1 | some i, r in input.revenue; revenues[i] == 1; r.category == "service"]),
	"revenue": revenue,
	"above": revenue > 10 * input.grant,
	"enough": member_count >= 10,
}
