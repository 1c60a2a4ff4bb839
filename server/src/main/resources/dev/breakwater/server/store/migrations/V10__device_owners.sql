-- Which customers own which devices; they see those and no others.

CREATE TABLE device_owner (
    organization_id TEXT NOT NULL REFERENCES organization (organization_id),
    device_id TEXT NOT NULL REFERENCES device (device_id),
    member_id TEXT NOT NULL REFERENCES member (member_id),
    since_us BIGINT NOT NULL,
    PRIMARY KEY (device_id, member_id)
);

CREATE INDEX device_owner_by_member ON device_owner (organization_id, member_id, device_id);
