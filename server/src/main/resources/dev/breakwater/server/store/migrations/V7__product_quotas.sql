-- What a product gives its devices; null where it states nothing and the server's limits count.

ALTER TABLE product ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE product ADD COLUMN quota_publishes_per_second INTEGER;
ALTER TABLE product ADD COLUMN quota_bytes_per_second INTEGER;
ALTER TABLE product ADD COLUMN quota_connects_per_second INTEGER;
ALTER TABLE product ADD COLUMN quota_payload_bytes INTEGER;
ALTER TABLE product ADD COLUMN quota_subscriptions INTEGER;
ALTER TABLE product ADD COLUMN quota_inflight INTEGER;
