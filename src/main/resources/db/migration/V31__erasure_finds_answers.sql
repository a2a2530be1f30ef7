-- Answers that are kept for repeats have the whole order in them: the erasure of a person finds them by their order. Placement keeps no
-- answer, and has no part in the index.
SET LOCAL lock_timeout = '5s';

CREATE INDEX idempotency_keys_answers ON idempotency_keys (order_id) WHERE response_body IS NOT NULL;
