-- Whether a mail that was given up may have been sent is a fact of its own, not to be read out of its reason, which the erasure of a person
-- overwrites: such a mail is never sent again.
SET LOCAL lock_timeout = '5s';

ALTER TABLE notifications ADD COLUMN in_doubt boolean NOT NULL DEFAULT false;
UPDATE notifications SET in_doubt = true WHERE state = 'dead' AND (reason LIKE '%may have been%' OR reason = 'erased');
