-- What customers are to be told by e-mail, and were: a row an event and kind, which is what makes a mail unique.
SET LOCAL lock_timeout = '5s';

-- A row in 'waiting' is due at `next_at`. One in 'sending' was claimed to be handed to the mail server at once; past its `next_at`
-- nobody knows what became of it, and it is not sent again. There is no address in it: that is read when the mail is sent.
CREATE TABLE notifications (
    order_id    uuid        NOT NULL,
    sequence    int         NOT NULL CHECK (sequence > 0),
    kind        text        NOT NULL CHECK (kind IN ('order_placed', 'payment_failed', 'shipped', 'cancelled', 'refunded')),
    state       text        NOT NULL CHECK (state IN ('waiting', 'sending', 'sent', 'skipped', 'dead')),
    attempts    int         NOT NULL DEFAULT 0 CHECK (attempts BETWEEN 0 AND 10),
    next_at     timestamptz,
    reason      text,
    traceparent text,
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL,
    PRIMARY KEY (order_id, sequence, kind),
    CONSTRAINT notifications_go_on_or_end CHECK ((next_at IS NOT NULL) = (state IN ('waiting', 'sending'))),
    CONSTRAINT notifications_end_for_a_reason CHECK (state NOT IN ('skipped', 'dead') OR reason IS NOT NULL)
) WITH (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 0);
CREATE INDEX notifications_waiting ON notifications (next_at) WHERE state = 'waiting';
CREATE INDEX notifications_sending ON notifications (next_at) WHERE state = 'sending';
CREATE INDEX notifications_dead ON notifications (updated_at) WHERE state = 'dead';
CREATE INDEX notifications_done ON notifications USING brin (updated_at);
