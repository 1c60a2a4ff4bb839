-- What an organization has its artifacts looked through for, besides the built-in rules: a file in the form of gitleaks,
-- to the byte as it was handed in. Empty for none; the version goes on.
CREATE TABLE scan_rules (
    organization_id TEXT PRIMARY KEY REFERENCES organization (organization_id),
    version BIGINT NOT NULL,
    content ${blob} NOT NULL,
    changed_us BIGINT NOT NULL
);

-- By which rules an artifact was scanned last. Nobody noted it before; an empty hash is that of no rules.
ALTER TABLE product_artifact ADD COLUMN rules_version BIGINT NOT NULL DEFAULT 0;
ALTER TABLE product_artifact ADD COLUMN rules_sha256 TEXT NOT NULL DEFAULT '';
