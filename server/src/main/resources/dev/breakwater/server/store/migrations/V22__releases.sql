-- One repository of TUF files for each product that has releases. The server's own key for it lies here sealed; keys of
-- root and of releases are nowhere on the server. A version of 0 says that there is no such file yet. sign_again_us is
-- when snapshot or timestamp is half through its life. directed counts what the director has said.
CREATE TABLE update_repository (
    product_id TEXT PRIMARY KEY REFERENCES product (product_id),
    organization_id TEXT NOT NULL REFERENCES organization (organization_id),
    online_public_key ${blob} NOT NULL,
    sealed_online_key ${blob} NOT NULL,
    revision BIGINT NOT NULL,
    root_version BIGINT NOT NULL,
    targets_version BIGINT NOT NULL,
    snapshot_version BIGINT NOT NULL,
    timestamp_version BIGINT NOT NULL,
    counter_max BIGINT NOT NULL,
    directed BIGINT NOT NULL,
    offline_end_us BIGINT,
    sign_again_us BIGINT,
    created_us BIGINT NOT NULL
);

CREATE INDEX update_repository_by_signing ON update_repository (sign_again_us);
CREATE INDEX update_repository_by_end ON update_repository (offline_end_us);

-- The files as devices fetch them, to the byte.
CREATE TABLE update_metadata (
    product_id TEXT NOT NULL REFERENCES update_repository (product_id),
    name TEXT NOT NULL,
    organization_id TEXT NOT NULL REFERENCES organization (organization_id),
    file_role TEXT NOT NULL,
    file_version BIGINT NOT NULL,
    expires_us BIGINT NOT NULL,
    content ${blob} NOT NULL,
    PRIMARY KEY (product_id, name)
);

-- What files of targets have named. A release that the newest one does not name is withdrawn, and never comes back.
CREATE TABLE product_release (
    release_id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organization (organization_id),
    product_id TEXT NOT NULL REFERENCES product (product_id),
    path TEXT NOT NULL,
    byte_length BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    counter BIGINT NOT NULL,
    description TEXT NOT NULL,
    state TEXT NOT NULL,
    published_us BIGINT NOT NULL,
    UNIQUE (product_id, counter)
);

CREATE INDEX product_release_by_product ON product_release (organization_id, product_id, release_id);
CREATE INDEX product_release_by_hash ON product_release (product_id, sha256);

-- Uploads of artifacts: for which product, and under which name. The bytes are in the store of artifacts. artifact_id is
-- what became of it.
CREATE TABLE artifact_upload (
    upload_id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organization (organization_id),
    product_id TEXT NOT NULL REFERENCES product (product_id),
    name TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    byte_length BIGINT NOT NULL,
    begun_us BIGINT NOT NULL,
    artifact_id TEXT
);

CREATE INDEX artifact_upload_by_organization ON artifact_upload (organization_id, begun_us);

-- Artifacts of a product that were scanned for secrets.
CREATE TABLE product_artifact (
    artifact_id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organization (organization_id),
    product_id TEXT NOT NULL REFERENCES product (product_id),
    name TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    byte_length BIGINT NOT NULL,
    scanned_us BIGINT NOT NULL,
    UNIQUE (product_id, sha256)
);

CREATE INDEX product_artifact_by_product ON product_artifact (organization_id, product_id, artifact_id);

-- What the scan saw, without the secrets themselves.
CREATE TABLE artifact_finding (
    artifact_id TEXT NOT NULL REFERENCES product_artifact (artifact_id),
    place_number BIGINT NOT NULL,
    organization_id TEXT NOT NULL REFERENCES organization (organization_id),
    fingerprint TEXT NOT NULL,
    finding_kind TEXT NOT NULL,
    rule_id TEXT NOT NULL,
    description TEXT NOT NULL,
    place TEXT NOT NULL,
    byte_offset BIGINT NOT NULL,
    excerpt TEXT NOT NULL,
    occurrences BIGINT NOT NULL,
    blocks INTEGER NOT NULL,
    PRIMARY KEY (artifact_id, place_number)
);

-- Who answers for a finding, why, and until when.
CREATE TABLE artifact_waiver (
    artifact_id TEXT NOT NULL REFERENCES product_artifact (artifact_id),
    fingerprint TEXT NOT NULL,
    organization_id TEXT NOT NULL REFERENCES organization (organization_id),
    member_id TEXT NOT NULL REFERENCES member (member_id),
    reason TEXT NOT NULL,
    given_us BIGINT NOT NULL,
    expires_us BIGINT NOT NULL,
    PRIMARY KEY (artifact_id, fingerprint)
);
