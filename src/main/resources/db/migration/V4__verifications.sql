-- The additional verification of orders that the rules want verified; and the constraints of V3 hold for all rows now.
SET LOCAL lock_timeout = '5s';

-- A code is sent to the customer: a job like a payment, by the same rules for `next_at` and `attempts`, made for each order that is
-- pending_verification. Only the hash of the code is kept. Forgotten some time after the code has expired.
CREATE TABLE verifications (
    order_id        uuid        PRIMARY KEY,
    code_hash       bytea,
    code_expires_at timestamptz,
    -- Wrong codes.
    tries           int         NOT NULL DEFAULT 0 CHECK (tries BETWEEN 0 AND 5),
    attempts        int         NOT NULL DEFAULT 0,
    next_at         timestamptz,
    sent_at         timestamptz,
    last_error      text,
    created_at      timestamptz NOT NULL,
    CHECK ((code_hash IS NULL) = (code_expires_at IS NULL))
) WITH (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 0);
CREATE INDEX verifications_due ON verifications (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX verifications_age ON verifications (created_at);

ALTER TABLE orders VALIDATE CONSTRAINT orders_units_add_up;
ALTER TABLE payments VALIDATE CONSTRAINT payments_give_back_what_was_taken;
