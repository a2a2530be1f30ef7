-- Fulfilments, what a return is made of, and the ledger of each stock row.
SET LOCAL lock_timeout = '5s';

-- The ledger: what came in is what is there, plus what left, less what came back (specification, section 7). Each counter only
-- ever moves together with on_hand, in one statement; the constraint refuses a change of one without the other:
--
--   adjustment (delivery, stocktaking, loss), by d units, d may be negative:
--       UPDATE stock SET on_hand = on_hand + d, stocked_in = stocked_in + d WHERE product_id = … AND location_id = …
--   shipment of n:    on_hand - n, reserved - n, shipped + n      and the fulfilment is 'shipped'
--   return of n:      on_hand + n, restocked + n                  and the return is 'received'
--
-- A row that is inserted without stocked_in comes in with what it has on hand; an upsert adjusts in its DO UPDATE as above.
ALTER TABLE stock
    ADD COLUMN stocked_in bigint,
    ADD COLUMN shipped    bigint NOT NULL DEFAULT 0,
    ADD COLUMN restocked  bigint NOT NULL DEFAULT 0;
UPDATE stock SET stocked_in = on_hand;
ALTER TABLE stock
    ALTER COLUMN stocked_in SET NOT NULL,
    ADD CONSTRAINT stock_is_conserved CHECK (on_hand + shipped - restocked = stocked_in),
    ADD CONSTRAINT stock_comes_back_once CHECK (restocked BETWEEN 0 AND shipped);

CREATE FUNCTION stock_comes_in() RETURNS trigger LANGUAGE plpgsql AS
$$
BEGIN
    NEW.stocked_in := coalesce(NEW.stocked_in, NEW.on_hand + NEW.shipped - NEW.restocked);
    RETURN NEW;
END
$$;
CREATE TRIGGER stock_comes_in BEFORE INSERT ON stock
    FOR EACH ROW EXECUTE FUNCTION stock_comes_in();

-- A parcel: units of one order that leave one location by one channel. Until it ships its units stay reserved; a failed one has
-- given them back to be fulfilled anew.
CREATE TABLE fulfilments (
    fulfillment_id uuid        PRIMARY KEY,
    order_id       uuid        NOT NULL,
    channel        text        NOT NULL CHECK (channel IN ('warehouse', 'store_pickup', 'dropship', 'digital')),
    location_id    text COLLATE "C" NOT NULL,
    status         text        NOT NULL CHECK (status IN ('created', 'shipped', 'delivered', 'failed')),
    products       text[]      NOT NULL,
    quantities     int[]       NOT NULL CHECK (cardinality(products) > 0 AND cardinality(quantities) = cardinality(products)
                                               AND 0 < ALL (quantities)),
    tracking       text,
    created_at     timestamptz NOT NULL,
    updated_at     timestamptz NOT NULL,
    shipped_at     timestamptz CHECK ((shipped_at IS NOT NULL) = (status IN ('shipped', 'delivered'))),
    delivered_at   timestamptz CHECK ((delivered_at IS NOT NULL) = (status = 'delivered'))
);
CREATE INDEX fulfilments_order ON fulfilments (order_id);

-- A return names its units as reservations do, with the location that they left from and come back to. Nothing wrote
-- returns before.
ALTER TABLE returns
    DROP COLUMN items,
    ADD COLUMN products   text[] NOT NULL,
    ADD COLUMN locations  text[] NOT NULL,
    ADD COLUMN quantities int[]  NOT NULL CHECK (cardinality(products) > 0 AND cardinality(locations) = cardinality(products)
                                                 AND cardinality(quantities) = cardinality(products) AND 0 < ALL (quantities)),
    ADD CONSTRAINT returns_received CHECK ((received_at IS NOT NULL) = (status = 'received'));

-- Paid digital orders fulfil themselves: a job is written with whatever makes an order one, and deleted when it is done.
CREATE TABLE digital_fulfilments_due (
    order_id uuid        PRIMARY KEY,
    next_at  timestamptz NOT NULL,
    attempts int         NOT NULL DEFAULT 0
);
CREATE INDEX digital_fulfilments_due_next ON digital_fulfilments_due (next_at);

CREATE FUNCTION orders_fulfil_themselves() RETURNS trigger LANGUAGE plpgsql AS
$$
BEGIN
    INSERT INTO digital_fulfilments_due (order_id, next_at) VALUES (NEW.id, NEW.updated_at) ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$;
CREATE TRIGGER orders_fulfil_themselves AFTER UPDATE OF status, channel ON orders
    FOR EACH ROW WHEN (NEW.status = 'paid' AND NEW.channel = 'digital')
    EXECUTE FUNCTION orders_fulfil_themselves();
