-- Does everything add up? One row for each thing that does not; no row means that all is well.
--
--   psql "$DATABASE_URL" -X -f scripts/sql/conservation.sql
--
-- Reads only, in one statement and so on one snapshot: it may run at any time, under load too. It reads all orders, parcels, returns
-- and events, so prefer a replica on a big database.
WITH reserved AS (
    SELECT l.product_id, l.location_id, sum(l.quantity) AS quantity
    FROM reservations r, unnest(r.products, r.locations, r.quantities) AS l (product_id, location_id, quantity)
    GROUP BY l.product_id, l.location_id),
held AS (
    SELECT r.order_id, (SELECT sum(quantity) FROM unnest(r.quantities) AS quantity) AS units
    FROM reservations r),
lines AS (
    SELECT o.id, o.status,
           sum((item ->> 'quantity')::bigint - coalesce((item ->> 'cancelled')::bigint, 0) - coalesce((item ->> 'fulfilled')::bigint, 0))
               AS units,
           sum(((item ->> 'quantity')::bigint - coalesce((item ->> 'cancelled')::bigint, 0)) * (item ->> 'unit_price')::bigint) AS due
    FROM orders o, jsonb_array_elements(o.items) AS item
    GROUP BY o.id, o.status),
ordered AS (
    SELECT * FROM lines
    WHERE status IN ('pending', 'pending_review', 'pending_verification', 'payment_failed', 'paid', 'partially_fulfilled')),
returned AS (
    SELECT payment_id, coalesce(sum(amount) FILTER (WHERE state = 'succeeded'), 0) AS back,
           coalesce(sum(amount) FILTER (WHERE state IN ('pending', 'unknown')), 0) AS on_its_way
    FROM refunds
    WHERE kind = 'refund'
    GROUP BY payment_id),
parcels AS (
    SELECT f.order_id, f.status, f.location_id, l.product_id, l.quantity
    FROM fulfilments f, unnest(f.products, f.quantities) AS l (product_id, quantity)),
shipped AS (
    SELECT product_id, location_id, sum(quantity) AS quantity
    FROM parcels WHERE status IN ('shipped', 'delivered')
    GROUP BY product_id, location_id),
returned_units AS (
    SELECT b.order_id, l.product_id, l.location_id, l.quantity
    FROM returns b, unnest(b.products, b.locations, b.quantities) AS l (product_id, location_id, quantity)
    WHERE b.status = 'received'),
restocked AS (
    SELECT product_id, location_id, sum(quantity) AS quantity
    FROM returned_units
    GROUP BY product_id, location_id),
packed AS (
    SELECT order_id, product_id, location_id, sum(quantity) AS quantity
    FROM parcels WHERE status = 'created'
    GROUP BY order_id, product_id, location_id),
-- What the lines of orders say of their units, and what the parcels and returns say.
counted AS (
    SELECT o.id AS order_id, item ->> 'product_id' AS product_id, coalesce((item ->> 'allocated')::bigint, 0) AS allocated,
           coalesce((item ->> 'fulfilled')::bigint, 0) AS fulfilled, coalesce((item ->> 'returned')::bigint, 0) AS returned
    FROM orders o, jsonb_array_elements(o.items) AS item
    WHERE o.status NOT IN ('pending', 'pending_review', 'pending_verification', 'payment_failed')),
moved AS (
    SELECT order_id, product_id, sum(allocated) AS allocated, sum(fulfilled) AS fulfilled, sum(returned) AS returned
    FROM (SELECT order_id, product_id, CASE WHEN status = 'created' THEN quantity ELSE 0 END AS allocated,
                 CASE WHEN status IN ('shipped', 'delivered') THEN quantity ELSE 0 END AS fulfilled, 0 AS returned FROM parcels
          UNION ALL
          SELECT order_id, product_id, 0, 0, quantity FROM returned_units) m
    GROUP BY order_id, product_id),
events AS (
    SELECT order_id, count(*) AS number, max(sequence) AS last
    FROM order_events
    GROUP BY order_id)

SELECT 'reserved stock is not the sum of the reservations' AS finding,
       coalesce(s.product_id, r.product_id) || ' at ' || coalesce(s.location_id, r.location_id) AS subject,
       coalesce(r.quantity, 0)::text AS expected, coalesce(s.reserved::text, 'no stock row') AS found
FROM stock s
FULL JOIN reserved r ON r.product_id = s.product_id AND r.location_id = s.location_id
WHERE coalesce(s.reserved, -1) <> coalesce(r.quantity, 0)

UNION ALL
SELECT 'stock is negative, or more is reserved than there is', s.product_id || ' at ' || s.location_id,
       '0 <= reserved <= on_hand', 'reserved ' || s.reserved || ', on_hand ' || s.on_hand
FROM stock s
WHERE s.on_hand < 0 OR s.reserved < 0 OR s.reserved > s.on_hand

UNION ALL
SELECT 'what came in is not what is there, left and came back', s.product_id || ' at ' || s.location_id, s.stocked_in::text,
       s.on_hand || ' there + ' || s.shipped || ' left - ' || s.restocked || ' back'
FROM stock s
WHERE s.on_hand + s.shipped - s.restocked <> s.stocked_in

UNION ALL
SELECT 'shipped stock is not the sum of the parcels that left', coalesce(s.product_id, f.product_id) || ' at ' || coalesce(s.location_id, f.location_id),
       coalesce(f.quantity, 0)::text, coalesce(s.shipped::text, 'no stock row')
FROM stock s
FULL JOIN shipped f ON f.product_id = s.product_id AND f.location_id = s.location_id
WHERE coalesce(s.shipped, -1) <> coalesce(f.quantity, 0)

UNION ALL
SELECT 'restocked stock is not the sum of the returns that came back',
       coalesce(s.product_id, b.product_id) || ' at ' || coalesce(s.location_id, b.location_id),
       coalesce(b.quantity, 0)::text, coalesce(s.restocked::text, 'no stock row')
FROM stock s
FULL JOIN restocked b ON b.product_id = s.product_id AND b.location_id = s.location_id
WHERE coalesce(s.restocked, -1) <> coalesce(b.quantity, 0)

UNION ALL
SELECT 'a line of an order is not what its parcels and returns are', coalesce(c.order_id, m.order_id) || ' ' || coalesce(c.product_id, m.product_id),
       coalesce(m.allocated, 0) || ' packed, ' || coalesce(m.fulfilled, 0) || ' left, ' || coalesce(m.returned, 0) || ' back',
       coalesce(c.allocated, 0) || ' packed, ' || coalesce(c.fulfilled, 0) || ' left, ' || coalesce(c.returned, 0) || ' back'
FROM counted c
FULL JOIN moved m ON m.order_id = c.order_id AND m.product_id = c.product_id
WHERE (coalesce(c.allocated, 0), coalesce(c.fulfilled, 0), coalesce(c.returned, 0))
    <> (coalesce(m.allocated, 0), coalesce(m.fulfilled, 0), coalesce(m.returned, 0))

UNION ALL
SELECT 'a parcel is not held where it is packed', p.order_id || ' ' || p.product_id || ' at ' || p.location_id, 'at least ' || p.quantity,
       coalesce(h.quantity, 0)::text
FROM packed p
LEFT JOIN (SELECT r.order_id, l.product_id, l.location_id, l.quantity
           FROM reservations r, unnest(r.products, r.locations, r.quantities) AS l (product_id, location_id, quantity)) h
    ON h.order_id = p.order_id AND h.product_id = p.product_id AND h.location_id = p.location_id
WHERE coalesce(h.quantity, 0) < p.quantity

UNION ALL
SELECT 'how far an order is is not what has left of it', o.id::text,
       CASE WHEN u.fulfilled = 0 THEN 'unfulfilled' WHEN u.held = 0 THEN 'fulfilled' ELSE 'partially_fulfilled' END,
       o.fulfillment_status || ', ' || o.status
FROM orders o
JOIN (SELECT id, sum(fulfilled) AS fulfilled, sum(quantity - cancelled - fulfilled) AS held, sum(fulfilled - returned) AS away
      FROM (SELECT o.id, (item ->> 'quantity')::bigint AS quantity, coalesce((item ->> 'cancelled')::bigint, 0) AS cancelled,
                   coalesce((item ->> 'fulfilled')::bigint, 0) AS fulfilled, coalesce((item ->> 'returned')::bigint, 0) AS returned
            FROM orders o, jsonb_array_elements(o.items) AS item
            WHERE o.status IN ('paid', 'partially_fulfilled', 'fulfilled', 'returned')) i
      GROUP BY id) u ON u.id = o.id
WHERE o.fulfillment_status <> CASE WHEN u.fulfilled = 0 THEN 'unfulfilled' WHEN u.held = 0 THEN 'fulfilled' ELSE 'partially_fulfilled' END
   OR o.status <> CASE WHEN u.fulfilled = 0 THEN 'paid' WHEN u.held > 0 THEN 'partially_fulfilled' WHEN u.away = 0 THEN 'returned'
                       ELSE 'fulfilled' END

UNION ALL
SELECT 'a live order does not hold what it ordered', o.id::text, o.units::text, coalesce(h.units, 0)::text
FROM ordered o
LEFT JOIN held h ON h.order_id = o.id
WHERE coalesce(h.units, 0) <> o.units

UNION ALL
SELECT 'stock is held for an order that is over, or for none', h.order_id::text, '0', h.units::text
FROM held h
LEFT JOIN orders o ON o.id = h.order_id
WHERE o.id IS NULL OR o.status IN ('cancelled', 'rejected', 'fulfilled', 'returned')

UNION ALL
SELECT 'the events of an order have a gap', o.id::text, '1 to ' || o.version, coalesce(e.number, 0) || ' events up to ' || coalesce(e.last, 0)
FROM orders o
LEFT JOIN events e ON e.order_id = o.id
WHERE e.number IS DISTINCT FROM o.version OR e.last IS DISTINCT FROM o.version

UNION ALL
SELECT 'events have no order', e.order_id::text, '0', e.number::text
FROM events e
LEFT JOIN orders o ON o.id = e.order_id
WHERE o.id IS NULL

UNION ALL
SELECT 'a paid order has no payment, or several', o.id::text, '1', count(p.id)::text
FROM orders o
LEFT JOIN payments p ON p.order_id = o.id AND p.state IN ('authorized', 'captured', 'partially_refunded', 'refunded')
WHERE o.status = 'paid'
GROUP BY o.id
HAVING count(p.id) = 0 OR count(p.id) FILTER (WHERE p.state = 'authorized' OR p.captured > p.refunding + p.refunded) > 1

UNION ALL
SELECT 'a captured payment is not its order''s total', p.id::text, l.due || ' ' || o.currency, p.captured || ' ' || p.currency
FROM payments p
JOIN orders o ON o.id = p.order_id
JOIN lines l ON l.id = p.order_id
WHERE p.state = 'captured' AND p.refunding = 0 AND NOT p.flagged AND (p.captured <> l.due OR p.currency <> o.currency)

UNION ALL
SELECT 'more is kept than is due', l.id::text, CASE WHEN l.status IN ('cancelled', 'rejected') THEN 0 ELSE l.due END::text,
       sum(p.captured - p.refunding - p.refunded)::text
FROM payments p
JOIN lines l ON l.id = p.order_id
WHERE p.captured > p.refunding + p.refunded
GROUP BY l.id, l.status, l.due
HAVING sum(p.captured - p.refunding - p.refunded) > CASE WHEN l.status IN ('cancelled', 'rejected') THEN 0 ELSE l.due END

UNION ALL
SELECT 'a payment''s refunds do not add up', p.id::text,
       coalesce(r.back, 0) || ' back, ' || coalesce(r.on_its_way, 0) || ' on its way', p.refunded || ' back, ' || p.refunding || ' on its way'
FROM payments p
LEFT JOIN returned r ON r.payment_id = p.id
WHERE p.refunded <> coalesce(r.back, 0) OR p.refunding <> coalesce(r.on_its_way, 0)

UNION ALL
SELECT 'an idempotency key stands for no order', k.caller || ' ' || k.key, 'an order', k.order_id::text
FROM idempotency_keys k
LEFT JOIN orders o ON o.id = k.order_id
WHERE o.id IS NULL AND k.response_status IS NULL

ORDER BY finding, subject;
