package dev.orderengine.limit;

/**
 * What came of asking for a portion.
 *
 * @param granted requests, 0 if the bucket is empty
 * @param left in the bucket after that
 * @param waitMillis until there is a request in an empty bucket
 */
record Lease(int granted, int left, long waitMillis) {}
