-- Places a batch of orders in one call and one transaction: claims keys, refuses what cannot be, writes the rest.
--
-- Arrays named o_ have one element an order, in order of arrival; l_ one a line, e_ one an event, both with the
-- order's position. Rows are touched in one global order in every phase (keys, customers, stock, each sorted), so
-- that batches never wait for each other in a circle. Stock rows come last and are locked shortest.
--
-- Optimistic (p_pessimistic false): a survey without locks finds a location for each line, everything is written, then stock is
-- taken by one update in the global order; OE001 says that it ran short in between: call again with p_pessimistic
-- true, which locks first and decides in order of arrival. What the survey doubts is decided that way at once.
--
-- The settings: everything here goes by key, and the planner cannot know the size of the arrays. Without them small batches are
-- planned anew at each call, and a hash join would lose the order in which rows are locked.
SET LOCAL lock_timeout = '5s';

CREATE FUNCTION place_orders(
    p_pessimistic boolean,
    o_id uuid[], o_at timestamptz[], o_caller text[], o_key text[], o_hash bytea[],
    o_customer text[], o_email text[], o_name text[],
    o_status text[], o_version int[], o_currency text[], o_total bigint[], o_items text[],
    o_method text[], o_address text[], o_channel text[], o_metadata text[],
    o_decision text[], o_rules text[], o_rules_version text[], o_fx_rate numeric[], o_expires timestamptz[],
    o_payment uuid[], o_provider text[], o_token text[], o_charge boolean[], o_traceparent text[],
    l_order int[], l_product text[], l_quantity int[], l_product_version int[],
    e_order int[], e_sequence int[], e_type text[], e_data text[], e_actor text[]
) RETURNS TABLE (ordinal int, outcome text, order_id uuid, detail jsonb)
    LANGUAGE plpgsql
    SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off
    AS
$$
DECLARE
    orders_in constant int := cardinality(o_id);
    verdict   text[]  := array_fill(NULL::text, ARRAY [orders_in]);
    known     uuid[]  := o_id;
    lacking   jsonb[] := array_fill(NULL::jsonb, ARRAY [orders_in]);
    wanted    constant int := cardinality(array_remove(o_key, NULL));
    claimed   int;
    doubtful  boolean := p_pessimistic;
    contested boolean := false;
    l_location text[];
    short_product text[];
    short_left    bigint[];
    fits      boolean;
    at_product int;
    r         record;
BEGIN
    -- Claim the keys; one older than a day is taken over.
    INSERT INTO idempotency_keys AS k (caller, key, request_hash, order_id, created_at)
    SELECT DISTINCT ON (c.caller COLLATE "C", c.key COLLATE "C") c.caller, c.key, c.hash, c.id, c.at
    FROM unnest(o_caller, o_key, o_hash, o_id, o_at) WITH ORDINALITY AS c (caller, key, hash, id, at, ord)
    WHERE c.key IS NOT NULL
    ORDER BY c.caller COLLATE "C", c.key COLLATE "C", c.ord
    ON CONFLICT (caller, key) DO UPDATE
        SET request_hash = excluded.request_hash, order_id = excluded.order_id, created_at = excluded.created_at,
            response_status = NULL, response_body = NULL
        WHERE k.created_at < excluded.created_at - interval '24 hours';
    GET DIAGNOSTICS claimed = ROW_COUNT;
    IF claimed < wanted THEN
        FOR r IN
            SELECT c.ord, k.order_id, k.request_hash = c.hash AS same_request
            FROM unnest(o_caller, o_key, o_hash, o_id) WITH ORDINALITY AS c (caller, key, hash, id, ord)
            JOIN idempotency_keys k ON k.caller = c.caller AND k.key = c.key
            WHERE k.order_id <> c.id
        LOOP
            verdict[r.ord] := CASE WHEN r.same_request THEN 'replayed' ELSE 'key_reused' END;
            known[r.ord] := r.order_id;
            claimed := claimed + 1;
        END LOOP;
        IF claimed < wanted THEN
            RAISE EXCEPTION 'a key ran out while it was read' USING ERRCODE = 'serialization_failure';
        END IF;
    END IF;

    -- Survey without a lock: is every price still the one that was shown, and does one location hold all that the batch asks of a
    -- product? Then nothing is refused, nothing is split, and each line knows where its stock is.
    IF NOT doubtful THEN
        SELECT coalesce(bool_or(best.doubtful), false), array_agg(best.location_id)
        INTO doubtful, l_location
        FROM (SELECT DISTINCT ON (d.at) s.location_id,
                     p.version IS DISTINCT FROM d.version OR s.on_hand IS NULL OR s.on_hand - s.reserved < d.demand AS doubtful
              FROM (SELECT l.at, l.product_id, l.version,
                           sum(CASE WHEN verdict[l.ord] IS NULL THEN l.quantity ELSE 0 END) OVER (PARTITION BY l.product_id) AS demand
                    FROM unnest(l_order, l_product, l_quantity, l_product_version) WITH ORDINALITY
                        AS l (ord, product_id, quantity, version, at)) d
              LEFT JOIN products p ON p.product_id = d.product_id
              LEFT JOIN stock s ON s.product_id = d.product_id
              ORDER BY d.at, s.on_hand - s.reserved DESC NULLS LAST, s.location_id) best;
    END IF;

    IF doubtful THEN
        -- Refuse what no lock is needed to refuse: prices that moved, and lines above what is available.
        FOR r IN
            SELECT l.ord, l.product_id, l.quantity, coalesce(a.available, 0) AS available,
                   p.version IS DISTINCT FROM l.version AS repriced
            FROM unnest(l_order, l_product, l_quantity, l_product_version) AS l (ord, product_id, quantity, version)
            LEFT JOIN products p ON p.product_id = l.product_id
            LEFT JOIN (SELECT s.product_id, sum(s.on_hand - s.reserved) AS available
                       FROM stock s WHERE s.product_id = ANY (l_product) GROUP BY s.product_id) a ON a.product_id = l.product_id
            WHERE p.version IS DISTINCT FROM l.version OR coalesce(a.available, 0) < l.quantity
        LOOP
            IF verdict[r.ord] IS NULL OR verdict[r.ord] = 'insufficient_stock' THEN
                verdict[r.ord] := CASE WHEN r.repriced THEN 'price_changed' ELSE 'insufficient_stock' END;
                lacking[r.ord] := coalesce(lacking[r.ord], '[]') || jsonb_build_object(
                    'product_id', r.product_id, 'requested', r.quantity, 'available', r.available);
            END IF;
        END LOOP;

        SELECT p_pessimistic OR EXISTS (
            SELECT FROM unnest(l_order, l_product, l_quantity) AS l (ord, product_id, quantity)
            WHERE verdict[l.ord] IS NULL
            GROUP BY l.product_id
            HAVING sum(l.quantity) > (SELECT sum(s.on_hand - s.reserved) FROM stock s WHERE s.product_id = l.product_id))
        INTO contested;

        IF contested THEN
            PERFORM FROM stock s WHERE s.product_id = ANY (l_product)
            ORDER BY s.product_id, s.location_id FOR NO KEY UPDATE;

            SELECT array_agg(d.product_id), array_agg(d.available) INTO short_product, short_left
            FROM (SELECT l.product_id, sum(l.quantity) AS demand,
                         (SELECT sum(s.on_hand - s.reserved) FROM stock s WHERE s.product_id = l.product_id) AS available
                  FROM unnest(l_order, l_product, l_quantity) AS l (ord, product_id, quantity)
                  WHERE verdict[l.ord] IS NULL
                  GROUP BY l.product_id) d
            WHERE d.demand > d.available;

            FOR r IN
                SELECT l.ord, array_agg(l.product_id) AS products, array_agg(l.quantity) AS quantities
                FROM unnest(l_order, l_product, l_quantity) AS l (ord, product_id, quantity)
                WHERE verdict[l.ord] IS NULL AND l.product_id = ANY (short_product)
                GROUP BY l.ord ORDER BY l.ord
            LOOP
                fits := true;
                FOR i IN 1 .. cardinality(r.products) LOOP
                    at_product := array_position(short_product, r.products[i]);
                    IF short_left[at_product] < r.quantities[i] THEN
                        fits := false;
                        lacking[r.ord] := coalesce(lacking[r.ord], '[]') || jsonb_build_object(
                            'product_id', r.products[i], 'requested', r.quantities[i], 'available', short_left[at_product]);
                    END IF;
                END LOOP;
                IF NOT fits THEN
                    verdict[r.ord] := 'insufficient_stock';
                    CONTINUE;
                END IF;
                FOR i IN 1 .. cardinality(r.products) LOOP
                    at_product := array_position(short_product, r.products[i]);
                    short_left[at_product] := short_left[at_product] - r.quantities[i];
                END LOOP;
            END LOOP;
        END IF;
    END IF;

    -- A refusal changed nothing: its key is free again.
    IF array_position(verdict, 'insufficient_stock') IS NOT NULL OR array_position(verdict, 'price_changed') IS NOT NULL THEN
        DELETE FROM idempotency_keys k
        USING unnest(o_caller, o_key, o_id, verdict) AS c (caller, key, id, verdict)
        WHERE k.caller = c.caller AND k.key = c.key AND k.order_id = c.id
          AND c.verdict IN ('insufficient_stock', 'price_changed');
    END IF;

    INSERT INTO customers AS k (customer_id, email, name, created_at, updated_at)
    SELECT DISTINCT ON (c.customer_id COLLATE "C") c.customer_id, c.email, c.name, c.at, c.at
    FROM unnest(o_customer, o_email, o_name, o_at, verdict) WITH ORDINALITY AS c (customer_id, email, name, at, verdict, ord)
    LEFT JOIN customers known_customer ON known_customer.customer_id = c.customer_id
    WHERE c.verdict IS NULL
      AND (known_customer.customer_id IS NULL
        OR (c.email IS NOT NULL AND c.email IS DISTINCT FROM known_customer.email)
        OR (c.name IS NOT NULL AND c.name IS DISTINCT FROM known_customer.name))
    ORDER BY c.customer_id COLLATE "C", c.ord DESC
    ON CONFLICT (customer_id) DO UPDATE
        SET email = coalesce(excluded.email, k.email), name = coalesce(excluded.name, k.name), updated_at = excluded.updated_at;

    INSERT INTO orders (id, customer_id, status, payment_status, fulfillment_status, version, currency, total_amount, items,
                        payment_method, shipping_address, channel, metadata, decision, matched_rules, rules_version, fx_rate,
                        created_at, updated_at, expires_at)
    SELECT o.id, o.customer_id, o.status, 'none', 'unfulfilled', o.version, o.currency, o.total, o.items::jsonb,
           o.method, o.address, o.channel, o.metadata::jsonb, o.decision, string_to_array(o.rules, ','), o.rules_version, o.fx_rate,
           o.at, o.at, o.expires
    FROM unnest(o_id, o_customer, o_status, o_version, o_currency, o_total, o_items, o_method, o_address, o_channel, o_metadata,
                o_decision, o_rules, o_rules_version, o_fx_rate, o_at, o_expires, verdict)
        AS o (id, customer_id, status, version, currency, total, items, method, address, channel, metadata,
              decision, rules, rules_version, fx_rate, at, expires, verdict)
    WHERE o.verdict IS NULL;

    INSERT INTO order_events (order_id, sequence, type, data, actor, at)
    SELECT o_id[e.ord], e.sequence, e.type, e.data::jsonb, e.actor, o_at[e.ord]
    FROM unnest(e_order, e_sequence, e_type, e_data, e_actor) AS e (ord, sequence, type, data, actor)
    WHERE verdict[e.ord] IS NULL;

    INSERT INTO outbox (shard, order_id, sequence, traceparent)
    SELECT outbox_shard(o_id[e.ord]), o_id[e.ord], e.sequence, o_traceparent[e.ord]
    FROM unnest(e_order, e_sequence) AS e (ord, sequence)
    WHERE verdict[e.ord] IS NULL;

    INSERT INTO payments (id, order_id, provider, amount, currency, state, token, next_at, traceparent, created_at, updated_at)
    SELECT o.payment, o.id, o.provider, o.total, o.currency, 'created', o.token,
           CASE WHEN o.charge THEN o.at END, o.traceparent, o.at, o.at
    FROM unnest(o_payment, o_id, o_provider, o_total, o_currency, o_token, o_charge, o_traceparent, o_at, verdict)
        AS o (payment, id, provider, total, currency, token, charge, traceparent, at, verdict)
    WHERE o.verdict IS NULL;

    IF NOT doubtful THEN
        INSERT INTO reservations (order_id, products, locations, quantities)
        SELECT o_id[l.ord], array_agg(l.product_id), array_agg(l.location_id), array_agg(l.quantity)
        FROM unnest(l_order, l_product, l_location, l_quantity) AS l (ord, product_id, location_id, quantity)
        WHERE verdict[l.ord] IS NULL
        GROUP BY l.ord;

        -- The update is the lock: the rows come in the global order, and each is taken only if it still has enough.
        WITH due AS MATERIALIZED (
            SELECT l.product_id, l.location_id, sum(l.quantity) AS quantity
            FROM unnest(l_order, l_product, l_location, l_quantity) AS l (ord, product_id, location_id, quantity)
            WHERE verdict[l.ord] IS NULL
            GROUP BY l.product_id, l.location_id
            ORDER BY l.product_id, l.location_id),
        moved AS (
            UPDATE stock s SET reserved = s.reserved + d.quantity
            FROM due d
            WHERE s.product_id = d.product_id AND s.location_id = d.location_id AND s.on_hand - s.reserved >= d.quantity
            RETURNING 1)
        SELECT (SELECT count(*) FROM due) = (SELECT count(*) FROM moved) INTO fits;
    ELSE
        -- Take the stock: lines and free units, laid end to end for each product, overlap where a line is served.
        IF NOT contested THEN
            PERFORM FROM stock s WHERE s.product_id = ANY (l_product)
            ORDER BY s.product_id, s.location_id FOR NO KEY UPDATE;
        END IF;
        WITH demand AS (
            SELECT l.ord, l.product_id, sum(l.quantity) OVER run - l.quantity AS lo, sum(l.quantity) OVER run AS hi
            FROM unnest(l_order, l_product, l_quantity) AS l (ord, product_id, quantity)
            WHERE verdict[l.ord] IS NULL
            WINDOW run AS (PARTITION BY l.product_id ORDER BY l.ord)),
        supply AS (
            SELECT f.product_id, f.location_id, sum(f.free) OVER run - f.free AS lo, sum(f.free) OVER run AS hi
            FROM (SELECT s.product_id, s.location_id, s.on_hand - s.reserved AS free
                  FROM stock s WHERE s.product_id = ANY (l_product)) f
            WINDOW run AS (PARTITION BY f.product_id ORDER BY f.free DESC, f.location_id)),
        taken AS (
            SELECT d.ord, d.product_id, s.location_id, (least(d.hi, s.hi) - greatest(d.lo, s.lo))::int AS quantity
            FROM demand d
            JOIN supply s ON s.product_id = d.product_id AND s.lo < d.hi AND d.lo < s.hi),
        held AS (
            INSERT INTO reservations (order_id, products, locations, quantities)
            SELECT o_id[t.ord], array_agg(t.product_id), array_agg(t.location_id), array_agg(t.quantity)
            FROM taken t GROUP BY t.ord),
        counted AS (
            UPDATE stock s SET reserved = s.reserved + t.quantity
            FROM (SELECT product_id, location_id, sum(quantity) AS quantity FROM taken GROUP BY product_id, location_id) t
            WHERE s.product_id = t.product_id AND s.location_id = t.location_id)
        SELECT (SELECT coalesce(sum(hi - lo), 0) FROM demand) = (SELECT coalesce(sum(quantity), 0) FROM taken) INTO fits;
    END IF;
    IF NOT fits THEN
        RAISE EXCEPTION 'stock ran short between reading and locking' USING ERRCODE = 'OE001';
    END IF;

    RETURN QUERY SELECT i, coalesce(verdict[i], 'placed'), known[i], lacking[i] FROM generate_series(1, orders_in) AS i;
END
$$;
