-- Devices that their owners share with other members, and offers to do so: an offer has the SHA-256 of its code until
-- somebody takes it, and from then on its taker. share_right is what the taker may do; ends_us, where it is set, is when
-- it is over by itself.

CREATE TABLE device_share (
    share_id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organization (organization_id),
    device_id TEXT NOT NULL REFERENCES device (device_id),
    owner_id TEXT NOT NULL REFERENCES member (member_id),
    share_right TEXT NOT NULL,
    offered_us BIGINT NOT NULL,
    expires_us BIGINT NOT NULL,
    ends_us BIGINT,
    code_sha256 TEXT UNIQUE,
    member_id TEXT REFERENCES member (member_id),
    accepted_us BIGINT
);

CREATE INDEX device_share_by_device ON device_share (organization_id, device_id, share_id);
CREATE INDEX device_share_by_member ON device_share (organization_id, member_id, device_id) WHERE member_id IS NOT NULL;
