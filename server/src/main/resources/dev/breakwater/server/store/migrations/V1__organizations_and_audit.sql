-- Times are microseconds since 1970 (names end in _us), identifiers are canonical UUID texts, flags are 0 or 1.

CREATE TABLE organization (
    organization_id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    enabled INTEGER NOT NULL,
    created_us BIGINT NOT NULL
);

-- Only ever inserted into. No foreign key to organization: a refusal may name nobody, and the log outlives what it tells of.
CREATE TABLE audit_entry (
    sequence BIGINT PRIMARY KEY,
    at_us BIGINT NOT NULL,
    organization_id TEXT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    details TEXT NOT NULL,
    hash TEXT NOT NULL
);

CREATE INDEX audit_entry_by_organization ON audit_entry (organization_id, sequence);
