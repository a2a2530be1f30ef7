/** Events on their way from the outbox table to SQS: at least once, in order per order id. Knows nothing of what the events say. */
package dev.orderengine.outbox;
