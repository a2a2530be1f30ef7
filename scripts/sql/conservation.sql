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
ordered AS (
    SELECT o.id, o.status, (SELECT sum((item ->> 'quantity')::bigint) FROM jsonb_array_elements(o.items) AS item) AS units
    FROM orders o
    WHERE o.status IN ('pending', 'pending_review', 'pending_verification', 'payment_failed', 'paid')),
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
WHERE h.units IS DISTINCT FROM o.units

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
LEFT JOIN payments p ON p.order_id = o.id AND p.state IN ('authorized', 'captured')
WHERE o.status = 'paid'
GROUP BY o.id
HAVING count(p.id) <> 1

UNION ALL
SELECT 'a captured payment is not its order''s total', p.id::text, o.total_amount || ' ' || o.currency, p.captured || ' ' || p.currency
FROM payments p
JOIN orders o ON o.id = p.order_id
WHERE p.state = 'captured' AND (p.captured <> o.total_amount OR p.currency <> o.currency)

UNION ALL
SELECT 'an idempotency key stands for no order', k.caller || ' ' || k.key, 'an order', k.order_id::text
FROM idempotency_keys k
LEFT JOIN orders o ON o.id = k.order_id
WHERE o.id IS NULL AND k.response_status IS NULL

ORDER BY finding, subject;
