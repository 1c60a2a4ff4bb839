-- The labels of a maker's devices: which serial is known by which set-up key. device_id is the device that was set up by
-- it, by proof of possession of that key, and is in use. promised_to is who alone may set it up next, after a transfer.

CREATE TABLE device_label (
    label_id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organization (organization_id),
    product_id TEXT NOT NULL REFERENCES product (product_id),
    serial TEXT NOT NULL,
    setup_key_sha256 TEXT NOT NULL,
    assurance TEXT NOT NULL,
    entered_us BIGINT NOT NULL,
    device_id TEXT REFERENCES device (device_id),
    promised_to TEXT REFERENCES member (member_id),
    promised_until_us BIGINT,
    UNIQUE (organization_id, serial),
    UNIQUE (organization_id, setup_key_sha256)
);

CREATE INDEX device_label_by_organization ON device_label (organization_id, label_id);
CREATE INDEX device_label_by_key ON device_label (setup_key_sha256, serial);

-- Set-up tickets that were granted, without their text. key_sha256 and device_id come with the first use: the ticket is
-- bound to that key and good for nothing else from then on; fingerprint is the certificate that came of it.
CREATE TABLE setup_ticket (
    ticket_id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organization (organization_id),
    member_id TEXT NOT NULL REFERENCES member (member_id),
    serial TEXT NOT NULL,
    setup_key_sha256 TEXT NOT NULL,
    granted_us BIGINT NOT NULL,
    expires_us BIGINT NOT NULL,
    used_us BIGINT,
    used_from TEXT,
    key_sha256 TEXT,
    device_id TEXT,
    fingerprint TEXT REFERENCES credential (fingerprint)
);

CREATE INDEX setup_ticket_by_member ON setup_ticket (organization_id, member_id, granted_us);
CREATE INDEX setup_ticket_by_serial ON setup_ticket (organization_id, serial);
CREATE INDEX setup_ticket_by_device ON setup_ticket (device_id) WHERE device_id IS NOT NULL;

-- Transfers that wait for their taker, one a device, by the SHA-256 of the code.
CREATE TABLE device_transfer (
    device_id TEXT PRIMARY KEY REFERENCES device (device_id),
    organization_id TEXT NOT NULL REFERENCES organization (organization_id),
    member_id TEXT NOT NULL REFERENCES member (member_id),
    code_sha256 TEXT NOT NULL UNIQUE,
    created_us BIGINT NOT NULL,
    expires_us BIGINT NOT NULL
);

-- Devices whose owners say they were stolen.
CREATE TABLE device_theft (
    device_id TEXT PRIMARY KEY REFERENCES device (device_id),
    organization_id TEXT NOT NULL REFERENCES organization (organization_id),
    member_id TEXT NOT NULL REFERENCES member (member_id),
    reported_us BIGINT NOT NULL
);

-- Devices that their owners gave away. A row without done_us is an intention: the device is revoked and its owner's data
-- is deleted in one transaction, which a restart repeats. wiped_us is null until the device has been told to wipe itself.
CREATE TABLE device_disposal (
    device_id TEXT PRIMARY KEY REFERENCES device (device_id),
    organization_id TEXT NOT NULL REFERENCES organization (organization_id),
    serial TEXT NOT NULL,
    member_id TEXT NOT NULL,
    promised_to TEXT,
    promised_until_us BIGINT,
    ordered_us BIGINT NOT NULL,
    done_us BIGINT,
    wiped_us BIGINT
);

CREATE INDEX device_disposal_open ON device_disposal (ordered_us) WHERE done_us IS NULL;
CREATE INDEX device_disposal_unwiped ON device_disposal (organization_id, serial) WHERE wiped_us IS NULL;

-- The number of a device that was given away is not used again, or the next device would have its readings; nothing is found
-- by it any more, and its readings go with the blocks they lie in.
ALTER TABLE telemetry_device ADD COLUMN forgotten INTEGER NOT NULL DEFAULT 0;
