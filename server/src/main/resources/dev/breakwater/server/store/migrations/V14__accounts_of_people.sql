-- The secrets by which members who forgot their password set another one, as SHA-256; one a member, good once.

CREATE TABLE password_reset (
    member_id TEXT PRIMARY KEY REFERENCES member (member_id),
    organization_id TEXT NOT NULL REFERENCES organization (organization_id),
    code_sha256 TEXT NOT NULL UNIQUE,
    created_us BIGINT NOT NULL,
    expires_us BIGINT NOT NULL
);

-- When a password was shown once more within a session; the log-in itself is not one of these times.
ALTER TABLE member_session ADD COLUMN password_us BIGINT;

-- Browsers and command lines from which a member has logged in, by the SHA-256 of the secret that each holds: strangers'
-- failures do not count against them.
CREATE TABLE known_source (
    organization_id TEXT NOT NULL REFERENCES organization (organization_id),
    member_id TEXT NOT NULL REFERENCES member (member_id),
    secret_sha256 TEXT NOT NULL,
    used_us BIGINT NOT NULL,
    expires_us BIGINT NOT NULL,
    PRIMARY KEY (organization_id, member_id, secret_sha256)
);
