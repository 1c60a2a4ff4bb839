-- The application firewall. Rules are JSON documents, {} where there are none any more.

CREATE TABLE product_firewall (
    product_id TEXT PRIMARY KEY REFERENCES product (product_id),
    organization_id TEXT NOT NULL REFERENCES organization (organization_id),
    rules TEXT NOT NULL,
    version BIGINT NOT NULL
);

CREATE INDEX product_firewall_by_organization ON product_firewall (organization_id);

CREATE TABLE organization_firewall (
    organization_id TEXT PRIMARY KEY REFERENCES organization (organization_id),
    rules TEXT NOT NULL,
    version BIGINT NOT NULL
);

-- Subjects are named as the audit log names them. Of one kind and subject one finding is open at most.
CREATE TABLE finding (
    finding_id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organization (organization_id),
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    evidence TEXT NOT NULL,
    state TEXT NOT NULL,
    first_us BIGINT NOT NULL,
    last_us BIGINT NOT NULL,
    count BIGINT NOT NULL,
    decided_by TEXT,
    decided_us BIGINT
);

CREATE INDEX finding_by_organization ON finding (organization_id, finding_id);
CREATE UNIQUE INDEX finding_open ON finding (organization_id, kind, subject) WHERE state = 'open';

-- Where devices were seen, as networks of the size of one site.
CREATE TABLE device_network (
    device_id TEXT NOT NULL REFERENCES device (device_id),
    network TEXT NOT NULL,
    organization_id TEXT NOT NULL REFERENCES organization (organization_id),
    first_us BIGINT NOT NULL,
    last_us BIGINT NOT NULL,
    PRIMARY KEY (device_id, network)
)${clustered};

-- What members and tokens have used of the API.
CREATE TABLE caller_operation (
    organization_id TEXT NOT NULL REFERENCES organization (organization_id),
    caller TEXT NOT NULL,
    operation TEXT NOT NULL,
    first_us BIGINT NOT NULL,
    PRIMARY KEY (organization_id, caller, operation)
)${clustered};

CREATE INDEX caller_operation_by_age ON caller_operation (organization_id, first_us);
