-- Who of the members logs in by which account at an identity provider. Issuer and subject are what names a person there; no
-- address is kept.

CREATE TABLE member_link (
    link_id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organization (organization_id),
    member_id TEXT NOT NULL REFERENCES member (member_id),
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    linked_us BIGINT NOT NULL,
    UNIQUE (organization_id, issuer, subject),
    UNIQUE (member_id, issuer)
);

CREATE INDEX member_link_by_identity ON member_link (issuer, subject);
