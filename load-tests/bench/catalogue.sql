-- Products of the benchmark, bench-100001 and on, with a price that needs no formatting (5 to 54 whole dollars) and stock that does not
-- run out. Run with: psql -v products=10000. Safe to repeat.
INSERT INTO locations (location_id, name, channels)
SELECT v.location_id, v.name, v.channels
FROM (VALUES ('loc-main', 'Main warehouse', ARRAY ['warehouse']), ('loc-city', 'City store', ARRAY ['store_pickup'])) AS v (location_id, name, channels)
ON CONFLICT DO NOTHING;

INSERT INTO products (product_id, name)
SELECT 'bench-' || (100000 + n), 'Benchmark product ' || n FROM generate_series(1, :products) AS n
ON CONFLICT DO NOTHING;

INSERT INTO prices (product_id, currency, amount)
SELECT 'bench-' || (100000 + n), 'USD', 100 * (5 + n % 50) FROM generate_series(1, :products) AS n
ON CONFLICT DO NOTHING;

INSERT INTO stock (product_id, location_id, on_hand)
SELECT 'bench-' || (100000 + n), location_id, 100000000
FROM generate_series(1, :products) AS n, (VALUES ('loc-main'), ('loc-city')) AS location (location_id)
ON CONFLICT DO NOTHING;
