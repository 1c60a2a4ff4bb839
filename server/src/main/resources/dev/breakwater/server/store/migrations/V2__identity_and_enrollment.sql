-- Times are microseconds since 1970 (names end in _us), identifiers are canonical UUID texts, flags are 0 or 1,
-- hashes are 64 lower-case hexadecimal digits, certificate serial numbers are lower-case hexadecimal.

CREATE TABLE product (
    product_id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organization (organization_id),
    name TEXT NOT NULL,
    created_us BIGINT NOT NULL,
    UNIQUE (organization_id, name)
);

CREATE TABLE device (
    device_id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organization (organization_id),
    product_id TEXT NOT NULL REFERENCES product (product_id),
    serial TEXT NOT NULL,
    status TEXT NOT NULL,
    status_reason TEXT NOT NULL,
    status_changed_us BIGINT NOT NULL,
    confirmed_generation INTEGER NOT NULL,
    created_us BIGINT NOT NULL,
    last_connected_us BIGINT,
    version BIGINT NOT NULL
);

-- A revoked device keeps its row for the record; the hardware may come back, by a new enrollment, as a new device.
CREATE UNIQUE INDEX device_by_serial ON device (organization_id, serial) WHERE status <> 'REVOKED';
CREATE INDEX device_by_organization ON device (organization_id, device_id);

-- The certificate authority's ledger: a row is made before anything is signed, and filled in when it was.
CREATE TABLE issuance (
    serial_number TEXT PRIMARY KEY,
    subject_kind TEXT NOT NULL,
    device_id TEXT,
    device_serial TEXT,
    server_names TEXT,
    key_sha256 TEXT NOT NULL,
    basis_kind TEXT NOT NULL,
    basis_value TEXT NOT NULL,
    reserved_us BIGINT NOT NULL,
    reserved_not_after_us BIGINT NOT NULL,
    recorded_us BIGINT,
    fingerprint TEXT UNIQUE,
    certificate ${blob}
);

CREATE INDEX issuance_by_key ON issuance (key_sha256);

-- Whose a public key is, for ever: two subjects with one key are a copied firmware image.
CREATE TABLE certified_key (
    key_sha256 TEXT PRIMARY KEY,
    holder TEXT NOT NULL
);

-- What the registry admits.
CREATE TABLE credential (
    fingerprint TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organization (organization_id),
    device_id TEXT NOT NULL REFERENCES device (device_id),
    serial_number TEXT NOT NULL UNIQUE REFERENCES issuance (serial_number),
    key_sha256 TEXT NOT NULL REFERENCES certified_key (key_sha256),
    generation INTEGER NOT NULL,
    not_before_us BIGINT NOT NULL,
    not_after_us BIGINT NOT NULL,
    status TEXT NOT NULL,
    revoked_us BIGINT,
    UNIQUE (device_id, generation)
);

CREATE TABLE crl_number (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    last BIGINT NOT NULL
);

INSERT INTO crl_number (one, last) VALUES (1, 0);

CREATE TABLE enrollment_code (
    code_id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organization (organization_id),
    product_id TEXT NOT NULL REFERENCES product (product_id),
    note TEXT NOT NULL,
    secret_sha256 TEXT NOT NULL,
    uses INTEGER NOT NULL,
    approval_needed INTEGER NOT NULL,
    created_us BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    expires_us BIGINT NOT NULL,
    withdrawn_us BIGINT
);

CREATE INDEX enrollment_code_by_organization ON enrollment_code (organization_id, code_id);

CREATE TABLE enrollment_code_serial (
    code_id TEXT NOT NULL REFERENCES enrollment_code (code_id),
    serial TEXT NOT NULL,
    PRIMARY KEY (code_id, serial)
);

-- One use of a code by one serial with one key. device_id is the id the device will have; it has no row before its certificate.
CREATE TABLE redemption (
    redemption_id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organization (organization_id),
    code_id TEXT NOT NULL,
    serial TEXT NOT NULL,
    key_sha256 TEXT NOT NULL,
    device_id TEXT NOT NULL,
    state TEXT NOT NULL,
    requested_us BIGINT NOT NULL,
    requested_from TEXT NOT NULL,
    decided_by TEXT,
    decided_us BIGINT,
    fingerprint TEXT REFERENCES credential (fingerprint),
    UNIQUE (code_id, serial),
    FOREIGN KEY (code_id, serial) REFERENCES enrollment_code_serial (code_id, serial)
);

CREATE INDEX redemption_by_state ON redemption (organization_id, state, redemption_id);
CREATE INDEX redemption_by_device ON redemption (device_id);
