/** Thousands of clients that wait for events of one engine: {@code load-tests/bench.sh --crowd}. */
package dev.orderengine.crowd;
