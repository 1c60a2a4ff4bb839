-- The server's keys for update repositories, of which a product has several while it goes from one to the next. They lie
-- here sealed, numbered by product; a number does not come back. In update_repository root_key is the number of the key
-- that the root in force names for snapshot and timestamp, director_key of the one that the targets in force name for the
-- director, prepared_key of the one that neither names yet; 0 says that there is none. keys_made counts all there ever
-- were. A key that none of the three numbers means is deleted.
CREATE TABLE update_online_key (
    product_id TEXT NOT NULL REFERENCES update_repository (product_id),
    key_number BIGINT NOT NULL,
    organization_id TEXT NOT NULL REFERENCES organization (organization_id),
    public_key ${blob} NOT NULL,
    sealed_key ${blob} NOT NULL,
    created_us BIGINT NOT NULL,
    PRIMARY KEY (product_id, key_number)
);

INSERT INTO update_online_key (product_id, key_number, organization_id, public_key, sealed_key, created_us)
SELECT product_id, 1, organization_id, online_public_key, sealed_online_key, created_us FROM update_repository;

ALTER TABLE update_repository ADD COLUMN root_key BIGINT NOT NULL DEFAULT 0;
ALTER TABLE update_repository ADD COLUMN director_key BIGINT NOT NULL DEFAULT 0;
ALTER TABLE update_repository ADD COLUMN prepared_key BIGINT NOT NULL DEFAULT 0;
ALTER TABLE update_repository ADD COLUMN keys_made BIGINT NOT NULL DEFAULT 0;

UPDATE update_repository SET
    root_key = CASE WHEN root_version > 0 THEN 1 ELSE 0 END,
    director_key = CASE WHEN targets_version > 0 THEN 1 ELSE 0 END,
    prepared_key = CASE WHEN root_version > 0 THEN 0 ELSE 1 END,
    keys_made = 1;

ALTER TABLE update_repository DROP COLUMN online_public_key;
ALTER TABLE update_repository DROP COLUMN sealed_online_key;
