-- What operators call their devices by, one row for each tag of a device. A revoked device has none.

CREATE TABLE device_tag (
    organization_id TEXT NOT NULL REFERENCES organization (organization_id),
    tag TEXT NOT NULL,
    device_id TEXT NOT NULL REFERENCES device (device_id) ON DELETE CASCADE,
    PRIMARY KEY (organization_id, tag, device_id)
);

-- The tags of one device, and of each device of a fleet in turn, without looking at the table itself.
CREATE UNIQUE INDEX device_tag_by_device ON device_tag (device_id, tag);
