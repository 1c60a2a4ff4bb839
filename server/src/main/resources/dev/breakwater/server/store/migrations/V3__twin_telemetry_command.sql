-- A row appears with the first report or the first desired state; until then a device has the twin nobody touched.
CREATE TABLE twin (
    device_id TEXT PRIMARY KEY REFERENCES device (device_id),
    reported TEXT NOT NULL,
    reported_version BIGINT NOT NULL,
    reported_us BIGINT,
    desired TEXT NOT NULL,
    desired_version BIGINT NOT NULL,
    desired_us BIGINT
);

-- A short number for each device that ever told something: it stands in every row and every index entry of telemetry.
CREATE TABLE telemetry_device (
    device_no ${sequence_key},
    device_id TEXT NOT NULL UNIQUE REFERENCES device (device_id)
);

-- The key is the order of arrival, so that rows are only ever added at one end and trimmed at the other. No foreign key
-- to telemetry_device: a row is only inserted with a number read or made in the same transaction, and the check would
-- cost a look-up per row.
CREATE TABLE telemetry (
    sequence ${sequence_key},
    device_no BIGINT NOT NULL,
    is_event INTEGER NOT NULL,
    at_us BIGINT NOT NULL,
    event_type TEXT,
    form TEXT NOT NULL,
    payload ${blob} NOT NULL
);

CREATE INDEX telemetry_by_device ON telemetry (device_no, is_event, at_us, sequence);

-- The sequence is the order of creation, in which commands are delivered. due_us is when the server must act if the
-- device does not: expiry while queued, the reply's deadline once delivered, null when the command has ended.
CREATE TABLE command (
    sequence ${sequence_key},
    command_id TEXT NOT NULL UNIQUE,
    organization_id TEXT NOT NULL,
    device_id TEXT NOT NULL REFERENCES device (device_id),
    name TEXT NOT NULL,
    arguments TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_us BIGINT NOT NULL,
    expires_us BIGINT NOT NULL,
    reply_timeout_us BIGINT NOT NULL,
    state TEXT NOT NULL,
    delivered_us BIGINT,
    ended_us BIGINT,
    reply TEXT,
    replied_us BIGINT,
    due_us BIGINT
);

CREATE INDEX command_by_device ON command (device_id, sequence);
CREATE INDEX command_open ON command (device_id, sequence) WHERE due_us IS NOT NULL;
CREATE INDEX command_due ON command (due_us) WHERE due_us IS NOT NULL;
