-- The secrets by which members who forgot their password set another one, as SHA-256; one a member, good once.

CREATE TABLE password_reset (
    member_id TEXT PRIMARY KEY REFERENCES member (member_id),
    organization_id TEXT NOT NULL REFERENCES organization (organization_id),
    code_sha256 TEXT NOT NULL UNIQUE,
    created_us BIGINT NOT NULL,
    expires_us BIGINT NOT NULL
);
