-- What commands on placed orders need: progress of each line, the answers of their idempotency keys, and money that goes back.
SET LOCAL lock_timeout = '5s';

-- The lines of an order carry how many of their units are cancelled, allocated, fulfilled and returned: all four counts, or
-- none while all are zero. Checked for rows that are written from now on; V4 checks those that are there, without blocking them.
ALTER TABLE orders ADD CONSTRAINT orders_units_add_up CHECK (NOT jsonb_path_exists(items,
    '$[*] ? (@.cancelled < 0 || @.allocated < 0 || @.fulfilled < 0 || @.returned < 0
             || @.cancelled + @.allocated + @.fulfilled > @.quantity || @.returned > @.fulfilled)')) NOT VALID;

-- The order's version in the answer, for its entity tag.
ALTER TABLE idempotency_keys ADD COLUMN response_version int;

-- What is on its way back of a payment; with what is back it is never more than was captured.
ALTER TABLE payments ADD COLUMN refunding bigint NOT NULL DEFAULT 0;
ALTER TABLE payments ADD CONSTRAINT payments_give_back_what_was_taken
    CHECK (refunding >= 0 AND refunded + refunding <= captured) NOT VALID;

-- Money on its way back: a captured payment refunded in part or in whole, or an authorized one voided. A job like a payment, by the
-- same rules for `next_at`, `attempts`, `unknown_at` and `flagged`; its id is the provider's idempotency key.
CREATE TABLE refunds (
    id           uuid        PRIMARY KEY,
    order_id     uuid        NOT NULL,
    payment_id   uuid        NOT NULL REFERENCES payments,
    provider     text        NOT NULL CHECK (provider IN ('stripe', 'paypal', 'bank_transfer')),
    kind         text        NOT NULL CHECK (kind IN ('refund', 'void')),
    amount       bigint      NOT NULL CHECK (amount > 0),
    currency     char(3)     NOT NULL,
    reason       text        NOT NULL,
    state        text        NOT NULL CHECK (state IN ('pending', 'unknown', 'succeeded', 'failed')),
    provider_ref text,
    failure_code text,
    attempts     int         NOT NULL DEFAULT 0,
    next_at      timestamptz,
    unknown_at   timestamptz,
    flagged      boolean     NOT NULL DEFAULT false,
    traceparent  text,
    created_at   timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL,
    -- What is settled is not due any more, and what is not is either due or waits for a person.
    CHECK (CASE WHEN state IN ('succeeded', 'failed') THEN next_at IS NULL ELSE next_at IS NOT NULL OR flagged END)
) WITH (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 0);
CREATE INDEX refunds_order ON refunds (order_id);
CREATE INDEX refunds_payment ON refunds (payment_id);
CREATE INDEX refunds_due ON refunds (provider, next_at) WHERE next_at IS NOT NULL;
CREATE INDEX refunds_flagged ON refunds (provider) WHERE flagged;
CREATE UNIQUE INDEX refunds_void_once ON refunds (payment_id) WHERE kind = 'void' AND state <> 'failed';
