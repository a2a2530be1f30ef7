package dev.orderengine.limit;

import io.vertx.core.Future;

/** Buckets that all engines take from. */
interface SharedBuckets {

    /**
     * Takes a portion out, and puts back what was not used of the one before. Fails when the buckets are out of reach.
     *
     * @param bucket its name
     */
    Future<Lease> lease(String bucket, Limit limit, int wanted, int givenBack);
}
