-- The yardstick's side: one order in one call, as fast as one order at a time can be. It writes the rows that place_orders() writes
-- for the same order, and refuses what it refuses, but has no code for batches: no arrays to unnest but the lines, no sorting,
-- no survey, no split of a line over locations (the benchmark keeps enough stock at one).
CREATE OR REPLACE FUNCTION bench_place_order(
    p_id uuid, p_at timestamptz, p_caller text, p_key text, p_hash bytea, p_customer text,
    p_total bigint, p_items text, p_method text, p_address text, p_expires timestamptz,
    p_payment uuid, p_provider text, p_token text, p_charge boolean, p_traceparent text,
    p_products text[], p_quantities int[], p_product_version int, p_event text
) RETURNS text LANGUAGE plpgsql AS
$$
DECLARE
    held_at text[];
BEGIN
    INSERT INTO idempotency_keys AS k (caller, key, request_hash, order_id, created_at)
    VALUES (p_caller, p_key, p_hash, p_id, p_at)
    ON CONFLICT (caller, key) DO UPDATE
        SET request_hash = excluded.request_hash, order_id = excluded.order_id, created_at = excluded.created_at,
            response_status = NULL, response_body = NULL
        WHERE k.created_at < excluded.created_at - interval '24 hours';
    IF NOT FOUND THEN
        RETURN 'key_taken';
    END IF;

    IF (SELECT count(*) FROM products p
        WHERE p.product_id = ANY (p_products) AND p.version = p_product_version) <> cardinality(p_products) THEN
        RAISE EXCEPTION 'price changed';
    END IF;

    INSERT INTO customers (customer_id, created_at, updated_at) VALUES (p_customer, p_at, p_at)
    ON CONFLICT (customer_id) DO NOTHING;

    INSERT INTO orders (id, customer_id, status, payment_status, fulfillment_status, version, currency, total_amount, items,
                        payment_method, shipping_address, decision, matched_rules, rules_version, fx_rate,
                        created_at, updated_at, expires_at)
    VALUES (p_id, p_customer, 'pending', 'none', 'unfulfilled', 1, 'USD', p_total, p_items::jsonb,
            p_method, p_address, 'accept', '{}', 'bench', 1, p_at, p_at, p_expires);

    INSERT INTO order_events (order_id, sequence, type, data, actor, at)
    VALUES (p_id, 1, 'order.placed', p_event::jsonb, p_caller, p_at);

    INSERT INTO outbox (shard, order_id, sequence, traceparent)
    VALUES (outbox_shard(p_id), p_id, 1, p_traceparent);

    INSERT INTO payments (id, order_id, provider, amount, currency, state, token, next_at, traceparent, created_at, updated_at)
    VALUES (p_payment, p_id, p_provider, p_total, 'USD', 'created', p_token, CASE WHEN p_charge THEN p_at END, p_traceparent,
            p_at, p_at);

    -- Stock last, locked shortest. The lines come sorted by product, so two orders never wait for each other in a circle.
    WITH taken AS (
        UPDATE stock s SET reserved = s.reserved + l.quantity
        FROM unnest(p_products, p_quantities) AS l (product_id, quantity)
        CROSS JOIN LATERAL (SELECT f.location_id FROM stock f WHERE f.product_id = l.product_id
                            ORDER BY f.on_hand - f.reserved DESC, f.location_id LIMIT 1) best
        WHERE s.product_id = l.product_id AND s.location_id = best.location_id AND s.on_hand - s.reserved >= l.quantity
        RETURNING s.location_id)
    SELECT array_agg(t.location_id) INTO held_at FROM taken t;
    IF cardinality(held_at) IS DISTINCT FROM cardinality(p_products) THEN
        RAISE EXCEPTION 'stock ran short' USING ERRCODE = 'OE001';
    END IF;

    INSERT INTO reservations (order_id, products, locations, quantities) VALUES (p_id, p_products, held_at, p_quantities);
    RETURN 'placed';
END
$$;
