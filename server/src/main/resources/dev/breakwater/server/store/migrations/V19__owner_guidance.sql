-- What makers tell owners of a product: a JSON document, {} where nothing is stated any more. Anybody may read it.

CREATE TABLE product_guidance (
    product_id TEXT PRIMARY KEY REFERENCES product (product_id),
    organization_id TEXT NOT NULL REFERENCES organization (organization_id),
    guidance TEXT NOT NULL,
    version BIGINT NOT NULL
);

CREATE INDEX product_guidance_by_organization ON product_guidance (organization_id);
