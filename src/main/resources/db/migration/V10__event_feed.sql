-- The events of all orders in one line that can be followed and taken up again: which were committed, numbered after their commit.
--
-- A number given while writing would lie: what gets a smaller one may commit later, and whoever read past it never sees it. So
-- writers only note what they wrote, and whoever follows numbers what it finds committed, one at a time. Rows are numbered in the
-- order of their ids: an order's next event is written under the order's lock, after the commit of the one before, so that its id
-- is greater and it is never visible alone. An order's events are therefore numbered in their order.
SET LOCAL lock_timeout = '5s';

-- A row a statement that wrote events: usually a whole batch of orders. Its events have the numbers up to last_position, gapless.
CREATE TABLE event_batches (
    id            bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_ids     uuid[]      NOT NULL CHECK (cardinality(order_ids) > 0),
    sequences     int[]       NOT NULL CHECK (cardinality(sequences) = cardinality(order_ids)),
    last_position bigint      CHECK (last_position >= cardinality(order_ids)),
    created_at    timestamptz NOT NULL DEFAULT now()
) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);
CREATE UNIQUE INDEX event_batches_position ON event_batches (last_position) WHERE last_position IS NOT NULL;
CREATE INDEX event_batches_new ON event_batches (id) WHERE last_position IS NULL;

-- How far the numbering is, and up to where batches were deleted since. Its one row is the lock of those who number.
CREATE TABLE event_feed (
    only_one           boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    last_position      bigint  NOT NULL DEFAULT 0,
    forgotten_position bigint  NOT NULL DEFAULT 0 CHECK (forgotten_position BETWEEN 0 AND last_position)
) WITH (fillfactor = 10);
INSERT INTO event_feed DEFAULT VALUES;

CREATE FUNCTION order_events_note_batch() RETURNS trigger LANGUAGE plpgsql AS
$$
BEGIN
    INSERT INTO event_batches (order_ids, sequences)
    SELECT array_agg(order_id ORDER BY order_id, sequence), array_agg(sequence ORDER BY order_id, sequence)
    FROM written
    HAVING count(*) > 0;
    RETURN NULL;
END
$$;
CREATE TRIGGER order_events_note_batch AFTER INSERT ON order_events
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION order_events_note_batch();

-- Numbers the oldest batches that have no number yet, at most so many; returns how many it was. 0 also when somebody else is at it.
CREATE FUNCTION number_events(most int) RETURNS int LANGUAGE plpgsql AS
$$
DECLARE
    head     bigint;
    numbered int;
BEGIN
    IF NOT EXISTS (SELECT FROM event_batches WHERE last_position IS NULL) THEN
        RETURN 0;
    END IF;
    SELECT last_position INTO head FROM event_feed FOR UPDATE SKIP LOCKED;
    IF NOT FOUND THEN
        RETURN 0;
    END IF;
    -- A statement of its own: it sees what the one who had the lock before has committed.
    WITH found AS (
        SELECT id, head + sum(cardinality(order_ids)) OVER (ORDER BY id) AS position
        FROM (SELECT id, order_ids FROM event_batches WHERE last_position IS NULL ORDER BY id LIMIT most) b),
    numbers AS (
        UPDATE event_batches b SET last_position = f.position FROM found f WHERE b.id = f.id)
    SELECT max(position), count(*) INTO head, numbered FROM found;
    UPDATE event_feed SET last_position = head WHERE numbered > 0;
    RETURN numbered;
END
$$;

-- The numbered events after a position, the oldest first, at most so many.
CREATE FUNCTION numbered_events(after bigint, most int)
    RETURNS TABLE (event_position bigint, order_id uuid, sequence int) LANGUAGE sql STABLE AS
$$
SELECT b.last_position - cardinality(b.order_ids) + e.ordinal, e.order_id, e.sequence
FROM (SELECT last_position, order_ids, sequences FROM event_batches
      WHERE last_position > after ORDER BY last_position LIMIT most) b
CROSS JOIN LATERAL unnest(b.order_ids, b.sequences) WITH ORDINALITY AS e (order_id, sequence, ordinal)
WHERE b.last_position - cardinality(b.order_ids) + e.ordinal > after
ORDER BY b.last_position, e.ordinal
LIMIT most
$$;

-- The same for whoever follows: numbers first what was committed since.
CREATE FUNCTION follow_events(after bigint, most int)
    RETURNS TABLE (event_position bigint, order_id uuid, sequence int) LANGUAGE plpgsql AS
$$
BEGIN
    PERFORM number_events(most);
    RETURN QUERY SELECT n.event_position, n.order_id, n.sequence FROM numbered_events(after, most) n;
END
$$;

-- Deletes the oldest numbered batches from before that time, at most so many; returns how many it was. Who is further behind than
-- the last of them cannot go on any more.
CREATE FUNCTION forget_events(before timestamptz, most int) RETURNS int LANGUAGE sql AS
$$
WITH feed AS (
    SELECT last_position FROM event_feed FOR UPDATE),
old AS (
    SELECT b.id
    FROM (SELECT id, created_at FROM event_batches
          WHERE last_position <= (SELECT last_position FROM feed) ORDER BY last_position LIMIT most) b
    WHERE b.created_at < before),
deleted AS (
    DELETE FROM event_batches b USING old WHERE b.id = old.id RETURNING b.last_position),
noted AS (
    UPDATE event_feed SET forgotten_position = greatest(forgotten_position, (SELECT max(last_position) FROM deleted))
    WHERE EXISTS (SELECT FROM deleted))
SELECT count(*)::int FROM deleted
$$;
