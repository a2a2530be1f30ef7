-- What the providers' own lists say of a day, against our books: a run a provider and day, and what it found.
SET LOCAL lock_timeout = '5s';

-- A job like a payment: `next_at` is its due time and its lease, `attempts` the fencing token of the lease. The runs of the daily job are
-- planned by whoever comes first, a person may ask for further ones of any day.
CREATE TABLE reconciliation_runs (
    run_id      uuid        PRIMARY KEY,
    provider    text        NOT NULL CHECK (provider IN ('stripe', 'paypal')),
    day         date        NOT NULL,
    daily       boolean     NOT NULL,
    state       text        NOT NULL CHECK (state IN ('waiting', 'running', 'failed', 'done')),
    attempts    int         NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    next_at     timestamptz,
    failure     text,
    compared    int         CHECK (compared >= 0),
    differences int         CHECK (differences >= 0),
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL,
    CONSTRAINT reconciliation_runs_go_on_or_end
        CHECK (CASE state WHEN 'done' THEN next_at IS NULL WHEN 'failed' THEN true ELSE next_at IS NOT NULL END),
    CONSTRAINT reconciliation_runs_fail_for_a_reason CHECK ((state = 'failed') <= (failure IS NOT NULL)),
    CONSTRAINT reconciliation_runs_end_with_figures CHECK ((state = 'done') = (compared IS NOT NULL AND differences IS NOT NULL))
);
CREATE UNIQUE INDEX reconciliation_runs_daily ON reconciliation_runs (provider, day) WHERE daily;
CREATE INDEX reconciliation_runs_due ON reconciliation_runs (next_at) WHERE next_at IS NOT NULL;

-- Ids and figures only. What one side does not have is null.
CREATE TABLE reconciliation_differences (
    run_id         uuid    NOT NULL REFERENCES reconciliation_runs ON DELETE CASCADE,
    number         int     NOT NULL CHECK (number > 0),
    kind           text    NOT NULL CHECK (kind IN ('only_at_provider', 'only_with_us', 'amount_differs', 'state_differs')),
    item           text    NOT NULL CHECK (item IN ('payment', 'refund')),
    item_id        uuid,
    order_id       uuid,
    provider_ref   text,
    our_state      text,
    our_amount     numeric CHECK (our_amount >= 0),
    our_currency   char(3),
    their_state    text,
    their_amount   numeric CHECK (their_amount >= 0),
    their_currency text,
    PRIMARY KEY (run_id, number),
    CONSTRAINT reconciliation_differences_are_of_somebody CHECK (
        (our_state IS NOT NULL) = (kind <> 'only_at_provider') AND (their_state IS NOT NULL) = (kind <> 'only_with_us')),
    CONSTRAINT reconciliation_differences_name_what_is_ours CHECK (our_state IS NULL OR (item_id IS NOT NULL AND order_id IS NOT NULL))
);
