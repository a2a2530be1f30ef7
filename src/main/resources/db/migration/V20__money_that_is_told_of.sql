-- Money that is told of: by providers without being asked, and by the bank.
SET LOCAL lock_timeout = '5s';

-- What providers told, each delivery once: a row is written in the transaction of what it led to.
CREATE TABLE webhook_deliveries (
    provider    text COLLATE "C" NOT NULL CHECK (provider IN ('stripe', 'paypal')),
    delivery_id text COLLATE "C" NOT NULL,
    type        text             NOT NULL,
    result      text             NOT NULL CHECK (result IN ('applied', 'nothing_new', 'unknown', 'ignored')),
    received_at timestamptz      NOT NULL,
    PRIMARY KEY (provider, delivery_id)
) WITH (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 0);
CREATE INDEX webhook_deliveries_age ON webhook_deliveries USING brin (received_at);
-- Money that is none of ours: few rows, for people to look at.
CREATE INDEX webhook_deliveries_unknown ON webhook_deliveries (received_at) WHERE result = 'unknown';

-- Customers transfer what they like: more may come than was asked for, and what is too much goes back.
ALTER TABLE payments
    DROP CONSTRAINT payments_check,
    ADD CONSTRAINT payments_take_what_was_asked_for
        CHECK (captured >= 0 AND (captured <= amount OR provider = 'bank_transfer')) NOT VALID;
