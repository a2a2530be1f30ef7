/** Thousands of clients that wait for events of one engine: {@code load-tests/crowd.sh}. */
package dev.orderengine.crowd;
