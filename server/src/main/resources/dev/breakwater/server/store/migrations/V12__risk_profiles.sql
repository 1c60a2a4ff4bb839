-- What a breach of a product's devices would cost, and how sure it is that a credential is used by its device alone.
-- Of what was there before nothing more is known than that a key exists somewhere.

ALTER TABLE product ADD COLUMN risk_profile TEXT NOT NULL DEFAULT 'STANDARD';
ALTER TABLE credential ADD COLUMN assurance TEXT NOT NULL DEFAULT 'SOFTWARE_KEY';
ALTER TABLE enrollment_code ADD COLUMN assurance TEXT NOT NULL DEFAULT 'SOFTWARE_KEY';

-- What devices of products of little risk prove themselves with instead of a certificate; generations count both.
CREATE TABLE device_token (
    fingerprint TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organization (organization_id),
    device_id TEXT NOT NULL REFERENCES device (device_id),
    generation INTEGER NOT NULL,
    created_us BIGINT NOT NULL,
    expires_us BIGINT NOT NULL,
    status TEXT NOT NULL,
    revoked_us BIGINT,
    UNIQUE (device_id, generation)
);

-- Whatever a device can prove itself with.
CREATE VIEW device_proof AS
SELECT device_id, generation, not_before_us, not_after_us, status, assurance FROM credential
UNION ALL
SELECT device_id, generation, created_us, expires_us, status, 'TOKEN' FROM device_token;
