-- People. Passwords lie here as Argon2id, all other secrets as SHA-256.

CREATE TABLE member (
    member_id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organization (organization_id),
    email TEXT NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    created_us BIGINT NOT NULL,
    disabled_us BIGINT,
    UNIQUE (organization_id, email)
);

CREATE INDEX member_by_email ON member (email);

CREATE TABLE member_invitation (
    invitation_id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organization (organization_id),
    email TEXT NOT NULL,
    role TEXT NOT NULL,
    code_sha256 TEXT NOT NULL UNIQUE,
    created_us BIGINT NOT NULL,
    expires_us BIGINT NOT NULL,
    UNIQUE (organization_id, email)
);

CREATE TABLE member_session (
    session_id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organization (organization_id),
    member_id TEXT NOT NULL REFERENCES member (member_id),
    source TEXT NOT NULL,
    lasting_sha256 TEXT NOT NULL,
    passing_sha256 TEXT NOT NULL,
    created_us BIGINT NOT NULL,
    refreshed_us BIGINT NOT NULL,
    expires_us BIGINT NOT NULL,
    ended_us BIGINT
);

CREATE INDEX member_session_by_member ON member_session (organization_id, member_id, created_us);
