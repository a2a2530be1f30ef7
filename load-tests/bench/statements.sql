-- What an order costs in statements, on a server with pg_stat_statements loaded and pg_stat_statements.track = all (docs/performance.md).
-- Reset before the load: SELECT pg_stat_statements_reset(). Figures are per order placed since then: calls, rows and microseconds.
-- Nested statements are those of functions and triggers; their time is part of the time of the statement that called them.
WITH placed AS (
    SELECT nullif(sum(rows), 0)::numeric AS orders FROM pg_stat_statements WHERE query LIKE 'INSERT INTO orders %')
SELECT CASE WHEN s.toplevel THEN '' ELSE 'nested' END AS level,
       s.calls,
       round(s.calls / p.orders, 3) AS calls_per_order,
       round(s.rows / p.orders, 2) AS rows_per_order,
       round((s.total_exec_time * 1000)::numeric / p.orders, 1) AS us_per_order,
       round((s.total_plan_time * 1000)::numeric / p.orders, 1) AS planning_us_per_order,
       round(s.wal_bytes / p.orders) AS wal_bytes_per_order,
       left(regexp_replace(s.query, '\s+', ' ', 'g'), 90) AS statement
FROM pg_stat_statements s, placed p
WHERE s.dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) AND s.query NOT LIKE '%pg_stat_statements%'
ORDER BY s.total_exec_time DESC
LIMIT 30;
