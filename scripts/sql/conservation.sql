-- Does everything add up? One row for each thing that does not; no row means that all is well.
--
--   psql "$DATABASE_URL" -X -f scripts/sql/conservation.sql
--
-- Reads only, in one statement and so on one snapshot: it may run at any time, under load too. It reads all orders that hold stock
-- and all events, so prefer a replica on a big database.
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
WHERE p.state = 'captured' AND p.refunding = 0 AND (p.captured <> l.due OR p.currency <> o.currency)

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
