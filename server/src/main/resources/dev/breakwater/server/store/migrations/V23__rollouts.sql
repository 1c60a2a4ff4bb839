-- Releases on their way to fleets. plan and target are JSON, as the API shows them. due_us is when the clock alone lets
-- the rollout go on (its soak time ends); revision grows with every change and is what a change is compared with.

CREATE TABLE rollout (
    rollout_id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organization (organization_id),
    product_id TEXT NOT NULL REFERENCES product (product_id),
    release_id TEXT NOT NULL,
    release_version TEXT NOT NULL,
    release_counter BIGINT NOT NULL,
    release_security INTEGER NOT NULL,
    release_sha256 TEXT NOT NULL,
    plan TEXT NOT NULL,
    target TEXT NOT NULL,
    proposed_by TEXT NOT NULL,
    proposer_id TEXT NOT NULL,
    proposed_us BIGINT NOT NULL,
    approvals_needed INTEGER NOT NULL,
    state TEXT NOT NULL,
    wave INTEGER NOT NULL,
    soaks_until_us BIGINT,
    paused_for TEXT,
    due_us BIGINT,
    revision BIGINT NOT NULL
);

CREATE INDEX rollout_by_organization ON rollout (organization_id, rollout_id);
CREATE INDEX rollout_due ON rollout (due_us) WHERE due_us IS NOT NULL;

CREATE TABLE rollout_approval (
    rollout_id TEXT NOT NULL REFERENCES rollout (rollout_id),
    member_id TEXT NOT NULL,
    approved_us BIGINT NOT NULL,
    PRIMARY KEY (rollout_id, member_id)
);

-- How the devices of a wave stand, kept with every change of one of them, so that nobody counts a fleet to decide.
CREATE TABLE rollout_tally (
    rollout_id TEXT NOT NULL REFERENCES rollout (rollout_id),
    wave INTEGER NOT NULL,
    devices INTEGER NOT NULL,
    waiting INTEGER NOT NULL,
    in_flight INTEGER NOT NULL,
    declined INTEGER NOT NULL,
    out_of_it INTEGER NOT NULL,
    confirmed INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    silent INTEGER NOT NULL,
    PRIMARY KEY (rollout_id, wave)
);

-- The place of a device in a rollout. live is 1 while it may still be offered the release or is at it; due_us is when the
-- clock alone lets it go on. position is its place in the order of devices. given: its owner has approved.
CREATE TABLE device_update (
    rollout_id TEXT NOT NULL REFERENCES rollout (rollout_id),
    device_id TEXT NOT NULL REFERENCES device (device_id),
    organization_id TEXT NOT NULL REFERENCES organization (organization_id),
    position INTEGER NOT NULL,
    wave INTEGER NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    step TEXT NOT NULL,
    percent INTEGER NOT NULL,
    until_us BIGINT,
    failure TEXT,
    told TEXT NOT NULL,
    given INTEGER NOT NULL,
    asked_us BIGINT,
    changed_us BIGINT NOT NULL,
    live INTEGER NOT NULL,
    due_us BIGINT,
    revision BIGINT NOT NULL,
    PRIMARY KEY (rollout_id, device_id)
);

-- One release at a time: a device has at most one place that is live.
CREATE UNIQUE INDEX device_update_live ON device_update (device_id) WHERE live = 1;
CREATE INDEX device_update_by_device ON device_update (device_id, rollout_id);
CREATE INDEX device_update_by_position ON device_update (rollout_id, position);
CREATE INDEX device_update_by_state ON device_update (rollout_id, state, position);
CREATE INDEX device_update_due ON device_update (due_us) WHERE due_us IS NOT NULL;

-- What each device last said it runs. sha256 is empty for what it left the factory with.
CREATE TABLE device_firmware (
    device_id TEXT PRIMARY KEY REFERENCES device (device_id),
    organization_id TEXT NOT NULL REFERENCES organization (organization_id),
    sha256 TEXT NOT NULL,
    version TEXT NOT NULL,
    counter BIGINT NOT NULL,
    hardware TEXT NOT NULL,
    healthy INTEGER NOT NULL,
    said_us BIGINT NOT NULL
);

-- How a product's devices take updates. window is JSON, or absent where any time of day is right.
CREATE TABLE update_policy (
    product_id TEXT PRIMARY KEY REFERENCES product (product_id),
    organization_id TEXT NOT NULL REFERENCES organization (organization_id),
    consent TEXT NOT NULL,
    postponable_days INTEGER NOT NULL,
    security_days INTEGER NOT NULL,
    open_window TEXT,
    zone TEXT NOT NULL,
    version BIGINT NOT NULL
);

-- The kill switch: while an organization has a row here, none of its devices is offered anything.
CREATE TABLE update_stop (
    organization_id TEXT PRIMARY KEY REFERENCES organization (organization_id),
    reason TEXT NOT NULL,
    stopped_by TEXT NOT NULL,
    stopped_us BIGINT NOT NULL
);
