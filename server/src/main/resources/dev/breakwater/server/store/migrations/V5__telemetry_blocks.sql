-- Readings and events, many to a row: TelemetryBlock describes runs and content. A row is written once and is dropped
-- as a whole. readings_before counts all that were ever stored before it, whatever has been trimmed since.
CREATE TABLE telemetry_block (
    block_no ${number_key},
    first_at_us BIGINT NOT NULL,
    last_at_us BIGINT NOT NULL,
    readings INTEGER NOT NULL,
    readings_before BIGINT NOT NULL,
    runs ${blob} NOT NULL,
    content ${blob} NOT NULL
);

-- Where each device's readings lie: TelemetryIndex describes places. first_at_us and last_at_us are at most ten minutes
-- apart. No foreign keys: rows are made from blocks and dropped with them, by the only code that writes either.
CREATE TABLE telemetry_index (
    device_no BIGINT NOT NULL,
    is_event INTEGER NOT NULL,
    first_at_us BIGINT NOT NULL,
    first_block_no BIGINT NOT NULL,
    last_at_us BIGINT NOT NULL,
    last_block_no BIGINT NOT NULL,
    places ${blob} NOT NULL,
    PRIMARY KEY (device_no, is_event, first_at_us, first_block_no)
)${clustered};

-- One row: how far storing and indexing have come.
CREATE TABLE telemetry_progress (
    last_block_no BIGINT NOT NULL,
    readings BIGINT NOT NULL,
    indexed_until BIGINT NOT NULL,
    indexing_until BIGINT NOT NULL,
    next_device_no BIGINT NOT NULL
);

INSERT INTO telemetry_progress VALUES (0, 0, 0, 0, 0);
