-- Whose word an organization takes that a key is in a TPM: roots of makers, and single endorsement keys.

CREATE TABLE endorsement_authority (
    organization_id TEXT NOT NULL REFERENCES organization (organization_id),
    certificate_sha256 TEXT NOT NULL,
    certificate ${blob} NOT NULL,
    note TEXT NOT NULL,
    added_us BIGINT NOT NULL,
    added_by TEXT NOT NULL,
    PRIMARY KEY (organization_id, certificate_sha256)
);

CREATE TABLE endorsement_key (
    organization_id TEXT NOT NULL REFERENCES organization (organization_id),
    key_sha256 TEXT NOT NULL,
    note TEXT NOT NULL,
    added_us BIGINT NOT NULL,
    added_by TEXT NOT NULL,
    PRIMARY KEY (organization_id, key_sha256)
);

-- When a credential's key was attested, and by which TPM: the SHA-256 of its endorsement key. The first TPM that attests
-- a key of a device is the only one that attests further ones.
ALTER TABLE credential ADD COLUMN attested_us BIGINT;
ALTER TABLE credential ADD COLUMN endorsement_sha256 TEXT;
