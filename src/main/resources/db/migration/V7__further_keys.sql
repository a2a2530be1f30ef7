-- An order may spend two keys: one that says what is ordered once (a cart), which place_orders claims, and the caller's own. The
-- second is spent here, after place_orders and in its transaction.
SET LOCAL lock_timeout = '5s';

-- OE002 says that the key was spent by another order in between: the transaction must not commit.
CREATE FUNCTION spend_key(p_caller text, p_key text, p_hash bytea, p_order uuid, p_at timestamptz) RETURNS void
    LANGUAGE plpgsql AS
$$
DECLARE
    spent_by uuid;
BEGIN
    -- The order that was replayed may have been refused a moment ago, in the same batch.
    IF NOT EXISTS (SELECT FROM orders o WHERE o.id = p_order) THEN
        RETURN;
    END IF;
    INSERT INTO idempotency_keys AS k (caller, key, request_hash, order_id, created_at)
    VALUES (p_caller, p_key, p_hash, p_order, p_at)
    ON CONFLICT (caller, key) DO UPDATE
        SET request_hash = excluded.request_hash, order_id = excluded.order_id, created_at = excluded.created_at,
            response_status = NULL, response_body = NULL
        WHERE k.created_at < excluded.created_at - interval '24 hours'
    RETURNING k.order_id INTO spent_by;
    IF spent_by IS NULL THEN
        SELECT k.order_id INTO spent_by FROM idempotency_keys k WHERE k.caller = p_caller AND k.key = p_key;
        IF spent_by IS DISTINCT FROM p_order THEN
            RAISE EXCEPTION 'a key was spent by another order' USING ERRCODE = 'OE002';
        END IF;
    END IF;
END
$$;
