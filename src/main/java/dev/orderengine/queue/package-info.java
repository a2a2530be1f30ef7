/**
 * Consumers of SQS queues: what comes is handled at least once, given back when it cannot be handled now, and moved to the queue's
 * dead-letter queue with its reason when it never can be. Knows nothing of what the messages say.
 */
package dev.orderengine.queue;
