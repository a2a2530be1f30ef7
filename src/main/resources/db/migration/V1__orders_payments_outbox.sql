-- What placement, payment and the outbox need. Amounts are minor units (bigint) with an ISO 4217 currency.
-- Keys of orders, payments and returns are UUIDv7 made by the engine. No key crosses the sharding line
-- (order id on one side, customer id and product id on the other), so nothing here refers across it.
SET LOCAL lock_timeout = '5s';

CREATE TABLE locations (
    location_id text COLLATE "C" PRIMARY KEY,
    name        text   NOT NULL,
    channels    text[] NOT NULL CHECK (channels <@ ARRAY ['warehouse', 'store_pickup', 'dropship', 'digital'])
);

CREATE TABLE products (
    product_id text COLLATE "C" PRIMARY KEY CHECK (product_id ~ '^[A-Za-z0-9._:-]{1,64}$'),
    name       text        NOT NULL,
    active     boolean     NOT NULL DEFAULT true,
    version    int         NOT NULL DEFAULT 1,
    updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE prices (
    product_id text COLLATE "C"    NOT NULL REFERENCES products ON DELETE CASCADE,
    currency   char(3) NOT NULL,
    amount     bigint  NOT NULL CHECK (amount >= 0),
    PRIMARY KEY (product_id, currency)
);

-- A price carries no version of its own: changing it moves the product's version, which placement checks.
CREATE FUNCTION prices_move_product_version() RETURNS trigger LANGUAGE plpgsql AS
$$
BEGIN
    UPDATE products SET version = version + 1, updated_at = now()
    WHERE product_id = coalesce(NEW.product_id, OLD.product_id);
    RETURN NULL;
END
$$;
CREATE TRIGGER prices_move_product_version AFTER INSERT OR UPDATE OR DELETE ON prices
    FOR EACH ROW EXECUTE FUNCTION prices_move_product_version();

-- Every engine listens: its cached copy of the product is dropped as soon as the change commits.
CREATE FUNCTION products_notify() RETURNS trigger LANGUAGE plpgsql AS
$$
BEGIN
    PERFORM pg_notify('catalog_changed', coalesce(NEW.product_id, OLD.product_id));
    RETURN NULL;
END
$$;
CREATE TRIGGER products_notify AFTER INSERT OR UPDATE OR DELETE ON products
    FOR EACH ROW EXECUTE FUNCTION products_notify();

-- Updated in place by every order: room in the page keeps the updates HOT.
CREATE TABLE stock (
    product_id  text COLLATE "C" NOT NULL REFERENCES products,
    location_id text COLLATE "C" NOT NULL REFERENCES locations,
    on_hand     int  NOT NULL CHECK (on_hand >= 0),
    reserved    int  NOT NULL DEFAULT 0 CHECK (reserved BETWEEN 0 AND on_hand),
    PRIMARY KEY (product_id, location_id)
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);

CREATE TABLE customers (
    customer_id text COLLATE "C" PRIMARY KEY,
    email       text,
    name        text,
    locale      text,
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL
);

-- The smallest id that a UUIDv7 made at that moment can have.
CREATE FUNCTION uuid7_floor(at timestamptz) RETURNS uuid LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS
$$
SELECT (lpad(to_hex(floor(extract(epoch FROM at) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
$$;

CREATE TABLE orders (
    id                 uuid        NOT NULL,
    customer_id        text COLLATE "C"        NOT NULL,
    status             text        NOT NULL CHECK (status IN ('pending', 'pending_review', 'pending_verification', 'payment_failed',
                                                              'paid', 'partially_fulfilled', 'fulfilled', 'returned', 'rejected', 'cancelled')),
    payment_status     text        NOT NULL CHECK (payment_status IN ('none', 'processing', 'authorized', 'captured', 'failed', 'unknown',
                                                                      'voided', 'partially_refunded', 'refunded')),
    fulfillment_status text        NOT NULL CHECK (fulfillment_status IN ('unfulfilled', 'partially_fulfilled', 'fulfilled')),
    -- The sequence of the order's last event: it moves with every change.
    version            int         NOT NULL CHECK (version > 0),
    currency           char(3)     NOT NULL,
    total_amount       bigint      NOT NULL CHECK (total_amount >= 0),
    items              jsonb       NOT NULL,
    payment_method     text        NOT NULL CHECK (payment_method IN ('credit_card', 'paypal', 'stripe', 'bank_transfer')),
    shipping_address   text,
    channel            text        CHECK (channel IN ('warehouse', 'store_pickup', 'dropship', 'digital')),
    metadata           jsonb,
    decision           text        NOT NULL CHECK (decision IN ('accept', 'verify', 'review')),
    matched_rules      text[]      NOT NULL,
    rules_version      text        NOT NULL,
    -- USD for one unit of the currency, as the rules used it.
    fx_rate            numeric     NOT NULL,
    cancel_reason      text,
    created_at         timestamptz NOT NULL,
    updated_at         timestamptz NOT NULL,
    -- When the order is cancelled unless it is paid by then; null once nothing can expire.
    expires_at         timestamptz,
    PRIMARY KEY (id)
) PARTITION BY RANGE (id);
CREATE INDEX orders_customer ON orders (customer_id, id);
CREATE INDEX orders_expiry ON orders (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX orders_waiting ON orders (status, id) WHERE status IN ('pending_review', 'pending_verification', 'payment_failed');

CREATE TABLE order_events (
    order_id uuid        NOT NULL,
    sequence int         NOT NULL CHECK (sequence > 0),
    type     text        NOT NULL,
    data     jsonb       NOT NULL,
    actor    text        NOT NULL,
    at       timestamptz NOT NULL,
    PRIMARY KEY (order_id, sequence)
) PARTITION BY RANGE (order_id);

-- Month partitions of orders and order_events from the month of `since` on. Safe to call again and from many engines at once.
CREATE FUNCTION ensure_order_partitions(since timestamptz, months int) RETURNS void LANGUAGE plpgsql AS
$$
DECLARE
    parent     text;
    month      timestamptz;
    part       text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('ensure_order_partitions'));
    FOREACH parent IN ARRAY ARRAY ['orders', 'order_events'] LOOP
        FOR i IN 0 .. months - 1 LOOP
            month := date_trunc('month', since AT TIME ZONE 'UTC') AT TIME ZONE 'UTC';
            month := (month AT TIME ZONE 'UTC' + make_interval(months => i)) AT TIME ZONE 'UTC';
            part := parent || to_char(month AT TIME ZONE 'UTC', '_YYYY_MM');
            IF to_regclass(part) IS NULL THEN
                EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)', part, parent,
                               uuid7_floor(month),
                               uuid7_floor((month AT TIME ZONE 'UTC' + interval '1 month') AT TIME ZONE 'UTC'));
            END IF;
        END LOOP;
    END LOOP;
END
$$;
-- Rows outside every month are kept too: an engine with a wrong clock loses nothing.
CREATE TABLE orders_default PARTITION OF orders DEFAULT;
CREATE TABLE order_events_default PARTITION OF order_events DEFAULT;
SELECT ensure_order_partitions(now(), 3);

-- Stock held for an order, a row an order; `stock.reserved` is always the sum over these rows.
CREATE TABLE reservations (
    order_id   uuid   PRIMARY KEY,
    products   text[] NOT NULL,
    locations  text[] NOT NULL,
    quantities int[]  NOT NULL CHECK (cardinality(products) = cardinality(quantities) AND cardinality(locations) = cardinality(quantities))
);

-- One attempt to charge an order. `next_at` is both the due time and the lease: whoever drives the payment moves it
-- into the future first, so that nobody else does; null means that nothing is to be done.
CREATE TABLE payments (
    id           uuid        PRIMARY KEY,
    order_id     uuid        NOT NULL,
    provider     text        NOT NULL CHECK (provider IN ('stripe', 'paypal', 'bank_transfer')),
    amount       bigint      NOT NULL CHECK (amount >= 0),
    currency     char(3)     NOT NULL,
    state        text        NOT NULL CHECK (state IN ('created', 'processing', 'authorized', 'captured', 'failed', 'unknown',
                                                       'voided', 'partially_refunded', 'refunded')),
    token        text,
    provider_ref text,
    decline_code text,
    captured     bigint      NOT NULL DEFAULT 0 CHECK (captured BETWEEN 0 AND amount),
    refunded     bigint      NOT NULL DEFAULT 0 CHECK (refunded BETWEEN 0 AND captured),
    -- How often it was taken up, which is also the fencing token of its lease.
    attempts     int         NOT NULL DEFAULT 0,
    next_at      timestamptz,
    -- Since when its outcome is unknown, and whether a person has to look.
    unknown_at   timestamptz,
    flagged      boolean     NOT NULL DEFAULT false,
    traceparent  text,
    created_at   timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 0);
CREATE INDEX payments_order ON payments (order_id);
CREATE INDEX payments_due ON payments (provider, next_at) WHERE next_at IS NOT NULL;
CREATE INDEX payments_flagged ON payments (provider) WHERE flagged;

CREATE TABLE returns (
    return_id   uuid        PRIMARY KEY,
    order_id    uuid        NOT NULL,
    customer_id text COLLATE "C"        NOT NULL,
    status      text        NOT NULL CHECK (status IN ('registered', 'received')),
    items       jsonb       NOT NULL,
    units       int         NOT NULL CHECK (units > 0),
    reason      text,
    created_at  timestamptz NOT NULL,
    received_at timestamptz
);
CREATE INDEX returns_customer ON returns (customer_id, created_at);
CREATE INDEX returns_order ON returns (order_id);

-- Written in the transaction of what the key paid for. A placement's answer is built anew from its first event;
-- calls whose answer cannot be rebuilt keep it here.
CREATE TABLE idempotency_keys (
    caller          text COLLATE "C"        NOT NULL,
    key             text COLLATE "C"        NOT NULL,
    request_hash    bytea       NOT NULL,
    order_id        uuid        NOT NULL,
    response_status smallint,
    response_body   text,
    created_at      timestamptz NOT NULL,
    PRIMARY KEY (caller, key)
);
CREATE INDEX idempotency_keys_age ON idempotency_keys USING brin (created_at);

-- Events on their way to SQS; a delivered row is deleted. `shard` (of the order id) is the unit that one relay
-- holds at a time, which keeps an order's events in order. The payload stays in order_events.
CREATE TABLE outbox (
    shard        smallint    NOT NULL,
    id           bigint      GENERATED ALWAYS AS IDENTITY,
    order_id     uuid        NOT NULL,
    sequence     int         NOT NULL,
    traceparent  text,
    created_at   timestamptz NOT NULL DEFAULT now(),
    attempts     smallint    NOT NULL DEFAULT 0,
    not_before   timestamptz,
    last_error   text,
    set_aside_at timestamptz,
    PRIMARY KEY (shard, id)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0,
        autovacuum_vacuum_insert_scale_factor = 0.5);
CREATE INDEX outbox_delayed ON outbox (shard, not_before) WHERE not_before IS NOT NULL;
CREATE INDEX outbox_set_aside ON outbox (set_aside_at) WHERE set_aside_at IS NOT NULL;

CREATE FUNCTION outbox_shard(order_id uuid) RETURNS smallint LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS
$$
SELECT (get_byte(uuid_send(order_id), 15) & 3)::smallint
$$;

-- Append only. What an order's events already record is not written again.
CREATE TABLE audit_log (
    id         bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at         timestamptz NOT NULL,
    actor      text        NOT NULL,
    action     text        NOT NULL,
    subject    text        NOT NULL,
    outcome    text        NOT NULL,
    request_id text,
    address    text,
    detail     jsonb       NOT NULL
);
