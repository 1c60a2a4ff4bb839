-- What a breach of a product's devices would cost, and how sure it is that a credential is used by its device alone.
-- Of what was there before nothing more is known than that a key exists somewhere.

ALTER TABLE product ADD COLUMN risk_profile TEXT NOT NULL DEFAULT 'STANDARD';
ALTER TABLE credential ADD COLUMN assurance TEXT NOT NULL DEFAULT 'SOFTWARE_KEY';
ALTER TABLE enrollment_code ADD COLUMN assurance TEXT NOT NULL DEFAULT 'SOFTWARE_KEY';
