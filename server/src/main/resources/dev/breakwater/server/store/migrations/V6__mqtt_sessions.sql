-- MQTT sessions that outlive their connection; all others exist in memory only. The epoch is that of the connection
-- that holds the session, and only it may write. expires_us is null while that connection lasts.
CREATE TABLE mqtt_session (
    device_id TEXT PRIMARY KEY REFERENCES device (device_id),
    organization_id TEXT NOT NULL,
    epoch BIGINT NOT NULL,
    expiry_us BIGINT NOT NULL,
    expires_us BIGINT
);

CREATE INDEX mqtt_session_expired ON mqtt_session (expires_us) WHERE expires_us IS NOT NULL;

CREATE TABLE mqtt_subscription (
    device_id TEXT NOT NULL REFERENCES mqtt_session (device_id),
    filter TEXT NOT NULL,
    qos TEXT NOT NULL,
    PRIMARY KEY (device_id, filter)
);

-- QoS 2 messages of the device that are stored and that it has not released: the same id again is the same message.
CREATE TABLE mqtt_received (
    device_id TEXT NOT NULL REFERENCES mqtt_session (device_id),
    packet_id INTEGER NOT NULL,
    PRIMARY KEY (device_id, packet_id)
);

-- QoS 1 and 2 messages to the device that hold a packet id, in the order of sending. The payload lies where the message
-- comes from, and is recognised by its digest.
CREATE TABLE mqtt_in_flight (
    sequence ${sequence_key},
    device_id TEXT NOT NULL REFERENCES mqtt_session (device_id),
    packet_id INTEGER NOT NULL,
    topic TEXT NOT NULL,
    qos TEXT NOT NULL,
    payload_sha256 TEXT NOT NULL,
    received INTEGER NOT NULL,
    UNIQUE (device_id, packet_id)
);
