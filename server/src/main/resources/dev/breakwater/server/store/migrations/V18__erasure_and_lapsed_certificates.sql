-- What a device that was given away is known by, which its label may no longer say, and what it handed in when it had
-- erased itself.
ALTER TABLE device_disposal ADD COLUMN setup_key_sha256 TEXT;
ALTER TABLE device_disposal ADD COLUMN erased_us BIGINT;
ALTER TABLE device_disposal ADD COLUMN receipt TEXT;

UPDATE device_disposal SET setup_key_sha256 = (SELECT setup_key_sha256 FROM device_label
    WHERE device_label.organization_id = device_disposal.organization_id
    AND device_label.serial = device_disposal.serial);

CREATE INDEX device_disposal_by_member ON device_disposal (organization_id, member_id, device_id);

-- Devices whose certificate ended before they renewed it, and that wait for an operator: one a certificate. key_sha256 is
-- the key that the next certificate is for.
CREATE TABLE lapsed_renewal (
    renewal_id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organization (organization_id),
    device_id TEXT NOT NULL REFERENCES device (device_id),
    lapsed TEXT NOT NULL UNIQUE REFERENCES credential (fingerprint),
    key_sha256 TEXT NOT NULL,
    state TEXT NOT NULL,
    requested_us BIGINT NOT NULL,
    requested_from TEXT NOT NULL,
    decided_by TEXT,
    decided_us BIGINT,
    fingerprint TEXT REFERENCES credential (fingerprint)
);

CREATE INDEX lapsed_renewal_by_state ON lapsed_renewal (organization_id, state, renewal_id);
CREATE INDEX lapsed_renewal_by_device ON lapsed_renewal (device_id, key_sha256);
