CREATE TABLE audit (
	number INTEGER NOT NULL,
	at {moment} NOT NULL,
	actor TEXT NOT NULL,
	action VARCHAR(40) NOT NULL,
	subject TEXT NOT NULL,
	detail JSON NOT NULL,
	previous VARCHAR(64) NOT NULL,
	digest VARCHAR(64) NOT NULL,
	PRIMARY KEY (number),
	UNIQUE (previous),
	UNIQUE (digest)
);
CREATE TABLE casebook_schema (
	version INTEGER NOT NULL,
	PRIMARY KEY (version)
);
CREATE TABLE lead (
	number {serial} NOT NULL,
	identity_id VARCHAR(64) NOT NULL,
	identity JSON NOT NULL,
	why TEXT NOT NULL,
	score_parts JSON NOT NULL,
	status VARCHAR(20) NOT NULL,
	disposition VARCHAR(20),
	authority TEXT,
	handling VARCHAR(20) NOT NULL,
	created_by TEXT NOT NULL,
	created_at {moment} NOT NULL,
	PRIMARY KEY (number)
);
CREATE INDEX ix_lead_identity_id ON lead (identity_id);
INSERT INTO casebook_schema VALUES (1);
INSERT INTO audit VALUES (1, '2026-03-01 12:00:00.250000{utc}', 'ana', 'lead.add', 'lead-1', '{"identity": "id-250e0c910f3bd484", "handling": "red", "why": "fentanyl on two markets"}', '0000000000000000000000000000000000000000000000000000000000000000', 'f1b5040f65a18b3c09b87aae44a329a3edf0d22b113f95cace5080fec1d88bb1');
INSERT INTO audit VALUES (2, '2026-03-01 12:00:00.250000{utc}', 'cy', 'lead.export', 'lead-1', '{"format": "csv"}', 'f1b5040f65a18b3c09b87aae44a329a3edf0d22b113f95cace5080fec1d88bb1', '313a83e3e7e53a0288991f1bc8c5003992dcac10d41bd2fbf2d88b25b90f8456');
INSERT INTO lead (identity_id, identity, why, score_parts, status, disposition, authority, handling, created_by, created_at) VALUES ('id-250e0c910f3bd484', '{"identity_id": "id-250e0c910f3bd484", "accounts": [{"id": "alpha/greenleaf", "market": "alpha", "handle": "GreenLeaf"}, {"id": "beta/=greenleaf\u001b[2j", "market": "beta", "handle": "=GreenLeaf\u001b[2J"}], "links": [{"a": "alpha/greenleaf", "b": "beta/=greenleaf\u001b[2j", "probability": 0.9979959893055618, "match_weight": 8.96, "evidence": [{"kind": "pgp_key", "value": "A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1", "weight": 22.25, "seen_a": [{"record": "vendor:alpha/greenleaf", "field": "pgp_keys", "capture_id": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}], "seen_b": [{"record": "vendor:beta/=greenleaf\u001b[2j", "field": "pgp_keys", "capture_id": "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"}]}]}]}', 'fentanyl on two markets', '{}', 'new', NULL, 'US-2026-17', 'red', 'ana', '2026-03-01 12:00:00.250000{utc}');
