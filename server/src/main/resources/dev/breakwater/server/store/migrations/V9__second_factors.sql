-- Second factors, and the versions that changes by people are made against. What a TOTP secret is lies here sealed,
-- recovery codes as SHA-256, passkeys as public keys.

ALTER TABLE organization ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE organization ADD COLUMN second_factor_required INTEGER NOT NULL DEFAULT 0;
ALTER TABLE member ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE member_session ADD COLUMN proven_us BIGINT;

CREATE TABLE member_factor (
    factor_id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organization (organization_id),
    member_id TEXT NOT NULL REFERENCES member (member_id),
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    created_us BIGINT NOT NULL,
    confirmed_us BIGINT,
    last_used_us BIGINT,
    sealed_secret ${blob},
    last_step BIGINT NOT NULL DEFAULT 0,
    credential_id TEXT UNIQUE,
    attested_credential ${blob},
    sign_count BIGINT NOT NULL DEFAULT 0
);

CREATE INDEX member_factor_by_member ON member_factor (organization_id, member_id, factor_id);

CREATE TABLE recovery_code (
    organization_id TEXT NOT NULL REFERENCES organization (organization_id),
    member_id TEXT NOT NULL REFERENCES member (member_id),
    code_sha256 TEXT NOT NULL,
    PRIMARY KEY (organization_id, member_id, code_sha256)
);
