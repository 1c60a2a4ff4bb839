-- Keys that payloads are sealed to. Where the server holds the private half it lies here sealed; where the organization
-- holds it alone, nothing but the public half is here. A key whose time is over, or that was retired, has no row.

CREATE TABLE envelope_key (
    envelope_key_id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organization (organization_id),
    holder TEXT NOT NULL,
    suite INTEGER NOT NULL,
    public_key ${blob} NOT NULL,
    sealed_private_key ${blob},
    short_id TEXT NOT NULL,
    created_us BIGINT NOT NULL,
    not_before_us BIGINT NOT NULL,
    not_after_us BIGINT NOT NULL,
    opens_until_us BIGINT,
    UNIQUE (organization_id, short_id)
);

CREATE INDEX envelope_key_by_end ON envelope_key (opens_until_us);

-- Whether the devices of a product seal what they tell, and to whose key.
CREATE TABLE product_sealing (
    product_id TEXT PRIMARY KEY REFERENCES product (product_id),
    organization_id TEXT NOT NULL REFERENCES organization (organization_id),
    sealing TEXT NOT NULL,
    recipient TEXT NOT NULL,
    version BIGINT NOT NULL
);

-- The highest number of a device's envelopes that the server has opened, stored with what was in them.
CREATE TABLE envelope_window (
    device_id TEXT PRIMARY KEY REFERENCES device (device_id),
    organization_id TEXT NOT NULL REFERENCES organization (organization_id),
    highest BIGINT NOT NULL
);

-- The public key of each device that opens sealed commands. The private half was made on the device and stays there.
CREATE TABLE device_envelope_key (
    device_id TEXT PRIMARY KEY REFERENCES device (device_id),
    organization_id TEXT NOT NULL REFERENCES organization (organization_id),
    suite INTEGER NOT NULL,
    public_key ${blob} NOT NULL,
    registered_us BIGINT NOT NULL
);
