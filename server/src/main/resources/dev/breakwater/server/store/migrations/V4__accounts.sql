-- Secrets lie here as SHA-256 only; replies are sealed under keys that the server does not keep.

CREATE TABLE api_token (
    token_id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organization (organization_id),
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    secret_sha256 TEXT NOT NULL,
    created_us BIGINT NOT NULL,
    expires_us BIGINT NOT NULL,
    last_used_us BIGINT,
    revoked_us BIGINT
);

CREATE INDEX api_token_by_organization ON api_token (organization_id, token_id);

-- At most one row: the code that waits to be used.
CREATE TABLE setup_code (
    code_sha256 TEXT PRIMARY KEY,
    created_us BIGINT NOT NULL,
    expires_us BIGINT NOT NULL
);

-- What was answered to a request with an Idempotency-Key. Without a reply the request is in work, or the server
-- was stopped while it was.
CREATE TABLE idempotent_reply (
    organization_id TEXT NOT NULL REFERENCES organization (organization_id),
    token_id TEXT NOT NULL,
    key_sha256 TEXT NOT NULL,
    request_sha256 TEXT NOT NULL,
    created_us BIGINT NOT NULL,
    sealed_reply ${blob},
    PRIMARY KEY (organization_id, token_id, key_sha256)
);

CREATE INDEX idempotent_reply_by_age ON idempotent_reply (organization_id, created_us);
